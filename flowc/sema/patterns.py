"""The patterns of a `match`: constants and ranges that the subject is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowc.diagnostics import Label
from flowc.ir.expr import Between, Expr, Lit
from flowc.ir.types import BOOL, Enum, Optional
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.expressions import expected, typed
from flowc.sema.types import strip
from flowc.syntax import ast

_OTHERS = ("default", "otherwise", "other", "rest", "any")


def read_patterns(patterns: Sequence[ast.Expr], subject: Expr, context: Context) -> tuple[Expr, ...]:
    """The patterns of an arm, of the subject's type; none for `_`."""
    if _is_default(patterns):
        return ()
    want = strip(subject.type)
    found: list[Expr] = []
    for pattern in patterns:
        is_new = isinstance(pattern, ast.Name) and context.names.find(pattern.text) is None
        if isinstance(pattern, ast.Name) and is_new and pattern.text in _OTHERS:
            helps = ("the arm that takes all others is `_ => ...`",)
            context.problems.add("FLOW201", f"there is no value `{pattern.text}` here", pattern.span, helps=helps)
            return ()
        if isinstance(pattern, ast.Range):
            low = expected(pattern.first, context, want)
            high = expected(pattern.last, context, want)
            expr: Expr = Between(low, high, want, pattern.span)
        elif isinstance(pattern, ast.NullLiteral) and isinstance(subject.type, Optional):
            expr = typed(pattern, context)
        else:
            expr = expected(pattern, context, want)
        require_stage(expr, "build", context, "a pattern")
        found.append(expr)
    return tuple(found)


def report_arms(stmt: ast.Match, patterns: Sequence[tuple[Expr, ...]], subject: Expr, context: Context) -> None:
    """Arms that cannot be chosen (FLOW312), and values that no arm takes (FLOW311)."""
    seen: dict[object, ast.Arm] = {}
    ranges: list[tuple[Any, Any, ast.Arm]] = []
    default: ast.Arm | None = None
    for arm, found in zip(stmt.arms, patterns, strict=True):
        if default is not None:
            _unreachable(arm, default, "`_` takes everything before this arm", context)
            continue
        if not found:  # `_`, or what was meant as it
            default = arm
            continue
        before = [taken for expr in found if (taken := _taken(expr, seen, ranges))]
        if before and len(before) == len(found):
            _unreachable(arm, before[0], "an arm before this one takes the same values", context)
        for expr in found:
            if isinstance(expr, Lit):
                seen.setdefault(expr.value, arm)
            elif isinstance(expr, Between) and (ends := _ends(expr)) is not None:
                ranges.append((*ends, arm))
    if default is None:
        _exhaustive(stmt, set(seen), subject, context)


def _taken(expr: Expr, seen: dict[object, ast.Arm], ranges: Sequence[tuple[Any, Any, ast.Arm]]) -> ast.Arm | None:
    """The arm above that takes all that a pattern takes. Ranges that together cover it are not looked for."""
    if isinstance(expr, Lit) and expr.value in seen:
        return seen[expr.value]
    ends = (expr.value, expr.value) if isinstance(expr, Lit) else _ends(expr)
    if ends is None or None in ends:
        return None
    return next((arm for low, high, arm in ranges if low <= ends[0] and ends[1] <= high), None)


def _ends(expr: Expr) -> tuple[Any, Any] | None:
    """The ends of a range, where both are known."""
    if not isinstance(expr, Between):
        return None
    low, high = constant(expr.low), constant(expr.high)
    return None if low is None or high is None else (low, high)


def _is_default(patterns: Sequence[ast.Expr]) -> bool:
    return len(patterns) == 1 and isinstance(patterns[0], ast.Name) and patterns[0].text == "_"


def _unreachable(arm: ast.Arm, before: ast.Arm, why: str, context: Context) -> None:
    context.problems.add(
        "FLOW312",
        "this arm is never chosen",
        arm.patterns[0].span,
        related=[Label(before.patterns[0].span, why)],
        helps=("remove it, or move it up",),
    )


def _exhaustive(stmt: ast.Match, seen: set[object], subject: Expr, context: Context) -> None:
    type_ = strip(subject.type)
    if str(type_) == "any":
        return
    members: tuple[object, ...] | None = None
    if isinstance(type_, Enum):
        members = type_.members
    elif type_ == BOOL:
        members = (False, True)
    if members is None or isinstance(subject.type, Optional):
        missing = "other values"
    else:
        left = [member for member in members if member not in seen]
        if not left:
            return
        missing = ", ".join(f'"{member}"' if isinstance(member, str) else str(member).lower() for member in left)
    context.problems.add(
        "FLOW311", f"no arm takes {missing}", stmt.subject.span, helps=("add `_ => skip` or an arm of its own",)
    )
