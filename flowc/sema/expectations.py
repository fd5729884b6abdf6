"""`expect COND` in a test: a bool over what the flow has, and over what became of its tasks.

expect ran(load) and n == 15         `ran(load)` is a bool, `attempts(load)` a number; all else reads as in the flow
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from typing import cast, get_args

from attrs import define, evolve

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Output, walk
from flowc.ir.tests import Claim, Side, Verdict, Word
from flowc.ir.types import BOOL, INT
from flowc.sema.context import Context
from flowc.sema.expressions import condition, is_poison, typed
from flowc.sema.infer import is_literal
from flowc.sema.scope import LetSymbol, Names, ParamSymbol
from flowc.sema.spot import FlowState
from flowc.syntax import ast
from flowc.syntax.rewrite import rewrite

_WORDS: tuple[Word, ...] = get_args(Word)
"""What may have become of a task, a group or the run; `attempts` counts."""
# A test may look at what was skipped: where it says so, that is not told, and the claim does not hold.
_FINE = ("FLOW309", "FLOW408", "FLOW409")
_CONSTANTS = (
    ast.BoolLiteral,
    ast.DateLiteral,
    ast.DateTimeLiteral,
    ast.TimeLiteral,
    ast.DurationLiteral,
    ast.SizeLiteral,
)
_COMPARES = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


class _All(frozenset[Expr]):
    """Nothing that is read is null, as far as types go."""

    def __contains__(self, item: object) -> bool:
        return True

    def __or__(self, other: object) -> _All:  # type: ignore[override]
        return self


def names_of_test(test: ast.Test, state: FlowState, context: Context) -> Names:
    """The names of the flow and of its handlers, and the `let`s of the test over them."""
    names = Names(outer=state.names)
    for id_, task in state.tasks.items():
        if "." not in id_ and names.find(id_) is None:
            over = copy(task)  # of a handler, whose names no other task sees: once the run is over, it can be read
            over.phase = "main"
            names.declare(over)
    inside = evolve(context, names=names, narrowed=_All())
    for stmt in test.body:
        if isinstance(stmt, ast.Let):
            let = LetSymbol(stmt.name.text, stmt.name.span, lambda stmt=stmt: typed(stmt.value, inside))
            if (held := names.declare(let)) is not None:
                related = [Label(held.span, "first here")]
                context.problems.add("FLOW202", f"`{let.name}` stands twice in this test", let.span, related=related)
    return names


def read_expectation(expr: ast.Expr, state: FlowState, context: Context) -> Iterator[Claim]:
    """What is claimed, each condition of an `and` by itself; what is no name, no bool, or no task is reported."""
    if isinstance(expr, ast.Binary) and expr.op == "and":
        yield from read_expectation(expr.left, state, context)
        yield from read_expectation(expr.right, state, context)
        return
    found = _Reader(context, [*state.tasks, *state.groups, "run"]).claim(expr)
    if found is not None:
        yield found


@define(eq=False)
class _Reader:
    """Reads one claim."""

    context: Context
    known: list[str]

    def claim(self, expr: ast.Expr) -> Claim | None:
        names = Names(outer=self.context.names)
        own = Problems()
        verdicts: dict[str, Verdict] = {}
        plain = rewrite(expr, lambda node: self._verdict(node, names, verdicts, own))
        assert isinstance(plain, ast.Expr)
        inside = evolve(self.context, names=names, problems=own, allows=self.context.allows | {"skipped", "check"})
        read = condition(plain, inside)
        if is_poison(read):
            inside = evolve(inside, problems=Problems(), narrowed=_All())
            read = condition(plain, inside)
        grave = [each for each in own if each.code.number not in _FINE]
        self.context.problems.extend(grave or (own if is_poison(read) else ()))
        if is_poison(read):
            return None
        return Claim(read, tuple(verdicts.values()), tuple(_sides(plain, inside)), expr.span)

    def _verdict(
        self, node: ast.Node, names: Names, verdicts: dict[str, Verdict], problems: Problems
    ) -> ast.Node | None:
        """A verdict as the name of a value, once what it is about was looked up; None for what is none."""
        if not isinstance(node, ast.Call) or not isinstance(node.function, ast.Name):
            return None
        word = cast(Word, node.function.text)
        if word not in _WORDS:
            return None
        about = node.args[0].value.span.text if node.args else ""
        if len(node.args) != 1 or node.args[0].name is not None:
            problems.add("FLOW302", f"`{word}` takes one task, group or `run`", node.span, helps=(f"{word}(load)",))
        elif about not in self.known:
            near = closest(about, self.known)
            helps = (f"did you mean `{near}`?",) if near else (f"there are {', '.join(self.known[:8])}",)
            problems.add("FLOW201", f"`{about}` is no task or group of this flow", node.args[0].span, helps=helps)
        name = f"{word}({about})"
        verdicts[name] = Verdict(name, word, about)
        names.declare(ParamSymbol(name, INT if word == "attempts" else BOOL, node.span))
        return ast.Name(name, span=node.span)


def _sides(expr: ast.Expr, context: Context) -> Iterator[Side]:
    """What to show of a claim: both sides of what compares, and the tasks that they are made of."""
    quiet = evolve(context, problems=Problems())
    seen: set[Expr] = set()
    made: list[Expr] = []
    for part in _parts(expr):
        read = typed(part, quiet)
        if not is_poison(read) and read not in seen:
            seen.add(read)
            made += walk(read)
            yield Side(part.span.text, read)
    for leaf in made:
        if isinstance(leaf, Output) and leaf.at is not None and leaf not in seen:
            seen.add(leaf)
            yield Side(leaf.at.text, leaf)


def _parts(expr: ast.Expr) -> Iterable[ast.Expr]:
    match expr:
        case ast.Unary(op="not", operand=operand):
            yield from _parts(operand)
        case ast.Binary(op="and" | "or", left=left, right=right):
            yield from _parts(left)
            yield from _parts(right)
        case ast.Binary(op=op, left=left, right=right) if op in _COMPARES:
            yield from (side for side in (left, right) if not is_literal(side) and not _is_constant(side))
        case _ if not is_literal(expr):
            yield expr
        case _:
            pass


def _is_constant(expr: ast.Expr) -> bool:
    """What stands there is what it came to."""
    return isinstance(expr, _CONSTANTS)
