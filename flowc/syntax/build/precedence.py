"""A flat row of operands and operators becomes a tree.

Tightest first: `-` and `not`; `* / %`; `+ -`; `..`; `??`; comparisons and `in`; `and`; `or`. Rows associate to the
left; comparisons and ranges do not chain, a `??` chain is one node.
"""

from __future__ import annotations

from typing import cast

from attrs import define, frozen

from flowc.diagnostics import Edit, Problems
from flowc.source import Part, Source, Span
from flowc.syntax.ast import Binary, BinaryOp, Coalesce, Expr, Range, Unary, UnaryOp


@frozen
class Operator:
    """An operator in a row, and where it stands."""

    text: str
    start: int
    end: int


_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")
_TIGHTNESS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(_COMPARISONS, 3),
    "??": 4,
    "..": 5,
    "+": 6,
    "-": 6,
    **dict.fromkeys("*/%", 7),
}
LONGEST = 100
"""Operators in one row: the tree leans over by one level for each."""


def arrange(row: list[Operator | Expr], *, source: Source | Part, problems: Problems) -> Expr:
    """The tree of `row`, which the grammar promises to be operands with operators between and before them."""
    if len(row) > 2 * LONGEST:
        place = _span(row[0]) if not isinstance(row[0], Operator) else Span(source, row[0].start, row[0].end)
        problems.add("FLOW101", f"this expression has more than {LONGEST} operators", place, helps=[_SPLIT])
        return next(part for part in row if not isinstance(part, Operator))
    return _Row(row, source, problems).binary(0)


_SPLIT = "name a part of it:  let part = ..."


@define
class _Row:
    parts: list[Operator | Expr]
    source: Source | Part
    problems: Problems
    at: int = 0

    def binary(self, floor: int) -> Expr:
        """Everything from here on that binds tighter than `floor`."""
        left = self.unary()
        while self.at < len(self.parts):
            operator = self.parts[self.at]
            assert isinstance(operator, Operator)
            tightness = _TIGHTNESS[operator.text]
            if tightness <= floor:
                break
            self.at += 1
            right = self.binary(tightness)
            self._no_chain(operator, left, right)
            left = _join(operator.text, left, right)
        return left

    def unary(self) -> Expr:
        prefixes: list[Operator] = []
        while isinstance(part := self.parts[self.at], Operator):
            prefixes.append(part)
            self.at += 1
        self.at += 1
        expr = part
        for prefix in reversed(prefixes):
            span = Span(self.source, prefix.start, _span(expr).end)
            expr = Unary(cast(UnaryOp, prefix.text), expr, span=span)
        return expr

    def _no_chain(self, operator: Operator, left: Expr, right: Expr) -> None:
        place = Span(self.source, operator.start, operator.end)
        if isinstance(left, Binary) and not left.grouped and operator.text in _COMPARISONS and left.op in _COMPARISONS:
            middle, end = left.right.span.text, right.span.text
            repair = Edit(Span(self.source, operator.start, operator.start), f"and {middle} ")
            self.problems.add(
                "FLOW101",
                f"comparisons do not chain: `{operator.text}` would compare a bool",
                place,
                helps=[f"compare twice:  {left.span.text} and {middle} {operator.text} {end}"],
                edits=[repair],
            )
        if isinstance(left, Range) and not left.grouped and operator.text == "..":
            self.problems.add("FLOW101", "a range has two ends", place, helps=["a range is written  1..10"])


def _join(op: str, left: Expr, right: Expr) -> Expr:
    span = _span(left).to(_span(right))
    if op == "..":
        return Range(left, right, span=span)
    if op == "??":
        before = left.choices if isinstance(left, Coalesce) and not left.grouped else (left,)
        return Coalesce((*before, right), span=span)
    return Binary(cast(BinaryOp, op), left, right, span=span)


def _span(expr: Operator | Expr) -> Span:
    assert not isinstance(expr, Operator)
    return expr.span
