"""A small world to type expressions in: a few names, two decisions, a loop, a module, a file."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from flowc.diagnostics import Diagnostic, Problems
from flowc.ir.expr import Expr, Item
from flowc.ir.graph import InArm, InLoop
from flowc.ir.types import (
    ANY,
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    PATH,
    SIZE,
    STR,
    TIME,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Record,
    Table,
    Type,
)
from flowc.sema.context import Context, Formal, FunctionSymbol
from flowc.sema.expressions import expected, typed
from flowc.sema.scope import (
    AssetSymbol,
    ConnectionSymbol,
    FlowSymbol,
    GroupSymbol,
    LetSymbol,
    LoopSymbol,
    ModuleSymbol,
    Names,
    ParamSymbol,
    TaskSymbol,
)
from flowc.sema.types import type_from
from flowc.source import Source, Span
from flowc.syntax import ast
from flowc.syntax.parse import parse, parse_expr

MODE = Enum(("full", "delta", "auto"), "Mode")
RATES = Record((Field("ccy", STR), Field("rate", Decimal(18, 8))), "Rates")
METRICS = Record((Field("auc", FLOAT), Field("loss", FLOAT)), "Metrics")
MONEY = Decimal(12, 2)
NOWHERE = Span(Source("world.flow", " "), 0, 1)
BRANCH, OTHER, ONCE = InArm("branch", 0), InArm("branch", 1), InArm("once", 0)
LOOP, INNER = InLoop("loop"), InLoop("inner")

PARAMS: dict[str, Type] = {
    "n": INT, "m": INT, "f": FLOAT, "s": STR, "b": BOOL, "d": DATE, "t": TIME, "at": DATETIME, "wait": DURATION,
    "room": SIZE, "p": PATH, "j": JSON, "raw": BYTES, "price": MONEY, "mode": MODE, "region": Enum(("eu", "us")),
    "xs": ListOf(INT), "names": ListOf(STR), "prices": ListOf(MONEY), "counts": MapOf(STR, INT), "maybe": Optional(INT),
    "word": Optional(STR), "rate": RATES, "holes": ListOf(Optional(INT)), "old": Optional(RATES),
}  # fmt: skip


@frozen
class Read:
    """What came of an expression."""

    expr: Expr
    found: tuple[Diagnostic, ...]

    @property
    def type(self) -> str:
        return str(self.expr.type)

    @property
    def codes(self) -> list[str]:
        return [each.code.number for each in self.found]

    @property
    def only(self) -> Diagnostic:
        assert len(self.found) == 1, self.found
        return self.found[0]

    @property
    def place(self) -> str:
        """The text that the only diagnostic points at."""
        assert self.only.span is not None
        return self.only.span.text


@define(eq=False)
class World:
    """The look-ups of the tests."""

    types: dict[str, Type] = field(factory=lambda: {"Mode": MODE, "Rates": RATES, "shared.Metrics": METRICS})
    functions: dict[str, FunctionSymbol] = field(factory=dict)
    files: dict[str, str] = field(factory=lambda: {"sql/q.sql": "SELECT #{n}", "plain.txt": "hello"})
    exports: Names = field(factory=Names)
    problems: Problems = field(factory=Problems)

    def type_named(self, name: ast.Dotted) -> Type | None:
        return self.types.get(name.text)

    def type_names(self) -> Iterable[str]:
        return self.types

    def function(self, name: ast.Dotted) -> FunctionSymbol | None:
        return self.functions.get(name.text)

    def callables(self) -> Iterable[str]:
        return self.functions

    def module(self, symbol: ModuleSymbol) -> Names | None:
        return self.exports

    def arms(self, decision: str) -> int | None:
        return {"branch": 2, "nested": 2}.get(decision)

    def condition_of(self, arm: InArm) -> tuple[Span, str] | None:
        return NOWHERE, "only runs when this is true"

    def hidden(self, name: str) -> Span | None:
        return None

    def handler_task(self, name: str) -> Span | None:
        return None

    def file_text(self, path: str) -> str | None:
        return self.files.get(path)

    def parse_holes(self, text: str, path: str) -> ast.Text:
        return text_node(text)


def text_node(text: str) -> ast.Text:
    node, _ = parse_expr(Source("q.sql", f'"""{text}"""'))
    assert isinstance(node, ast.Text)
    return node


def tree(text: str) -> ast.Expr:
    node, found = parse_expr(Source("test.flow", text))
    assert node is not None and not found, found
    return node


def type_tree(text: str) -> ast.Type:
    file, found = parse(Source("test.flow", f"let x: {text} = 1"))
    assert not found, found
    (item,) = file.items
    assert isinstance(item, ast.Let) and item.type is not None
    return item.type


def task(
    name: str, output: Type | None, *place: InArm | InLoop, several: bool = False, phase: str = "main", id: str = ""
) -> TaskSymbol:
    return TaskSymbol(name, id or name, NOWHERE, place, lambda: (output, several), phase=phase)


TASKS = (
    task("total", INT),
    task("silent", None),
    task("fetch", JSON),
    task("stage", Record((Field("rows", PATH), Field("n", INT))), several=True),
    task("best", METRICS),
    task("table_of", Table(RATES)),
    task("bulk", INT, BRANCH),
    task("merge", INT, OTHER),
    task("spare", INT, ONCE),
    task("text_arm", STR, OTHER),
    task("left", METRICS, BRANCH),
    task("right", METRICS, OTHER),
    task("first_half", INT, BRANCH, InArm("nested", 0)),
    task("second_half", INT, BRANCH, InArm("nested", 1)),
    task("unsure", Optional(INT), OTHER),
    task("score", FLOAT, LOOP),
    task("pair", Record((Field("a", INT), Field("b", STR))), LOOP, several=True),
    task("deep", INT, LOOP, INNER),
    task("chosen", INT, LOOP, BRANCH),
    task("armed_loop", INT, BRANCH, LOOP),
    task("graded", METRICS, LOOP),
    task("page", STR, phase="failure"),
    task("untyped", ANY),
)  # fmt: skip


def names() -> Names:
    """What every test sees."""
    scope = Names()
    for name, type_ in PARAMS.items():
        scope.declare(ParamSymbol(name, type_, NOWHERE))
    for symbol in TASKS:
        scope.declare(task_again(symbol))
    members = Names()
    members.declare(task("load_orders", INT, id="sources.load_orders"))
    members.declare(task("hidden_gem", STR, id="sources.hidden_gem"))
    scope.declare(GroupSymbol("sources", "sources", NOWHERE, (), members))
    scope.declare(AssetSymbol("rates", Table(RATES), NOWHERE))
    scope.declare(AssetSymbol("report", PATH, NOWHERE))
    scope.declare(ConnectionSymbol("wh", "duckdb", NOWHERE))
    scope.declare(FlowSymbol("nightly", NOWHERE))
    scope.declare(ModuleSymbol("lib", "lib", NOWHERE))
    scope.declare(LoopSymbol("file", lambda: Item("loop", "item", PATH), NOWHERE))
    return scope


def task_again(symbol: TaskSymbol) -> TaskSymbol:
    return TaskSymbol(symbol.name, symbol.id, symbol.span, symbol.place, symbol.infer, phase=symbol.phase)


@define(eq=False)
class Reader:
    """Types expressions; what was declared stays."""

    world: World = field(factory=World)
    problems: Problems = field(factory=Problems)
    names: Names = field(factory=names)
    context: Context = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.context = Context(self.names, (), self.problems, self.world)

    def at(self, *place: InArm | InLoop, **changes: object) -> Reader:
        """The same, standing elsewhere."""
        other = Reader(self.world, Problems(), self.names)
        other.context = evolve(self.context, place=place, problems=other.problems, **changes)
        return other

    def __call__(self, text: str, want: Type | None = None) -> Read:
        before = len(self.problems)
        node = tree(text)
        expr = typed(node, self.context) if want is None else expected(node, self.context, want)
        return Read(expr, tuple(self.problems)[before:])

    def type(self, text: str) -> tuple[Type, list[str]]:
        before = len(self.problems)
        found = type_from(type_tree(text), self.context)
        return found, [each.code.number for each in tuple(self.problems)[before:]]

    def let(self, name: str, text: str) -> None:
        """`let name = text`."""
        node = tree(text)
        inside = evolve(self.context, allows=frozenset({"environment"}))
        self.names.declare(LetSymbol(name, node.span, lambda: typed(node, inside)))

    def fn(
        self, name: str, params: dict[str, Type], result: Type, body: str, defaults: dict[str, str] | None = None
    ) -> FunctionSymbol:
        """`fn name(params) -> result = body`."""
        given = defaults or {}
        formals = tuple(
            Formal(each, type_, tree(given[each]) if each in given else None, each not in given)
            for each, type_ in params.items()
        )
        function = FunctionSymbol(name, formals, result, tree(body), Names(), self.world, NOWHERE)
        self.world.functions[name] = function
        return function
