"""Keys and passwords that are written into a file (FLOW801)."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Problems
from flowc.sema.modules import Module
from flowc.sema.outside.secrets import secret_kind
from flowc.syntax import ast


def check_secrecy(module: Module, problems: Problems) -> None:
    """Every text of a file, with the setting or variable that it is given to."""
    named = {id(text): name for text, name in _named(module)}
    for node in module.every(ast.Text):
        if node.plain:
            kind = secret_kind(node.plain, named.get(id(node)))
            if kind is not None:
                problems.add(
                    "FLOW801",
                    f"this looks like {kind}",
                    node.span,
                    helps=('read it where it is used: `secret("NAME")`',),
                    notes=("whoever reads the file reads the key",),
                )


def _named(module: Module) -> Iterator[tuple[ast.Text, str]]:
    for connection in module.every(ast.Connection):
        for clause in connection.body.clauses:
            yield from ((arg.value, clause.name.text) for arg in clause.args if isinstance(arg.value, ast.Text))
    for entry in module.every(ast.Entry):
        if isinstance(entry.value, ast.Text):
            yield entry.value, entry.key.text if isinstance(entry.key, ast.Name) else entry.key.plain or ""
