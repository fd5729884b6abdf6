"""Names and what they stand for.

A scope is a chain: comprehension, block, template, flow, file. Tasks in `if`, `match` and `for` are named in the flow
or group around these (the order of declarations means nothing), what stands in a group is `group.name`; loop variables
and lets stay in their block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import define, field, frozen

from flowc.ir.expr import Expr
from flowc.ir.graph import Scope as Place
from flowc.ir.types import Type
from flowc.source import Span


@frozen
class ParamSymbol:
    """A parameter of the flow."""

    name: str
    type: Type
    span: Span


@frozen
class BoundSymbol:
    """A name that stands for an expression: a parameter of a function in use, a variable of a comprehension."""

    name: str
    value: Expr
    span: Span


@define(eq=False)
class LetSymbol:
    """`let name = expr`, typed when it is first read; `busy` while it is, so that a cycle is found."""

    name: str
    span: Span
    evaluate: Callable[[], Expr]
    busy: bool = False
    value: Expr | None = None


@define(eq=False)
class TaskSymbol:
    """A task: the node's id, where it stands, its output (None: no value; a Record where `several`).

    `checked_output` is computed when first asked, since it may be read from a Python function or a SELECT.
    """

    name: str
    id: str
    span: Span
    place: Place
    infer: Callable[[], tuple[Type | None, bool]]
    phase: str = "main"
    used: bool = False
    skips: bool = False
    """A `check ..., skip:` reads it, or it runs only `when: failed`."""
    follows: Callable[[], Iterable[TaskSymbol]] = tuple
    """The tasks that it requires; see `flowc.sema.skipping`."""
    _output: tuple[Type | None, bool] | None = None

    @property
    def output(self) -> Type | None:
        return self._inferred()[0]

    @property
    def several(self) -> bool:
        return self._inferred()[1]

    def _inferred(self) -> tuple[Type | None, bool]:
        if self._output is None:
            self._output = (None, False)  # while it is inferred, a cycle reads as "no value"
            self._output = self.infer()
        return self._output


@define(eq=False)
class GroupSymbol:
    """A group, or the use of a template.

    `value` gives what the template returns, as it reads beside its use: an expression, or several by name; None for a
    group, and for a template that returns nothing.
    """

    name: str
    id: str
    span: Span
    place: Place
    members: Names
    value: Callable[[], Expr | dict[str, Expr] | None] | None = None
    phase: str = "main"
    used: bool = False


@frozen
class LoopSymbol:
    """A loop variable; `value` is the expression that reads it, typed when it is first asked for."""

    name: str
    value: Callable[[], Expr]
    span: Span


@frozen
class AssetSymbol:
    """An asset by its unique name."""

    name: str
    type: Type
    span: Span


@frozen
class ConnectionSymbol:
    """A connection and its kind."""

    name: str
    kind: str
    span: Span


@frozen
class FlowSymbol:
    """A flow; its signature is looked up by name."""

    name: str
    span: Span


@frozen
class ModuleSymbol:
    """`import a.b as m`: what stands in a module, reached as `m.name`."""

    name: str
    module: str
    span: Span


Symbol = (
    ParamSymbol
    | BoundSymbol
    | LetSymbol
    | TaskSymbol
    | GroupSymbol
    | LoopSymbol
    | AssetSymbol
    | ConnectionSymbol
    | FlowSymbol
    | ModuleSymbol
)


@define(eq=False)
class Names:
    """One link of the chain: the names declared here, and the link around it."""

    outer: Names | None = None
    _table: dict[str, Symbol] = field(factory=dict[str, Symbol])

    def declare(self, symbol: Symbol, alias: str | None = None) -> Symbol | None:
        """Add a name, or an alias for one; the symbol that has it already, and keeps it, if there is one."""
        name = alias or symbol.name
        held = self._table.get(name)
        if held is None:
            self._table[name] = symbol
        return held

    def own(self, name: str) -> Symbol | None:
        """What the name stands for in this very link."""
        return self._table.get(name)

    def find(self, name: str) -> Symbol | None:
        """What the name stands for, seen from here; the nearest link wins."""
        return next((link._table[name] for link in self._links() if name in link._table), None)

    def flow(self, name: str) -> FlowSymbol | None:
        """The flow of that name: it is called where only a flow can be, so a task called like it does not hide it."""
        found = (link._table.get(name) for link in self._links())
        return next((symbol for symbol in found if isinstance(symbol, FlowSymbol)), None)

    def visible(self) -> Iterator[str]:
        """All names that can be seen from here, nearest first: for `did you mean`."""
        for link in self._links():
            yield from link._table

    def _links(self) -> Iterator[Names]:
        link: Names | None = self
        while link is not None:
            yield link
            link = link.outer

    def symbols(self) -> Iterator[Symbol]:
        """The symbols of this very link."""
        yield from self._table.values()
