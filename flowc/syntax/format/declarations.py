"""Declarations and whole files as documents."""

from __future__ import annotations

from typing import assert_never

from attrs import define

from flowc.syntax import ast
from flowc.syntax.format.layout import HARD, Doc, Group, Line, Nest, Pad, concat, fits, join
from flowc.syntax.format.sequence import Entry, doc_rows, sequence
from flowc.syntax.format.statements import Statements


@define
class Declarations(Statements):
    """Prints what stands in files."""

    def file(self, file: ast.File) -> Doc:
        """The whole file."""
        lines = sequence(file.items, self.item, comments=self.comments, begin=0, end=len(self.text))
        return concat(join(HARD, lines), HARD) if lines else ""

    def item(self, item: ast.Item) -> Entry:
        """Any declaration."""
        match item:
            case ast.Import(module, alias):
                return Entry(f"import {module.text}{_alias(alias)}")
            case ast.FromImport():
                return Entry(self.from_import(item))
            case ast.Flow(name, params, outputs, body):
                written = self.params(name, params) if params else ""
                return Entry(concat(f"flow {name.text}", written, self.outputs(outputs), " ", self.block(body)))
            case ast.Template():
                return Entry(self.template(item))
            case ast.Function(name, params, returns, value):
                head = concat(f"fn {name.text}", self.params(name, params), " -> ", self.type(returns))
                return Entry(concat(head, " = ", self.expr(value)))
            case ast.Enum(name, members):
                spelled = join(concat(",", Line()), (member.spelling for member in members))
                return Entry(concat(f"enum {name.text} = ", Group(Nest(spelled, by=4))))
            case ast.Schema():
                return self.schema(item)
            case ast.Profile(name, extends, body):
                extending = f" extends {extends.text}" if extends else ""
                return Entry(concat(f"profile {name.text}{extending} ", self.block(body)))
            case ast.Test(title, flow, body):
                tested = f" for {flow.text}" if flow else ""
                return Entry(concat(f"test {title.spelling}{tested} ", self.block(body)))
            case ast.Let() | ast.Set() | ast.Target() | ast.Asset() | ast.Policy() | ast.Defaults() | ast.Connection():
                return Entry(self.setting(item))
            case _:
                assert_never(item)

    def from_import(self, item: ast.FromImport) -> Doc:
        """`from m import a, b`; brackets only where it takes several lines."""
        head = f"from {item.module.text} import "
        names = [(name, f"{name.name.text}{_alias(name.alias)}") for name in item.names]
        line = head + ", ".join(spelled for _, spelled in names)
        begin, end = item.module.span.end, item.span.end
        begin = max(begin, self.text.find("(", begin, end))
        opened = "\n" in self.text[begin : item.names[0].span.start]
        if not opened and not self.comments.any_in(begin, end) and fits(line, self.depth):
            return line
        return concat(head, self.listed("(", names, ")", begin=begin, end=end))

    def template(self, item: ast.Template) -> Doc:
        """`template t(x: str) -> int { ... }`, `template t(x: str) = sh "..." retry 2`."""
        params = self.params(item.name, item.params)
        head = concat(f"template {item.name.text}", params, self.outputs(item.outputs))
        match item.body:
            case ast.Block() as block:
                return concat(head, " ", self.block(block))
            case ast.TemplateTask(action, outputs, body):
                return self.tail(concat(head, " = ", self.action(action), self.outputs(outputs)), body)[0]

    def params(self, name: ast.Name, params: tuple[ast.Param, ...]) -> Doc:
        """`(a: int, b: str = "x")`."""
        begin = name.span.end
        closing = self.text.find(")", params[-1].span.end) if params else begin
        return self.listed("(", ((param, self.param(param)) for param in params), ")", begin=begin, end=closing)

    def param(self, param: ast.Param) -> Doc:
        """`min_score: float in 0.0..1.0 = 0.2`."""
        rows = [] if param.doc is None else [part for row in doc_rows(param.doc) for part in (row, HARD)]
        allowed = concat(" in ", self.expr(param.allowed, 1)) if param.allowed else ""
        default = concat(" = ", self.expr(param.default)) if param.default else ""
        return concat(*rows, f"{param.name.text}: ", self.type(param.type), allowed, default)

    def schema(self, schema: ast.Schema) -> Entry:
        """`schema S(Base) { ... }`."""
        base = f"({schema.base.text})" if schema.base else ""
        head, pad = f"schema {schema.name.text}{base}", Pad()
        columns = self.braced(schema.columns, self.column, schema.braces.start, schema.braces.end, comma=",")
        doc = concat(head, pad, " ", columns)
        if fits(doc, self.depth):
            return Entry(doc, "schema", len(head), pad)
        return Entry(doc)

    def column(self, column: ast.Column) -> Entry:
        """`id: int @key source raw.id`."""
        pad = Pad()
        marks = "".join(f" @{mark.text}" for mark in column.marks)
        clauses = (concat(" ", self.clause(clause)) for clause in column.clauses)
        doc = concat(f"{column.name.text}:", pad, " ", self.type(column.type), marks, *clauses)
        return Entry(doc, "column", len(column.name.text), pad)


def _alias(alias: ast.Name | None) -> str:
    return f" as {alias.text}" if alias else ""
