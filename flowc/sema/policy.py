"""What clauses come to: defaults and policies merged, weakest first, into the values of a task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Literal, cast

from attrs import evolve, frozen

from flowc.diagnostics import Label
from flowc.ir.expr import Expr, Item, Output, walk
from flowc.ir.graph import Cache, PoolUse, Resources, Retry
from flowc.sema.clauses import Said, constant_texts
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import typed, with_text
from flowc.sema.hir import Policy
from flowc.sema.vocabulary import SAMPLES
from flowc.source import Span
from flowc.syntax import ast

NOT_INHERITED = frozenset({"retry", "timeout", "pool", "cpu", "memory", "gpu", "labels"})
"""What `wait`, `run` and `check` do not take from around them: what they wait for has its own."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LABELLED = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_LABEL = re.compile(rf"([a-z0-9][a-z0-9.-]*/)?(?=.){_LABELLED.pattern}")


@frozen
class Level:
    """The clauses of one place, those of the policies that it uses first."""

    said: tuple[Said, ...]


def policy_of(levels: Iterable[Level], own: Level, *, inherits: bool = True, has_process: bool = True) -> Policy:
    """Merge levels, weakest first, under a task's own clauses. `env` is for tasks that have a process of their own."""
    strongest: dict[str, Said] = {}
    env: dict[str, Expr] = {}
    labels: dict[str, str] = {}
    for level, is_own in (*((level, False) for level in levels), (own, True)):
        for said in level.said:
            word = said.spec.word
            if word == "env":
                env |= _env(said) if has_process else {}
            elif is_own or inherits or word not in NOT_INHERITED:
                strongest[word] = said
                labels |= _labels(said) if word == "labels" else {}
    return _policy(strongest, env, labels)


def _policy(said: Mapping[str, Said], env: dict[str, Expr], labels: dict[str, str]) -> Policy:
    return Policy(
        retry=retry_of(said["retry"]) if "retry" in said else Retry(0),
        timeout=_duration(said, "timeout", "timeout"),
        pool=_pool(said.get("pool")),
        priority=_int(said, "priority", "priority") or 0,
        lock=said["lock"].expr("name") if "lock" in said else None,
        env=tuple(sorted(env.items())),
        resources=_resources(said, labels),
        cache=_cache(said["cache"]) if "cache" in said else None,
        poll=_duration(said, "poll", "period"),
        owner=_text(said, "owner", "owner"),
        tags=_tags(said.get("tags")),
        places=_places(said),
    )


def _places(said: Mapping[str, Said]) -> dict[str, Span]:
    found = {word: one.place(one.spec.takes[0].name) for word, one in said.items() if one.spec.takes}
    return found | ({"slots": said["pool"].place("slots")} if "pool" in said else {})


def _env(said: Said) -> dict[str, Expr]:
    inside = evolve(said.context, allows=said.context.allows | {"environment"})
    found: dict[str, Expr] = {}
    for name, entry in _entries(said, "names", _VARIABLE, "a variable of a process"):
        value = with_text(entry.value, inside)
        late = any(isinstance(part, Output | Item) for part in walk(value))
        if not late or require_stage(value, said.spec.latest, inside, "`env` of a whole flow"):
            found[name] = value
    return found


def _labels(said: Said) -> dict[str, str]:
    """Names and texts as Kubernetes takes them, the strictest of those who hear of them."""
    context = said.context
    found: dict[str, str] = {}
    for name, entry in _entries(said, "labels", _LABEL, "a label"):
        value = typed(entry.value, context)
        if not require_stage(value, "build", context, "a label"):
            continue
        text = constant(value)
        if isinstance(text, str) and _LABELLED.fullmatch(text):
            found[name] = text
        else:
            context.problems.add(
                "FLOW301",
                f"the label `{name}` is a text of at most 63 letters, digits, `-`, `_` and `.`",
                entry.value.span,
                helps=(f"write `{SAMPLES['labels']}`",),
            )
    return found


def _entries(said: Said, slot: str, named: re.Pattern[str], what: str) -> Iterator[tuple[str, ast.Entry]]:
    """The names and values of `{ NAME: value }`, each name once."""
    (given,) = said.raw(slot)
    word = said.spec.word
    if not isinstance(given, ast.MapExpr):
        said.context.problems.add(
            "FLOW301", f"`{word}` takes names and values", given.span, helps=(f"write `{SAMPLES[word]}`",)
        )
        return
    spans: dict[str, Span] = {}
    for entry in given.entries:
        if name := _entry_name(entry, spans, said.context, named, what):
            yield name, entry


def _entry_name(
    entry: ast.Entry, spans: dict[str, Span], context: Context, named: re.Pattern[str], what: str
) -> str | None:
    name = entry.key.text if isinstance(entry.key, ast.Name) else entry.key.plain or ""
    if not named.fullmatch(name):
        context.problems.add("FLOW301", f"`{name}` cannot name {what}", entry.key.span)
        return None
    if name in spans:
        first = [Label(spans[name], "first here")]
        context.problems.add("FLOW214", f"`{name}` is said twice", entry.key.span, related=first)
        return None
    spans[name] = entry.key.span
    return name


def retry_of(said: Said) -> Retry:
    """A `retry` clause as the graph has it."""
    context = said.context
    delay = said.constant("delay")
    backoff = said.word("backoff") or "constant"
    longest = said.constant("max")
    if backoff != "constant" and not delay:
        context.problems.add(
            "FLOW602",
            f"`backoff: {backoff}` has no `delay` to grow from",
            said.span,
            helps=(f"retry {said.constant('count')}, delay: 30s, backoff: {backoff}",),
        )
    return Retry(
        cast(int, said.constant("count") or 0),
        delay if isinstance(delay, timedelta) else timedelta(0),
        cast(Literal["constant", "linear", "exponential"], backoff),
        longest if isinstance(longest, timedelta) else None,
        said.constant("jitter") is True,
        _matchers(said, "on", context),
        _matchers(said, "never", context),
    )


def _matchers(said: Said, slot: str, context: Context) -> tuple[int | str, ...]:
    raw = said.raw(slot)
    if not raw:
        return ()
    items = raw[0].items if isinstance(raw[0], ast.ListExpr) else raw
    found: list[int | str] = []
    for item in items:
        match item:
            case ast.IntLiteral(value=value):
                found.append(value)
            case ast.Name(text=text):
                found.append(text)
            case ast.Text(plain=str(text)):
                found.append(text)
            case _:
                context.problems.add(
                    "FLOW301",
                    f"`{slot}:` takes statuses, exit codes and names of exceptions",
                    item.span,
                    helps=(f'write `{slot}: [429, 503, ConnectionError, "timeout"]`',),
                )
    return tuple(found)


def _pool(said: Said | None) -> PoolUse | None:
    if said is None:
        return None
    slots = said.constant("slots")
    return PoolUse(str(said.constant("name")), slots if isinstance(slots, int) else 1)


def _resources(said: Mapping[str, Said], labels: Mapping[str, str]) -> Resources:
    cpu = said["cpu"].constant("cores") if "cpu" in said else None
    kind = said["gpu"].constant("kind") if "gpu" in said else None
    return Resources(
        float(cpu) if isinstance(cpu, (int, float)) else None,
        _int(said, "memory", "size"),
        _int(said, "gpu", "count"),
        kind if isinstance(kind, str) else None,
        tuple(sorted(labels.items())),
    )


def _cache(said: Said) -> Cache:
    keep = said.constant("keep")
    raw = said.raw("key")
    key: tuple[Expr, ...] | None = None
    if raw:
        items = raw[0].items if isinstance(raw[0], ast.ListExpr) else raw
        key = tuple(typed(item, said.context) for item in items)
    return Cache(key, keep if isinstance(keep, timedelta) else None)


def _duration(said: Mapping[str, Said], word: str, slot: str) -> timedelta | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, timedelta) else None


def _int(said: Mapping[str, Said], word: str, slot: str) -> int | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, int) else None


def _text(said: Mapping[str, Said], word: str, slot: str) -> str | None:
    value = said[word].constant(slot) if word in said else None
    return value if isinstance(value, str) else None


def _tags(said: Said | None) -> tuple[str, ...]:
    return constant_texts(said, "tags") if said else ()
