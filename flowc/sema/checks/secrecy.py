"""Keys and passwords that are written into a file (FLOW801)."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Problems
from flowc.sema.modules import Module
from flowc.sema.outside.secrets import secret_kind
from flowc.syntax import ast
from flowc.syntax.walk import walk


def check_secrecy(module: Module, problems: Problems) -> None:
    """Every text of a file, with the setting or variable that it is given to."""
    named = {id(text): name for text, name in _named(module.file)}
    for node in walk(module.file):
        if isinstance(node, ast.Text) and node.plain:
            kind = secret_kind(node.plain, named.get(id(node)))
            if kind is not None:
                problems.add(
                    "FLOW801",
                    f"this looks like {kind}",
                    node.span,
                    helps=('read it where it is used: `secret("NAME")`',),
                    notes=("whoever reads the file reads the key",),
                )


def _named(file: ast.File) -> Iterator[tuple[ast.Text, str]]:
    for node in walk(file):
        match node:
            case ast.Connection():
                for clause in node.body.clauses:
                    yield from ((arg.value, clause.name.text) for arg in clause.args if isinstance(arg.value, ast.Text))
            case ast.Entry(key=key, value=ast.Text() as value):
                name = key.text if isinstance(key, ast.Name) else key.plain or ""
                yield value, name
            case _:
                pass
