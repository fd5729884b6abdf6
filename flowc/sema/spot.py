"""Where a statement stands: the names it sees, its place in the graph, the id prefix, the defaults around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, evolve, field, frozen

from flowc.diagnostics import Label, Problems
from flowc.ir.expr import Expr
from flowc.ir.graph import Origin, Phase
from flowc.ir.graph import Scope as Place
from flowc.ir.types import Type
from flowc.sema import hir
from flowc.sema.clauses import Said
from flowc.sema.context import Context
from flowc.sema.policy import Level
from flowc.sema.scope import GroupSymbol, Names, Symbol, TaskSymbol
from flowc.sema.world import ModuleWorld
from flowc.source import Span
from flowc.syntax import ast

Work = Callable[[], Iterable[hir.Stmt]]
"""What is left to do of a block once everything in it has a name: it gives the block's statements."""


def _nothing_known() -> frozenset[Expr]:
    return frozenset()


@frozen(eq=False)
class Spot:
    """`names` takes the tasks that are declared here, `inner` is what expressions see (lets, loop variables too)."""

    names: Names
    inner: Names
    world: ModuleWorld
    place: Place = ()
    prefix: str = ""
    phase: Phase = "main"
    levels: tuple[Callable[[], Level], ...] = ()
    narrowed: Callable[[], frozenset[Expr]] = _nothing_known
    users: tuple[Names, ...] = ()
    """The names at the uses of the templates around, outermost first: whose connections a template may take."""


@define(eq=False)
class FlowState:
    """What is known of the flow while it is read."""

    name: str
    problems: Problems
    partition: Type | None = None
    event: Type | None = None
    ids: dict[str, Span] = field(factory=dict[str, Span])
    used_names: set[str] = field(factory=set[str])
    tasks: dict[str, TaskSymbol] = field(factory=dict[str, TaskSymbol])
    groups: dict[str, GroupSymbol] = field(factory=dict[str, GroupSymbol])
    arrows: dict[str, list[hir.After]] = field(factory=dict[str, list[hir.After]])
    read: set[str] = field(factory=set[str])
    assets: set[str] = field(factory=set[str])
    connections: set[str] = field(factory=set[str])
    runs: set[str] = field(factory=set[str])
    templates: dict[int, ast.Template] = field(factory=dict[int, "ast.Template"])
    """The templates that are used."""
    said: tuple[Said, ...] = ()
    """The flow's own clauses."""
    names: Names | None = None
    """What is declared at the top of the flow."""

    def context(self, spot: Spot) -> Context:
        """The context of an expression at a spot."""
        return Context(
            spot.inner,
            spot.place,
            self.problems,
            spot.world,
            phase=spot.phase,
            narrowed=spot.narrowed(),
            partition=self.partition,
            event=self.event,
            on_read=self.note_read,
        )

    def note_read(self, symbol: Symbol) -> None:
        if isinstance(symbol, TaskSymbol | GroupSymbol):
            symbol.used = True
            self.read.add(symbol.id)

    def claim(self, id_: str, span: Span) -> bool:
        """Take an id; a second instance of one name is FLOW202."""
        held = self.ids.setdefault(id_, span)
        if held is not span:
            self.problems.add(
                "FLOW202", f"`{id_}` stands twice in this flow", span, related=[Label(held, "first here")]
            )
        return held is span

    def fresh(self, name: str) -> str:
        """A name for a decision or a loop that no other has."""
        candidate, number = name, 2
        while candidate in self.used_names:
            candidate, number = f"{name}_{number}", number + 1
        self.used_names.add(candidate)
        return candidate


def report_shadow(name: str, span: Span, held: Span, problems: Problems) -> None:
    """FLOW203."""
    problems.add(
        "FLOW203",
        f"`{name}` hides another `{name}`",
        span,
        related=[Label(held, "the one that it hides")],
        helps=("give one of them another name",),
    )


def origin(span: Span) -> Origin:
    """The place of a span, for generated code."""
    return Origin(span.source.path, span.line, span.column)


def at_place(spot: Spot, place: Place) -> Spot:
    """The same names, elsewhere."""
    return evolve(spot, place=place)
