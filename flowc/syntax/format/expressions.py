"""Expressions, types, calls and triggers as documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from attrs import define

from flowc.syntax import ast
from flowc.syntax.format.comments import Comments, shown
from flowc.syntax.format.layout import HARD, Doc, Group, IfBroken, Line, Nest, concat, join

_TERNARY, _OR, _AND, _COMPARE, _COALESCE, _RANGE, _SUM, _PRODUCT, _UNARY, _POSTFIX = range(10)
_LEVELS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(["==", "!=", "<", "<=", ">", ">=", "in", "not in"], _COMPARE),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/%", _PRODUCT),
}


@define
class Expressions:
    """Prints what stands inside statements; `text` is the source, for what its author broke on purpose."""

    text: str
    comments: Comments

    # ------------------------------------------------------------------------------------------------ lists

    def listed(
        self,
        opening: str,
        items: Iterable[tuple[ast.Node, Doc]],
        closing: str,
        *,
        begin: int,
        end: int,
        comma: str = ",",
        gap: str = "",
    ) -> Doc:
        """Items in brackets, with their comments, between the offsets `begin` (before the opening bracket) and `end`.

        Where the author began a new line after the opening bracket, or a comment stands inside, each item has a line
        of its own, with `comma` behind it.
        """
        rows: list[Doc] = []
        docs: list[Doc] = []
        broken, at = False, begin
        for node, doc in items:
            start = self.comments.doc_start(at, node.span.start)
            broken = broken or start < node.span.start or (not docs and "\n" in self.text[begin:start])
            before = self.comments.take(at, node.span.start)
            after = self.comments.trailing(node.span.end)
            broken = broken or bool(before or after)
            rows += [shown(comment) for comment in before]
            rows.append(concat(doc, comma, *after))
            docs.append(doc)
            at = node.span.end
        left = [shown(comment) for comment in self.comments.take(at, end)]
        if broken or left:
            return Group(concat(opening, Nest(concat(HARD, join(HARD, [*rows, *left]))), HARD, closing), broken=True)
        if not docs:
            return opening + closing
        inner = join(concat(IfBroken(comma, ","), Line()), docs)
        return Group(concat(opening, Nest(concat(Line(gap), inner, IfBroken(comma))), Line(gap), closing))

    def args(self, args: tuple[ast.Arg, ...], *, begin: int, end: int) -> Doc:
        """`(a, name: b)`; `begin` is where what is called ends."""
        return self.listed("(", ((arg, self.arg(arg)) for arg in args), ")", begin=begin, end=end)

    def arg(self, arg: ast.Arg) -> Doc:
        """`a` or `name: a`."""
        return concat(f"{arg.name.text}: ", self.expr(arg.value)) if arg.name else self.expr(arg.value)

    def invocation(self, operand: ast.Text | ast.Invocation) -> Doc:
        """The operand of a kind or a trigger."""
        if isinstance(operand, ast.Text):
            return operand.spelling
        if operand.args is None:
            return operand.callee.text
        args = self.args(operand.args, begin=operand.callee.span.end, end=operand.span.end)
        return concat(operand.callee.text, args)

    def action(self, action: ast.Action) -> Doc:
        """`python m:f(x)`, `sql @wh "..."`, `load("x")`."""
        match action:
            case ast.PythonAction(function, args):
                spelled = f"python {function.module}:{function.symbol}"
                return concat(spelled, self.args(args, begin=function.span.end, end=action.span.end))
            case ast.KindAction(kind, connection, operand):
                connected = f"@{connection.name.text} " if connection else ""
                return concat(f"{kind.text} {connected}", self.invocation(operand))
            case ast.TemplateAction(template, args):
                return concat(template.text, self.args(args, begin=template.span.end, end=action.span.end))

    def event(self, event: ast.Event, *, inside: bool = False) -> Doc:
        """`asset a and asset b`; brackets where `and` holds an `or`, or one row stands in another of its kind."""
        match event:
            case ast.EventAtom(kind, operand):
                return concat(f"{kind.text} ", self.invocation(operand))
            case ast.AllOf(events):
                parts = [self._event_in(part, (ast.AllOf, ast.AnyOf)) for part in events]
                return self.row(parts, "and")
            case ast.AnyOf(events):
                parts = [self._event_in(part, (ast.AnyOf,)) for part in events]
                return self.row(parts, "or")

    def _event_in(self, event: ast.Event, bracketed: tuple[type[ast.Event], ...]) -> Doc:
        doc = self.event(event)
        return concat("(", doc, ")") if isinstance(event, bracketed) else doc

    def row(self, parts: list[Doc], word: str) -> Doc:
        """`a and b and c`; where it is too long each `and` begins a line."""
        rest = [concat(Line(), f"{word} ", part) for part in parts[1:]]
        return Group(concat(parts[0], Nest(concat(*rest), by=4)))

    # ------------------------------------------------------------------------------------------------ types

    def type(self, type_: ast.Type) -> Doc:
        """A type."""
        match type_:
            case ast.NamedType(name):
                return name.text
            case ast.GenericType(name, args):
                return concat(f"{name.text}[", join(", ", map(self.type, args)), "]")
            case ast.SizedType(name, args):
                return concat(f"{name.text}(", join(", ", map(self.expr, args)), ")")
            case ast.OptionalType(inner):
                return concat(self.type(inner), "?")
            case ast.TextType(text):
                return text.spelling
            case ast.UnionType(members):
                return join(" | ", map(self.type, members))
            case ast.RecordType(fields):
                items = ((field, concat(f"{field.name.text}: ", self.type(field.type))) for field in fields)
                return self.listed("(", items, ")", begin=type_.span.start, end=type_.span.end)

    # ------------------------------------------------------------------------------------------------ expressions

    def expr(self, expr: ast.Expr, floor: int = _TERNARY) -> Doc:
        """An expression; in brackets where it binds no tighter than `floor` asks, or its author wrote them."""
        doc = self._bare(expr)
        if isinstance(expr, ast.Operation) and (expr.grouped or _level(expr) < floor):
            return concat("(", doc, ")")
        return doc

    def _bare(self, expr: ast.Expr) -> Doc:
        match expr:
            case ast.Name(text):
                return text
            case ast.ConnectionRef(name):
                return f"@{name.text}"
            case ast.BoolLiteral(value):
                return "true" if value else "false"
            case ast.NullLiteral():
                return "null"
            case ast.Unary() | ast.Binary() | ast.Range() | ast.Coalesce() | ast.Ternary():
                return self._operation(expr)
            case ast.Attribute(value, name):
                return concat(self.expr(value, _POSTFIX), f".{name.text}")
            case ast.Index(value, index):
                return concat(self._base(value), "[", self.expr(index), "]")
            case ast.Call(function, args):
                return concat(self._base(function), self.args(args, begin=function.span.end, end=expr.span.end))
            case ast.ListExpr(items):
                docs = ((item, self.expr(item)) for item in items)
                return self.listed("[", docs, "]", begin=expr.span.start, end=expr.span.end)
            case ast.Comprehension():
                return self._comprehension(expr)
            case ast.MapExpr(entries):
                docs = ((entry, self._entry(entry)) for entry in entries)
                return self.listed("{", docs, "}", begin=expr.span.start, end=expr.span.end, comma="", gap=" ")
            case _:
                return expr.spelling

    def _base(self, expr: ast.Expr) -> Doc:
        """What a bracket touches: it must end in a word or a bracket."""
        doc = self.expr(expr, _POSTFIX)
        return concat("(", doc, ")") if isinstance(expr, (ast.Text, ast.MapExpr)) else doc

    def _operation(self, expr: ast.Operation) -> Doc:
        match expr:
            case ast.Unary(op, operand):
                return concat("-" if op == "-" else "not ", self.expr(operand, _UNARY))
            case ast.Binary(op):
                return self._binary(expr, _LEVELS[op])
            case ast.Range(first, last):
                dots = ".." if _simple(first) and _simple(last) else " .. "
                return concat(self.expr(first, _RANGE + 1), dots, self.expr(last, _RANGE + 1))
            case ast.Coalesce(choices):
                return self.row([self.expr(choice, _COALESCE + 1) for choice in choices], "??")
            case ast.Ternary(then, condition, otherwise):
                return concat(self.expr(then, _OR), " if ", self.expr(condition, _OR), " else ", self.expr(otherwise))
            case _:
                assert_never(expr)

    def _binary(self, expr: ast.Binary, level: int) -> Doc:
        if expr.op in ("and", "or"):
            parts: list[Doc] = []
            left: ast.Expr = expr
            while isinstance(left, ast.Binary) and left.op == expr.op and (left is expr or not left.grouped):
                parts.append(self.expr(left.right, level + 1))
                left = left.left
            return self.row([self.expr(left, level), *reversed(parts)], expr.op)
        lower = level + 1 if level == _COMPARE else level
        return concat(self.expr(expr.left, lower), f" {expr.op} ", self.expr(expr.right, level + 1))

    def _comprehension(self, expr: ast.Comprehension) -> Doc:
        condition = concat(" if ", self.expr(expr.condition, _OR)) if expr.condition else ""
        head = concat(self.expr(expr.element), f" for {expr.name.text} in ", self.expr(expr.iterable, _OR), condition)
        return concat("[", head, "]")

    def _entry(self, entry: ast.Entry) -> Doc:
        key = entry.key.spelling if isinstance(entry.key, ast.Text) else entry.key.text
        return concat(f"{key}: ", self.expr(entry.value))


def _level(expr: ast.Operation) -> int:
    match expr:
        case ast.Unary():
            return _UNARY
        case ast.Binary():
            return _LEVELS[expr.op]
        case ast.Range():
            return _RANGE
        case ast.Coalesce():
            return _COALESCE
        case ast.Ternary():
            return _TERNARY


def _simple(end: ast.Expr) -> bool:
    """Whether `..` may touch it."""
    if isinstance(end, ast.Unary):
        return end.op == "-" and not end.grouped and _simple(end.operand)
    return isinstance(end, (ast.IntLiteral, ast.FloatLiteral, ast.DateLiteral, ast.DurationLiteral, ast.Name))
