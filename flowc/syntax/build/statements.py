"""Clauses, bodies and statements, from the values of their parts."""

from __future__ import annotations

from typing import cast

from flowc.source import Span
from flowc.syntax import ast
from flowc.syntax.build.base import DocLine
from flowc.syntax.build.documentation import Documentation
from flowc.syntax.build.expressions import Expressions
from flowc.syntax.build.precedence import Operator

Line = tuple[ast.Clause, ...]
"""The clauses of one line; a block takes them one by one."""


class Statements(Documentation, Expressions):
    """One method for each rule; a rule's name in `flow.lark` is the method's."""

    invented: frozenset[int] = frozenset()
    """Where heads stand that only the recovery wrote: the statement that begins there is none of the user's."""

    # ------------------------------------------------------------------------------------------------ clauses, bodies

    def clause(self, name: ast.Name, *args: ast.Expr | ast.Arg) -> ast.Clause:
        return ast.Clause(
            name,
            tuple([self._arg(arg) for arg in args]),
            span=Span(self.source, name.span.start, args[-1].span.end),
        )

    def single_clause(self, name: ast.Name, value: ast.Expr) -> ast.Clause:
        return self.clause(name, value)

    def flag(self, name: ast.Name) -> ast.Clause:
        return ast.Clause(name, (), span=name.span)

    def line(self, *clauses: ast.Clause) -> Line:
        return clauses

    def block(self, start: int, *rest: ast.Stmt | Line | int) -> ast.Block:
        span = self.at(start, cast(int, rest[-1]))
        return ast.Block(self._statements(cast("tuple[ast.Stmt | Line, ...]", rest[:-1])), span, span=span)

    def _statements(self, parts: tuple[ast.Stmt | Line, ...]) -> tuple[ast.Stmt, ...]:
        statements: list[ast.Stmt] = []
        for part in parts:
            if isinstance(part, tuple):
                statements += part
            elif part.span.start not in self.invented:
                statements.append(part)
        return tuple(statements)

    def tail(self, *parts: ast.Clause | ast.Block) -> ast.Block | None:
        """Clauses on the line, then a flag or a block; None if there is nothing."""
        if not parts:
            return None
        span = parts[0].span.to(parts[-1].span)
        if not isinstance(last := parts[-1], ast.Block):
            return ast.Block(cast(Line, parts), None, len(parts), span=span)
        before = cast(Line, parts[:-1])
        return ast.Block((*before, *last.statements), last.braces, len(before), span=span)

    def _body(self, tail: ast.Block | None, end: int) -> ast.Block:
        return tail or ast.Block((), span=self.at(end, end))

    # ------------------------------------------------------------------------------------------------ statements

    def task(
        self, start: int, name: ast.Name, action: ast.Action, outputs: ast.Type | None, tail: ast.Block | None
    ) -> ast.Task:
        body = self._body(tail, (outputs or action).span.end)
        return ast.Task(name, action, outputs, body, span=Span(self.source, start, body.span.end))

    def outputs(self, type_: ast.Type) -> ast.Type:
        return type_

    def return_(self, start: int, *values: ast.Expr | ast.Arg) -> ast.Return:
        return ast.Return(tuple(self._arg(value) for value in values), span=self.at(start, values[-1].span.end))

    def group(self, start: int, name: ast.Name, tail: ast.Block | None) -> ast.Group:
        body = self._body(tail, name.span.end)
        return ast.Group(name, body, span=self.at(start, body.span.end))

    def if_(self, start: int, condition: ast.Expr, then: ast.Block, otherwise: ast.Block | ast.If | None) -> ast.If:
        return ast.If(condition, then, otherwise, span=self.at(start, (otherwise or then).span.end))

    def match(self, start: int, subject: ast.Expr, opening: int, *rest: ast.Arm | int) -> ast.Match:
        arms, end = cast("tuple[ast.Arm, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.Match(subject, arms, self.at(opening, end), span=self.at(start, end))

    def arm(self, *parts: ast.Expr | int | ast.Block | ast.Task | Line) -> ast.Arm:
        patterns, body = cast("tuple[ast.Expr, ...]", parts[:-2]), self._arm_body(cast(ast.Block, parts[-1]))
        return ast.Arm(patterns, body, span=patterns[0].span.to(body.span))

    def _arm_body(self, body: ast.Block | ast.Task | Line) -> ast.Block:
        if isinstance(body, ast.Block):
            return body
        statements = body if isinstance(body, tuple) else (body,)
        return ast.Block(statements, None, len(statements), span=statements[0].span.to(statements[-1].span))

    def for_(
        self,
        start: int,
        name: ast.Name,
        second: ast.Name | None,
        _in: Operator,
        iterable: ast.Expr,
        *rest: ast.Clause | ast.Block,
    ) -> ast.For:
        clauses, body = cast(Line, rest[:-1]), cast(ast.Block, rest[-1])
        return ast.For(name, second, iterable, clauses, body, span=self.at(start, body.span.end))

    def on_hook(self, start: int, event: ast.Name, body: ast.Block) -> ast.OnHook:
        return ast.OnHook(event, body, span=self.at(start, body.span.end))

    def on_event(self, start: int, event: ast.Event, *rest: ast.Clause | ast.Block | None) -> ast.OnEvent:
        parts = tuple(part for part in rest if part is not None)
        body = self._body(self.tail(*parts), event.span.end)
        return ast.OnEvent(event, body, span=self.at(start, body.span.end))

    def finally_(self, start: int, body: ast.Block) -> ast.Finally:
        return ast.Finally(body, span=self.at(start, body.span.end))

    def chain(self, *links: ast.Link) -> ast.Chain:
        return ast.Chain(links, span=links[0].span.to(links[-1].span))

    def fan(self, start: int, *rest: ast.Dotted | int) -> ast.Fan:
        tasks, end = cast("tuple[ast.Dotted, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.Fan(tasks, span=self.at(start, end))

    def let(self, start: int, name: ast.Name, type_: ast.Type | None, value: ast.Expr) -> ast.Let:
        return ast.Let(name, type_, value, span=self.at(start, value.span.end))

    def set_(self, start: int, path: ast.Dotted, value: ast.Expr) -> ast.Set:
        return ast.Set(path, value, span=self.at(start, value.span.end))

    def target(self, start: int, name: ast.Name, tail: ast.Block | None) -> ast.Target:
        body = self._body(tail, name.span.end)
        return ast.Target(name, body, span=self.at(start, body.span.end))

    def doc(self, *lines: DocLine) -> tuple[DocLine, ...]:
        return lines
