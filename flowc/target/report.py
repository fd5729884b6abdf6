"""What targets can say, as data: the support matrix, and the account of one program. The CLI prints both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from flowc.ir.features import SECTIONS, Feature
from flowc.ir.graph import Program
from flowc.target.contract import Answer, AnyTarget, Emulated, Native, Refused, Weaker
from flowc.target.legalise import answers

Word = Literal["native", "emulated", "weaker", "refused"]


@frozen
class Row:
    """A feature, and each target's answer in the order of the targets."""

    feature: Feature
    answers: tuple[Answer, ...]


@frozen
class Section:
    """A part of the matrix."""

    name: str
    rows: tuple[Row, ...]


@frozen
class Account:
    """A feature that a flow uses, the answer, and the nodes that use it; none: the flow as a whole."""

    flow: str
    feature: Feature
    answer: Answer
    nodes: tuple[str, ...]


def word(answer: Answer) -> Word:
    """An answer in one word."""
    match answer:
        case Native():
            return "native"
        case Emulated():
            return "emulated"
        case Weaker():
            return "weaker"
        case Refused():
            return "refused"


def detail(answer: Answer) -> str:
    """What an answer says beyond its word, in one line; empty where there is no more to say."""
    match answer:
        case Native(how=how):
            return how
        case Emulated(by=by, cost=cost):
            return f"{by} ({cost})" if cost else by
        case Weaker(but=but, by=by):
            return f"{by}, but {but}" if by else but
        case Refused(because=because, instead=instead):
            return f"{because}; {instead}"


def matrix(targets: Sequence[AnyTarget]) -> tuple[Section, ...]:
    """Every feature by section, with the answers of the targets."""
    return tuple(
        Section(
            section,
            tuple(
                Row(feature, tuple(target.answer(feature) for target in targets))
                for feature in Feature
                if feature.section == section
            ),
        )
        for section in SECTIONS
    )


def account(target: AnyTarget, program: Program) -> tuple[Account, ...]:
    """What a program uses, feature by feature in the order of the list, with the target's answers."""
    users: dict[tuple[str, Feature], dict[Answer, list[str]]] = {}
    for said in answers(target, program):
        nodes = users.setdefault((said.flow, said.use.feature), {}).setdefault(said.answer, [])
        if said.use.node:
            nodes.append(said.use.node)
    return tuple(
        Account(graph.name, feature, answer, tuple(nodes))
        for graph in program.graphs
        for feature in Feature
        for answer, nodes in users.get((graph.name, feature), {}).items()
    )
