"""Names that no file may declare, names that differ only in case, texts with NUL (FLOW112, FLOW209, FLOW210)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.diagnostics import Label, Problems
from flowc.sema.modules import Module
from flowc.sema.reserved import is_reserved, report_reserved
from flowc.syntax import ast

_DECLARING = (
    ast.Flow,
    ast.Template,
    ast.Function,
    ast.Enum,
    ast.Schema,
    ast.Asset,
    ast.Connection,
    ast.Policy,
    ast.Profile,
    ast.Let,
    ast.Param,
)


def check_spelling(module: Module, problems: Problems) -> None:
    """The names of one file: those at its top in their spaces, those of each flow and template."""
    for text in module.every(ast.Text):
        if any("\0" in part for part in text.parts if isinstance(part, str)):
            problems.add(
                "FLOW112",
                "this text has a NUL character, which no command, database or file name can take",
                text.span,
                helps=("leave it out",),
            )
    for kind in _DECLARING:
        for declared in module.every(kind):
            _reserved(declared.name, problems)
    for loop in module.every(ast.For):
        for name in (loop.name, *((loop.second,) if loop.second else ())):
            _reserved(name, problems)
    tops: dict[str, list[ast.Name]] = {}
    for (space, _), item in module.declared.items():
        tops.setdefault(space, []).append(item.name)
    for names in tops.values():
        _apart(names, problems)
    for held in (*module.each(ast.Flow), *module.each(ast.Template)):
        body = held.body if isinstance(held.body, ast.Block) else ()
        _scope([*(param.name for param in held.params)], body, problems)


def check_flow_names(flows: Iterable[ast.Flow], problems: Problems) -> None:
    """FLOW210 for the flows of a whole project: each becomes a file, and an id on an engine."""
    _apart([flow.name for flow in flows], problems)


def _scope(names: list[ast.Name], body: Iterable[ast.Stmt], problems: Problems) -> None:
    """The names of a block, those in its branches and loops too: all of them are seen side by side."""
    for stmt in _statements(body):
        match stmt:
            case ast.Task():
                names.append(stmt.name)
            case ast.Group():
                names.append(stmt.name)
                _scope([], stmt.body, problems)
            case ast.Let():
                names.append(stmt.name)
            case ast.For():
                names += [stmt.name, *((stmt.second,) if stmt.second else ())]
            case _:
                pass
    _apart(names, problems)


def _statements(body: Iterable[ast.Stmt]) -> Iterator[ast.Stmt]:
    for stmt in body:
        yield stmt
        match stmt:
            case ast.If():
                yield from _statements(stmt.then)
                rest = stmt.otherwise
                yield from _statements([rest] if isinstance(rest, ast.If) else rest or ())
            case ast.Match():
                for arm in stmt.arms:
                    yield from _statements(arm.body)
            case ast.For():
                yield from _statements(stmt.body)
            case _:
                pass


def _apart(names: Iterable[ast.Name], problems: Problems) -> None:
    seen: dict[str, ast.Name] = {}
    for name in names:
        held = seen.setdefault(name.text.lower(), name)
        if held.text != name.text:
            problems.add(
                "FLOW210",
                f"`{name.text}` and `{held.text}` differ only in case",
                name.span,
                related=[Label(held.span, "the other one")],
                helps=("give one of them another name",),
                notes=("engines, and the file systems of some machines, take them for one",),
            )


def _reserved(name: ast.Name, problems: Problems) -> None:
    if is_reserved(name.text):
        report_reserved(name.text, name.span, problems)
