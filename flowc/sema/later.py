"""Words of the vocabulary that no target can say yet, each at its place: `build` refuses them there (FLOW901)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from flowc.ir.graph import Later
from flowc.sema.connections import LATER as LATER_CONNECTIONS
from flowc.sema.vocabulary import CLAUSES
from flowc.syntax import ast
from flowc.syntax.walk import around_tasks, by_shape, walk

_KINDS = frozenset({"container", "dbt", "sqlmesh", "dataform", "spark"})
_MATCHERS = frozenset({"oom", "preempted"})
_CALLS = frozenset({"rows", "unique"})


def later_words(nodes: Iterable[ast.Node]) -> tuple[Later, ...]:
    """All such words in these declarations, in the order of the text."""
    found = (later for node in nodes for inner in around_tasks(node) for later in _spoken(inner))
    return tuple({(later.word, later.at): later for later in found}.values())


def _spoken(node: ast.Node) -> Iterable[Later]:
    """The words of one node, of a task those in it too."""
    if type(node) is not ast.Task:
        return _words(node) if type(node) in _SPEAKING else ()
    if "later" not in node.memory:
        shapes = by_shape(node)  # what it runs stands before its clauses
        inner = (each for shape in (ast.KindAction, ast.Clause) for each in shapes.get(shape, ()))
        node.memory["later"] = tuple(later for each in inner for later in _words(each))
    return cast("tuple[Later, ...]", node.memory["later"])


_SPEAKING = (ast.KindAction, ast.Clause, ast.Connection, ast.Column)


def _words(node: ast.Node) -> Iterator[Later]:
    match node:
        case ast.KindAction(kind=ast.Name(text=kind)):
            yield from _kind(node, kind)
        case ast.Clause():
            yield from _clause(node)
        case ast.Connection(kind=kind) if kind.text in LATER_CONNECTIONS:
            yield Later(kind.text, kind.span)
        case ast.Column():
            for clause in node.clauses:
                if clause.name.text == "source":
                    yield Later(clause.span.text, clause.span)
        case _:
            pass


def _kind(node: ast.KindAction, kind: str) -> Iterator[Later]:
    operand = node.operand.callee.text if isinstance(node.operand, ast.Invocation) else ""
    if kind in _KINDS:
        yield Later(f"{kind} {operand}".strip(), node.kind.span)


def _clause(node: ast.Clause) -> Iterator[Later]:
    spec = CLAUSES.get(node.name.text)
    if spec is None:
        return
    if spec.later:
        yield Later(spec.word, node.name.span)
    for arg in node.args:
        if spec.word == "check":
            for call in walk(arg.value):
                if isinstance(call, ast.Call) and isinstance(call.function, ast.Name) and call.function.text in _CALLS:
                    yield Later(call.function.text, call.span)
        if spec.word == "retry" and arg.name is not None and arg.name.text in ("on", "never"):
            for text in walk(arg.value):
                if isinstance(text, ast.Text) and text.plain in _MATCHERS:
                    yield Later(f'"{text.plain}"', text.span)
