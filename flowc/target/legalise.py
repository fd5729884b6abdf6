"""What a target can say of a program: every use of a feature gets the target's answer, told at its place.

Refused is FLOW901, emulated FLOW902, weaker FLOW903 unless it was accepted with `target NAME { accept [feature] }`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from attrs import frozen

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, List, Lit
from flowc.ir.features import Feature, Use
from flowc.ir.graph import Graph, Node, Override, Program, Resources
from flowc.ir.types import FLOAT, INT
from flowc.ir.uses import uses_of
from flowc.target.contract import Answer, AnyTarget, Emulated, Native, Refused, Weaker, Word


@frozen
class Said:
    """One use of a feature in a flow, and the target's answer."""

    flow: str
    use: Use
    answer: Answer


def answers(target: AnyTarget, program: Program) -> tuple[Said, ...]:
    """Every use of a feature and its answer, in the program's order."""
    drops = frozenset(graph.name for graph in program.graphs if graph.overlap == "skip")
    return tuple(
        Said(graph.name, use, target.answer_for(program, graph, use))
        for graph in program.graphs
        for use in uses_of(graph, drops=drops)
    )


def legalise(
    target: AnyTarget,
    program: Program,
    problems: Problems,
    *,
    accepted: Iterable[str] = (),
    known: Iterable[str] = (),
    leaving: Container[Feature] = (),
) -> tuple[Said, ...]:
    """Report what the target cannot say, says otherwise, or says less of. All answers, for `build --explain`.

    `accepted` are features whose weaker form the project agreed to; `known` the names of all targets that there are;
    uses of the features in `leaving` are left out.
    """
    if missing := target.missing():
        raise AssertionError(f"{target.name} has no answer for {', '.join(feature.name for feature in missing)}")
    _check_words(target, program, problems, {target.name, *known})
    said = tuple(one for one in answers(target, program) if one.use.feature not in leaving)
    agreed = {*accepted, *_accepted(target, program)}
    for one in said:
        _report(target, one, problems, agreed)
    for graph in program.graphs:
        for node in graph.nodes:
            _resources(target, graph, node, problems)
    return said


def _resources(target: AnyTarget, graph: Graph, node: Node, problems: Problems) -> None:
    """FLOW610: what is asked of an executor that the engine by itself does not have."""
    if node.resources == Resources() or not (instead := target.unheard(graph, node)):
        return
    asked = ", ".join(node.resources.asked)
    problems.add(
        "FLOW610",
        f"`{node.name}` in {graph.name} asks for {asked}, and nothing says which executor of {target.engine} hears it",
        node.at,
        helps=(instead,),
    )


def _report(target: AnyTarget, said: Said, problems: Problems, agreed: set[str]) -> None:
    use = said.use
    where = f"`{use.node}` in {said.flow}" if use.node else f"flow {said.flow}"
    match said.answer:
        case Native():
            pass
        case Emulated(by=by, cost=cost):
            notes = [f"it costs {cost}"] if cost else []
            problems.add("FLOW902", f"{where}: {target.engine} has no {use.feature.name}; {by}", use.at, notes=notes)
        case Weaker() if use.feature.name in agreed:
            pass
        case Weaker(but=but):
            problems.add(
                "FLOW903",
                f"{where}: on {target.engine}, {but}",
                use.at,
                label=use.feature.sentence,
                helps=(f"if that is fine: target {target.name} {{ accept [{use.feature.name}] }}",),
            )
        case Refused(because=because, instead=instead):
            problems.add(
                "FLOW901",
                _what(use, where) + f": {because}",
                use.at,
                label=use.feature.sentence,
                helps=(instead,),
            )


def _what(use: Use, where: str) -> str:
    """The user's word alone where one is told at its own place, so that flows that share it tell it once."""
    if not use.word:
        return where
    return f"`{use.word}`" if use.node is None else f"`{use.word}` of {where}"


# ------------------------------------------------------------------ the target's own words


def _overrides(program: Program) -> Iterator[tuple[str, Override]]:
    """Each word of a `target` block, and whether it stands in a flow or a task."""
    for graph in program.graphs:
        yield from (("flow", override) for override in graph.overrides)
        for node in graph.nodes:
            yield from (("task", override) for override in node.overrides)


def _accepted(target: AnyTarget, program: Program) -> Iterator[str]:
    for _, override in _overrides(program):
        if override.target == target.name and override.word == "accept":
            yield from _names(override)


def _names(override: Override) -> list[str]:
    """The names of an `accept`: bare words, which arrive as one text or as a list of them."""
    value = override.value
    items = value.items if isinstance(value, List) else (value,)
    texts = [item.value for item in items if isinstance(item, Lit) and isinstance(item.value, str)]
    return [name.strip() for text in texts for name in text.split(",")]


def _check_words(target: AnyTarget, program: Program, problems: Problems, known: set[str]) -> None:
    words = {word.name: word for word in target.words}
    for place, override in _overrides(program):
        if override.target not in known:
            near = closest(override.target, known)
            problems.add(
                "FLOW904",
                f"there is no target `{override.target}`, so its block says nothing",
                override.at,
                helps=(f"did you mean `{near}`?",) if near else (),
            )
        elif override.target != target.name:
            continue
        elif override.word == "accept":
            _check_accept(override, problems)
        else:
            _check_word(target, words, place, override, problems)


def _check_accept(override: Override, problems: Problems) -> None:
    features = {feature.name for feature in Feature}
    for name in _names(override):
        if name not in features:
            near = closest(name, features)
            problems.add(
                "FLOW910",
                f"`accept` takes names of features, and `{name}` is none",
                override.at,
                helps=(f"did you mean `{near}`?",) if near else ("`flowc targets` lists them",),
            )


def _check_word(target: AnyTarget, words: dict[str, Word], place: str, override: Override, problems: Problems) -> None:
    word = words.get(override.word)
    if word is None:
        near = closest(override.word, words)
        listed = ", ".join(sorted(words)) or "none but `accept`"
        problems.add(
            "FLOW910",
            f"{target.name} has no word `{override.word}`",
            override.at,
            helps=(f"did you mean `{near}`?",) if near else (f"its words: {listed}",),
        )
    elif place not in word.places:
        problems.add(
            "FLOW910",
            f"`{word.name}` of {target.name} does not stand in a {place}",
            override.at,
            helps=(f"write it in a {' or a '.join(sorted(word.places))}",),
        )
    elif (wrong := _misfit(word, override.value)) is not None:
        problems.add("FLOW910", f"`{word.name}` of {target.name} {wrong}", override.at, notes=(word.doc,))


def _misfit(word: Word, value: Expr) -> str | None:
    """What is wrong with a word's value, if anything. Values in `target` are known when the flow is built."""
    if value.type != word.type and (value.type, word.type) != (INT, FLOAT):
        return f"takes {word.type}, found {value.type}"
    return word.check(value)
