"""Whether a call fits a Python function: names and number of its arguments (their types are the caller's)."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from flowc.diagnostics.suggest import closest
from flowc.sema.outside.signatures import Parameter, PythonFunction


@frozen
class TooMany:
    """Positional argument number `index` (from 0) and those after it have no parameter."""

    index: int
    allowed: int


@frozen
class Unknown:
    """A keyword that no parameter has. `is_positional_only`: one has it and can't be named in a call."""

    keyword: str
    near: str | None
    is_positional_only: bool = False


@frozen
class Twice:
    """A parameter that is given by position and by keyword."""

    keyword: str


@frozen
class Missing:
    """Parameters without default that are not given."""

    names: tuple[str, ...]


CallProblem = TooMany | Unknown | Twice | Missing


@frozen
class Bound:
    """The parameter that takes each argument, in the order of the call; None where there is none."""

    positional: tuple[Parameter | None, ...]
    keywords: tuple[Parameter | None, ...]


def check_call(function: PythonFunction, positional: int, keywords: Sequence[str]) -> tuple[CallProblem, ...]:
    """What is wrong with a call of so many positional arguments and these keywords; nothing of an unknown signature."""
    if not function.has_known_signature:
        return ()
    ordered = [p for p in function.parameters if p.kind in ("positional_only", "positional")]
    problems: list[CallProblem] = []
    if positional > len(ordered) and not _has(function, "var_positional"):
        problems.append(TooMany(len(ordered), len(ordered)))
    filled = {p.name for p in ordered[:positional]}
    problems += [problem for word in keywords if (problem := _keyword_problem(function, word, filled))]
    missing = tuple(
        p.name for p in function.parameters if not p.has_default and p.name not in filled and not _is_given(p, keywords)
    )
    return (*problems, Missing(missing)) if missing else tuple(problems)


def bind_call(function: PythonFunction, positional: int, keywords: Sequence[str]) -> Bound:
    """The parameter of every argument, so that its type can be compared."""
    ordered = [p for p in function.parameters if p.kind in ("positional_only", "positional")]
    rest = next((p for p in function.parameters if p.kind == "var_positional"), None)
    others = next((p for p in function.parameters if p.kind == "var_keyword"), None)
    named = {p.name: p for p in function.parameters if p.kind in ("positional", "keyword")}
    taken = (*ordered[:positional], *[rest] * (positional - len(ordered)))
    return Bound(taken, tuple(named.get(word, others) for word in keywords))


def _keyword_problem(function: PythonFunction, word: str, filled: set[str]) -> CallProblem | None:
    named = {p.name: p for p in function.parameters if p.kind in ("positional", "keyword")}
    if word in named:
        return Twice(word) if word in filled else None
    if _has(function, "var_keyword"):
        return None
    is_hidden = any(p.name == word and p.kind == "positional_only" for p in function.parameters)
    return Unknown(word, closest(word, named), is_positional_only=is_hidden)


def _is_given(parameter: Parameter, keywords: Sequence[str]) -> bool:
    return parameter.kind in ("positional", "keyword") and parameter.name in keywords


def _has(function: PythonFunction, kind: str) -> bool:
    return any(p.kind == kind for p in function.parameters)
