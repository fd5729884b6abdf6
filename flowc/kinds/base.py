"""What a kind is: a word for what a task does, its operand's shape, and how it becomes an action of the IR."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from attrs import frozen

from flowc.ir.actions import Action
from flowc.ir.expr import Expr, Text
from flowc.ir.types import Type
from flowc.source import Span
from flowc.syntax import ast

Holes = Literal["text", "shell", "sql", "url"]


@frozen
class Formal:
    """A parameter of a function, a template, a kind: without `default` it must be given, unless it is not `required`.

    `type` None takes a value of any type, as it is. `named`: only by its name.
    """

    name: str
    type: Type | None
    default: ast.Expr | None = None
    required: bool = True
    named: bool = False


@frozen
class PythonSignature:
    """What is known of a Python function without running it; `returns` None: not annotated."""

    returns: Type | None
    returns_nothing: bool


class Desk(Protocol):
    """What a kind is given to read its operand with. Everything wrong is reported there; None means it was."""

    def typed(self, expr: ast.Expr, want: Type | None = None, *, holes: Holes = "text") -> Expr:
        """The expression with its type, brought to `want`."""
        ...

    def text(self, operand: ast.Text, holes: Holes) -> Text:
        """A string with holes, as an expression."""
        ...

    def text_operand(self, operand: ast.Text | ast.Invocation, holes: Holes) -> Text | None:
        """A string, or `file("x")` read from the project."""
        ...

    def bind(self, args: tuple[ast.Arg, ...], formals: tuple[Formal, ...], callee: str, at: Span) -> dict[str, Expr]:
        """The arguments by the formals' names; FLOW302 to FLOW304 where they do not fit."""
        ...

    def connection(self, ref: ast.ConnectionRef | None, kinds: tuple[str, ...], at: Span, code: str) -> str | None:
        """The connection that was named, or else the only one of these kinds that the file offers."""
        ...

    def setting(self, connection: str, name: str) -> Expr | None:
        """A setting of a connection, as an expression."""
        ...

    def python(self, function: ast.ModuleRef, args: tuple[ast.Arg, ...]) -> PythonSignature | None:
        """Find a Python function statically and check how it is called (FLOW821 to FLOW826)."""
        ...

    def flow(self, callee: ast.Dotted) -> tuple[str, tuple[Formal, ...]] | None:
        """Another flow's id and parameters."""
        ...

    def report(self, code: str, message: str, at: Span, *, label: str = "", helps: tuple[str, ...] = ()) -> None:
        """A diagnostic at a place."""
        ...


Check = Callable[[ast.Action, Desk], Action | None]


@frozen
class Kind:
    """One word of `task x = WORD ...`.

    `check` turns the operand into a core action, which is how a derived kind expands. `gives` says what a task of this
    kind may give: `any` typed value (of `outputs`, if there are any), `text` read as the declared type, `own`: what
    `infer` says and no other, or `nothing`. `infer` reads the output's type where `->` is left out; True second:
    several outputs.
    """

    name: str
    summary: str
    check: Check
    gives: Literal["any", "text", "own", "nothing"] = "any"
    outputs: tuple[Type, ...] = ()
    infer: Callable[[ast.Action, Desk], tuple[Type | None, bool]] | None = None
    has_process: bool = False
    inherits_policies: bool = True
    takes_connection: bool = False


def operand_of(action: ast.Action) -> ast.Text | ast.Invocation:
    """The operand of a `kind [@conn] operand` action."""
    assert isinstance(action, ast.KindAction)
    return action.operand


Settings = Mapping[str, Expr]
