"""What a project needs around it, and what stands in it on top of its engine: for its README."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import frozen

from flowc.ir.features import Feature
from flowc.ir.graph import Program
from flowc.ir.uses import uses_of
from flowc.target.contract import Answer, Emulated, Weaker
from flowc.target.report import detail


@frozen
class Need:
    """Something that has to be there before a run: a pool, a secret, a variable, an executor, a limit of runs."""

    kind: Literal["pool", "secret", "env", "executor", "runs"]
    name: str
    detail: str = ""


@frozen
class Emulation:
    """A feature that the engine has no word for, or of which it does less."""

    feature: str
    by: str


def settings(secrets: set[str] | frozenset[str], variables: set[str] | frozenset[str]) -> Iterator[Need]:
    """The secrets and variables that are read."""
    yield from (Need("secret", name) for name in sorted(secrets))
    yield from (Need("env", name) for name in sorted(variables))


def emulations(program: Program, answers: Mapping[Feature, Answer]) -> Iterator[Emulation]:
    """What the flows use and the target emulates, or does less of."""
    used = {use.feature for graph in program.graphs for use in uses_of(graph)}
    for feature, answer in answers.items():
        if feature in used and isinstance(answer, Emulated | Weaker):
            yield Emulation(feature.sentence, detail(answer))
