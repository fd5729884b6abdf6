"""`expect COND` in a test: a bool over what the flow has, and over what became of its tasks.

expect ran(load) and n == 15         `ran(load)` is a bool, `attempts(load)` a number; all else reads as in the flow
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from flowc.diagnostics import Problems
from flowc.diagnostics.suggest import closest
from flowc.sema.context import Context
from flowc.sema.expressions import condition, typed
from flowc.sema.scope import LetSymbol, Names
from flowc.sema.spot import FlowState
from flowc.syntax import ast
from flowc.syntax.rewrite import rewrite

VERDICTS = ("ran", "skipped", "failed", "blocked", "recovered")
"""What may have become of a task, a group or the run; `attempts` counts."""
_WORDS = (*VERDICTS, "attempts")
# A test may look at what was skipped (no value is then no match), and at the tasks of handlers.
_FINE = ("FLOW309", "FLOW408", "FLOW409")


def names_of_test(test: ast.Test, state: FlowState, context: Context) -> Names:
    """The names of the flow and of its handlers, and the `let`s of the test over them."""
    names = Names(outer=state.names)
    for id_, task in state.tasks.items():
        if "." not in id_ and names.find(id_) is None:
            names.declare(task)  # of a handler, whose names no other task sees
    inside = evolve(context, names=names)
    for stmt in test.body:
        if isinstance(stmt, ast.Let):
            names.declare(LetSymbol(stmt.name.text, stmt.name.span, lambda stmt=stmt: typed(stmt.value, inside)))
    return names


def read_expectation(expr: ast.Expr, state: FlowState, context: Context) -> None:
    """Report what is no name, no bool, or no task."""
    own = Problems()
    known = [*state.tasks, *state.groups, "run"]
    plain = rewrite(expr, lambda node: _verdict(node, known, own))
    assert isinstance(plain, ast.Expr)
    condition(plain, evolve(context, problems=own, allows=context.allows | {"skipped", "check"}))
    context.problems.extend(each for each in own if each.code.number not in _FINE)


def _verdict(node: ast.Node, known: Iterable[str], problems: Problems) -> ast.Node | None:
    """A verdict as a value of its type, once what it is about was looked up; None for what is none."""
    if not isinstance(node, ast.Call) or not isinstance(node.function, ast.Name) or node.function.text not in _WORDS:
        return None
    word = node.function.text
    if len(node.args) != 1 or node.args[0].name is not None:
        problems.add("FLOW302", f"`{word}` takes one task, group or `run`", node.span, helps=(f"{word}(load)",))
    elif (about := node.args[0].value.span.text) not in known:
        near = closest(about, known)
        helps = (f"did you mean `{near}`?",) if near else (f"there are {', '.join([*known][:8])}",)
        problems.add("FLOW201", f"`{about}` is no task or group of this flow", node.args[0].span, helps=helps)
    if word == "attempts":
        return ast.IntLiteral(1, "1", span=node.span)
    return ast.BoolLiteral(True, span=node.span)
