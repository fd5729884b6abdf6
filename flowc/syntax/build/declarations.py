"""Declarations and files, from the values of their parts."""

from __future__ import annotations

from typing import cast

from flowc.syntax import ast
from flowc.syntax.build.base import DocLine
from flowc.syntax.build.precedence import Operator
from flowc.syntax.build.statements import Statements


class Params(tuple[ast.Param, ...]):
    """The parameters in their brackets; another type than a clause's or a block's."""


class Declarations(Statements):
    """One method for each rule; a rule's name in `flow.lark` is the method's."""

    def file(self, *items: ast.Item) -> ast.File:
        kept = tuple(item for item in items if item.span.start not in self.invented)
        return ast.File(kept, span=self.at(0, len(self.text)))

    # ------------------------------------------------------------------------------------------------ modules

    def import_(self, start: int, module: ast.Dotted, alias: ast.Name | None) -> ast.Import:
        return ast.Import(module, alias, span=self.at(start, (alias or module).span.end))

    def from_(self, start: int, module: ast.Dotted, _import: int, *rest: ast.ImportedName | int) -> ast.FromImport:
        names = tuple(name for name in rest if not isinstance(name, int))
        end = last if isinstance(last := rest[-1], int) else last.span.end
        return ast.FromImport(module, names, span=self.at(start, end))

    def import_name(self, name: ast.Name, alias: ast.Name | None) -> ast.ImportedName:
        return ast.ImportedName(name, alias, span=name.span.to((alias or name).span))

    # ------------------------------------------------------------------------------------------------ flows and kin

    def flow(self, start: int, name: ast.Name, *rest: Params | ast.Type | ast.Block | None) -> ast.Flow:
        params = rest[0] if isinstance(rest[0], Params) else ()
        outputs, body = cast("tuple[ast.Type | None, ast.Block]", rest[-2:])
        return ast.Flow(name, tuple(params), outputs, body, span=self.at(start, body.span.end))

    def template(
        self,
        start: int,
        name: ast.Name,
        params: Params,
        outputs: ast.Type | None,
        body: ast.Block | ast.TemplateTask,
    ) -> ast.Template:
        return ast.Template(name, tuple(params), outputs, body, span=self.at(start, body.span.end))

    def template_task(self, action: ast.Action, outputs: ast.Type | None, tail: ast.Block | None) -> ast.TemplateTask:
        body = self._body(tail, (outputs or action).span.end)
        return ast.TemplateTask(action, outputs, body, span=action.span.to(body.span))

    def func(self, start: int, name: ast.Name, params: Params, returns: ast.Type, value: ast.Expr) -> ast.Function:
        return ast.Function(name, tuple(params), returns, value, span=self.at(start, value.span.end))

    def params(self, *params: ast.Param) -> Params:
        return Params(params)

    def param(self, *parts: DocLine | ast.Name | ast.Type | Operator | ast.Expr | None) -> ast.Param:
        doc = tuple(part for part in parts if isinstance(part, DocLine))
        name, type_, _, allowed, default = cast(
            "tuple[ast.Name, ast.Type, Operator | None, ast.Expr | None, ast.Expr | None]", parts[len(doc) :]
        )
        span = name.span.to((default or allowed or type_).span)
        return ast.Param(name, type_, allowed, default, self._text(doc) if doc else None, span=span)

    # ------------------------------------------------------------------------------------------------ data

    def enum(self, start: int, name: ast.Name, *members: ast.Text) -> ast.Enum:
        return ast.Enum(name, members, span=self.at(start, members[-1].span.end))

    def schema(
        self, start: int, name: ast.Name, base: ast.Dotted | None, opening: int, *rest: ast.Column | int
    ) -> ast.Schema:
        columns, end = cast("tuple[ast.Column, ...]", rest[:-1]), cast(int, rest[-1])
        return ast.Schema(name, base, columns, self.at(opening, end), span=self.at(start, end))

    def column(self, name: ast.Name, type_: ast.Type, *rest: ast.ConnectionRef | ast.Clause) -> ast.Column:
        marks = tuple(part.name for part in rest if isinstance(part, ast.ConnectionRef))
        clauses = tuple(part for part in rest if isinstance(part, ast.Clause))
        return ast.Column(name, type_, marks, clauses, span=name.span.to((rest[-1] if rest else type_).span))

    def asset(
        self,
        start: int,
        name: ast.Name,
        type_: ast.Type | None,
        locator: ast.Locator | None,
        tail: ast.Block | None,
    ) -> ast.Asset:
        body = self._body(tail, (locator or type_ or name).span.end)
        return ast.Asset(name, type_, locator, body, span=self.at(start, body.span.end))

    def locator(self, connection: ast.ConnectionRef | None, path: ast.Text) -> ast.Locator:
        return ast.Locator(connection, path, span=(connection or path).span.to(path.span))

    # ------------------------------------------------------------------------------------------------ settings

    def connection(self, start: int, name: ast.Name, kind: ast.Name, tail: ast.Block | None) -> ast.Connection:
        body = self._body(tail, kind.span.end)
        return ast.Connection(name, kind, body, span=self.at(start, body.span.end))

    def policy(self, start: int, name: ast.Name, tail: ast.Block | None) -> ast.Policy:
        body = self._body(tail, name.span.end)
        return ast.Policy(name, body, span=self.at(start, body.span.end))

    def defaults(self, start: int, tail: ast.Block | None) -> ast.Defaults:
        body = self._body(tail, start + len("defaults"))
        return ast.Defaults(body, span=self.at(start, body.span.end))

    def profile(self, start: int, name: ast.Name, extends: ast.Name | None, body: ast.Block) -> ast.Profile:
        return ast.Profile(name, extends, body, span=self.at(start, body.span.end))

    def test(self, start: int, title: ast.Text, _for: int | None, flow: ast.Dotted | None, body: ast.Block) -> ast.Test:
        return ast.Test(title, flow, body, span=self.at(start, body.span.end))
