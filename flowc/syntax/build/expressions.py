"""Expressions, types, calls, actions and triggers, from the values of their parts."""

from __future__ import annotations

from typing import cast

from attrs import evolve

from flowc.source import Span
from flowc.syntax import ast
from flowc.syntax.build.base import Base
from flowc.syntax.build.precedence import Operator, arrange


class Args(tuple[ast.Arg, ...]):
    """The arguments of a call, and where its bracket closes."""

    end: int


class Expressions(Base):
    """One method for each rule; a rule's name in `flow.lark` is the method's."""

    # ------------------------------------------------------------------------------------------------ names and calls

    def dotted(self, *names: ast.Name) -> ast.Dotted:
        return ast.Dotted(names, span=Span(self.source, names[0].span.start, names[-1].span.end))

    def named_arg(self, name: ast.Name, value: ast.Expr) -> ast.Arg:
        return ast.Arg(name, value, span=name.span.to(value.span))

    def args(self, *rest: ast.Expr | ast.Arg | int) -> Args:
        args = Args(self._arg(arg) for arg in cast("tuple[ast.Expr | ast.Arg, ...]", rest[:-1]))
        args.end = cast(int, rest[-1])
        return args

    def _arg(self, arg: ast.Expr | ast.Arg) -> ast.Arg:
        return arg if isinstance(arg, ast.Arg) else ast.Arg(None, arg, span=arg.span)

    def python_action(self, start: int, function: ast.ModuleRef, args: Args) -> ast.PythonAction:
        return ast.PythonAction(function, tuple(args), span=Span(self.source, start, args.end))

    def kind_action(
        self, kind: ast.Name, connection: ast.ConnectionRef | None, operand: ast.Text | ast.Invocation
    ) -> ast.KindAction:
        return ast.KindAction(kind, connection, operand, span=kind.span.to(operand.span))

    def template_action(self, template: ast.Dotted, args: Args) -> ast.TemplateAction:
        return ast.TemplateAction(template, tuple(args), span=self.at(template.span.start, args.end))

    def bare_invocation(self, callee: ast.Dotted) -> ast.Invocation:
        return ast.Invocation(callee, None, span=callee.span)

    def invocation(self, callee: ast.Dotted, args: Args) -> ast.Invocation:
        return ast.Invocation(callee, tuple(args), span=self.at(callee.span.start, args.end))

    # ------------------------------------------------------------------------------------------------ triggers

    def event_atom(self, kind: ast.Name, operand: ast.Text | ast.Invocation) -> ast.EventAtom:
        return ast.EventAtom(kind, operand, span=kind.span.to(operand.span))

    def all_of(self, *events: ast.Event | Operator) -> ast.AllOf:
        return ast.AllOf(_nodes(events), span=_nodes(events)[0].span.to(_nodes(events)[-1].span))

    def any_of(self, *events: ast.Event | Operator) -> ast.AnyOf:
        return ast.AnyOf(_nodes(events), span=_nodes(events)[0].span.to(_nodes(events)[-1].span))

    # ------------------------------------------------------------------------------------------------ types

    def named_type(self, name: ast.Dotted) -> ast.NamedType:
        return ast.NamedType(name, span=name.span)

    def generic(self, name: ast.Dotted, *rest: ast.Type | int) -> ast.GenericType:
        args, end = cast("tuple[ast.Type, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.GenericType(name, args, span=self.at(name.span.start, end))

    def sized(self, name: ast.Dotted, *rest: ast.Expr | int) -> ast.SizedType:
        args, end = cast("tuple[ast.Expr, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.SizedType(name, args, span=self.at(name.span.start, end))

    def optional(self, inner: ast.Type, end: int) -> ast.OptionalType:
        return ast.OptionalType(inner, span=self.at(inner.span.start, end))

    def text_type(self, text: ast.Text) -> ast.TextType:
        return ast.TextType(text, span=text.span)

    def union(self, *members: ast.Type) -> ast.UnionType:
        return ast.UnionType(members, span=members[0].span.to(members[-1].span))

    def record(self, start: int, *rest: ast.Field | int) -> ast.RecordType:
        fields, end = cast("tuple[ast.Field, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.RecordType(fields, span=self.at(start, end))

    def field(self, name: ast.Name, type_: ast.Type) -> ast.Field:
        return ast.Field(name, type_, span=name.span.to(type_.span))

    # ------------------------------------------------------------------------------------------------ expressions

    def hole(self, expr: ast.Expr) -> ast.Expr:
        return expr

    def expression(self, expr: ast.Expr) -> ast.Expr:
        return expr

    def operation(self, *row: Operator | ast.Expr) -> ast.Expr:
        return arrange(list(row), source=self.source, problems=self.problems)

    def ternary(self, then: ast.Expr, _if: int, condition: ast.Expr, otherwise: ast.Expr) -> ast.Ternary:
        return ast.Ternary(then, condition, otherwise, span=then.span.to(otherwise.span))

    def brackets(self, start: int, expr: ast.Expr, end: int) -> ast.Expr:
        if isinstance(expr, ast.Operation):
            return evolve(expr, grouped=True, span=self.at(start, end))
        return evolve(expr, span=self.at(start, end))

    def attribute(self, value: ast.Expr, name: ast.Name) -> ast.Attribute:
        return ast.Attribute(value, name, span=Span(self.source, value.span.start, name.span.end))

    def index(self, value: ast.Expr, index: ast.Expr, end: int) -> ast.Index:
        return ast.Index(value, index, span=self.at(value.span.start, end))

    def call(self, function: ast.Expr, args: Args) -> ast.Call:
        return ast.Call(function, tuple(args), span=self.at(function.span.start, args.end))

    def list_(self, start: int, *rest: ast.Expr | int) -> ast.ListExpr:
        items, end = cast("tuple[ast.Expr, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.ListExpr(items, span=self.at(start, end))

    def comprehension(
        self,
        start: int,
        element: ast.Expr,
        _for: int,
        name: ast.Name,
        _in: Operator,
        iterable: ast.Expr,
        _if: int | None,
        condition: ast.Expr | None,
        end: int,
    ) -> ast.Comprehension:
        return ast.Comprehension(element, name, iterable, condition, span=self.at(start, end))

    def map_(self, start: int, *rest: ast.Entry | int) -> ast.MapExpr:
        entries, end = cast("tuple[ast.Entry, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.MapExpr(entries, span=self.at(start, end))

    def entry(self, key: ast.Name | ast.Text, value: ast.Expr) -> ast.Entry:
        return ast.Entry(key, value, span=key.span.to(value.span))


def _nodes(events: tuple[ast.Event | Operator, ...]) -> tuple[ast.Event, ...]:
    return tuple(event for event in events if not isinstance(event, Operator))
