"""What a target is: an engine's name, an answer for every feature, and two functions from a program to files.

`lower` takes every decision and gives a model of the project, a value of the target's own; `render` prints it with
templates and decides nothing. What lowering reads of the program is watched (`flowc.target.ledger`): what it neither
read nor named in `disregards` stops the build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar

from attrs import field, frozen

from flowc.emit.tree import FileTree
from flowc.ir.expr import Expr
from flowc.ir.features import Feature
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.types import Type
from flowc.ir.uses import Use
from flowc.target.versions import Versions

Model = TypeVar("Model")


@frozen
class Native:
    """The engine does it by its own means; `how` names them."""

    how: str = ""


@frozen
class Emulated:
    """The generated project does it on top of the engine: `by` says how, `cost` what it costs."""

    by: str
    cost: str = ""


@frozen
class Weaker:
    """The engine comes close: `but` says what differs. Refused unless the target's block has `accept [feature]`."""

    but: str
    by: str = ""


@frozen
class Refused:
    """It cannot be said: why, and what to write instead."""

    because: str
    instead: str


Answer = Native | Emulated | Weaker | Refused


class EngineError(Exception):
    """The engine could not be started, or gave up on all runs; not a fault of the project."""


@frozen
class Word:
    """A word that may stand in `target NAME { ... }`: where, what type its value has, and what it does."""

    name: str
    places: frozenset[Literal["flow", "task"]]
    type: Type
    doc: str
    check: Callable[[Expr], str | None] = lambda value: None
    """What is wrong with a value of the right type, as a message."""


@frozen
class Target(Generic[Model]):
    """A target. `lower` may read any part of the program; `render` sees the model alone."""

    name: str
    engine: str
    versions: str
    capabilities: Mapping[Feature, Answer]
    lower: Callable[[Program], Model]
    render: Callable[[Model], FileTree]
    words: tuple[Word, ...] = ()
    supported: Versions | None = None
    """The versions of the engine that projects are for; None where there is no engine to install."""
    most_tasks: int | None = None
    """The tasks that one graph of the engine should have at most; a larger flow is split (`flowc.passes.split`)."""
    nests: bool = False
    """Whether the parts of such a flow are graphs nested in its own, in one run, and no flows that it runs."""
    disregards: Mapping[str, str] = field(factory=dict[str, str])
    """What lowering need not read, as `"Node.owner"`, and why that drops nothing."""
    prepare: Callable[[Program], Program] = lambda program: program
    """What the engine takes otherwise than the language says it, in the graph's own words; done before lowering, which
    may count on it."""
    exception: Callable[[Graph, Use], Answer | None] = lambda graph, use: None
    """The answer for a use that the engine cannot say as it says the others; None where the table's holds."""

    between: Callable[[Program, Graph, Use], Answer | None] = lambda program, graph, use: None
    """The same, where it depends on another flow of the program."""

    unheard: Callable[[Graph, Node], str | None] = lambda graph, node: None
    """What to write, where nothing says who gives a node the resources that it asks for."""

    def answer_for(self, program: Program, graph: Graph, use: Use) -> Answer:
        """The answer for one use of a feature in a flow."""
        return self.exception(graph, use) or self.between(program, graph, use) or self.capabilities[use.feature]

    def answer(self, feature: Feature) -> Answer:
        """The answer for a feature; KeyError if the target owes one, which `complete` tells beforehand."""
        return self.capabilities[feature]

    def missing(self) -> tuple[Feature, ...]:
        """The features that the target has no answer for: none in a target that is finished."""
        return tuple(feature for feature in Feature if feature not in self.capabilities)


# Models are of the target's own making; who only hands them from `lower` to `render` need not know of what.
AnyTarget = Target[Any]


_NOT_YET = "no target can say this yet"

LATER: Mapping[Feature, Answer] = {
    Feature.later_container: Refused(_NOT_YET, 'run the image from a shell: `sh "docker run --rm IMAGE ..."`'),
    Feature.later_dbt: Refused(_NOT_YET, 'call its command line: `sh "dbt build --select ..."`'),
    Feature.later_spark: Refused(_NOT_YET, 'call its command line: `sh "spark-submit ..."`'),
    Feature.later_other: Refused(_NOT_YET, "say it with a `python` or a `sh` task"),
}
"""The answers that all targets of this release give for what is built later; a target spreads it into its own table."""
