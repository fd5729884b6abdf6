"""Names that are fine one by one: unused imports and outputs, names that an engine cannot keep apart, old ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import fields, has

from flowc.diagnostics import Label, Problems
from flowc.ir.actions import Python
from flowc.sema import hir
from flowc.sema.modules import Module
from flowc.sema.tree import statements_in, tasks_of, values_read
from flowc.source import Span
from flowc.syntax import ast


def check_imports(module: Module, problems: Problems) -> None:
    """FLOW208: an import that nothing in its file names."""
    brought = (*module.imported.items(), *module.modules.items())
    used = set(_words(module.file.items)) if brought else set[str]()
    for alias, held in brought:
        if alias not in used:
            problems.add(
                "FLOW208", f"`{alias}` is imported and not used", held.span, helps=("remove it from the import",)
            )


def _words(items: Iterable[ast.Item]) -> Iterator[str]:
    for item in items:
        if not isinstance(item, ast.Import | ast.FromImport):
            yield from _names(item)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, ast.Name):
        yield value.text
    elif isinstance(value, tuple):
        for part in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _names(part)  # pyright: ignore[reportUnknownArgumentType]
    elif has(type(value)):
        for attribute in fields(type(value)):  # pyright: ignore[reportArgumentType]
            if attribute.name != "span":
                yield from _names(getattr(value, attribute.name))


def check_names(flow: hir.Flow, problems: Problems) -> None:
    """FLOW210, FLOW216, FLOW217 and FLOW319."""
    _collisions(flow, problems)
    _renamed(flow, problems)
    _unused(flow, problems)
    _untyped(flow, problems)


def _untyped(flow: hir.Flow, problems: Problems) -> None:
    """FLOW319: somebody reads the value of a function that does not say what it returns."""
    read = values_read(flow)
    for task in tasks_of(flow):
        if task.untyped and task.id in read and isinstance(task.action, Python):
            problems.add(
                "FLOW319",
                f"`{task.action.function}` does not say what it returns, so nothing that reads `{task.id}` is checked",
                task.at,
                helps=("write its type: `-> str`, or annotate the function",),
            )


def _collisions(flow: hir.Flow, problems: Problems) -> None:
    """Ids that are one on an engine where only `[A-Za-z0-9_]` may stand. Case is `spelling`'s."""
    seen: dict[str, tuple[str, Span]] = {}
    for stmt in _named(flow):
        key = stmt.id.replace(".", "__")
        held = seen.setdefault(key, (stmt.id, stmt.at))
        if held[0] != stmt.id:
            problems.add(
                "FLOW210",
                f"`{stmt.id}` and `{held[0]}` would be one name on an engine",
                stmt.at,
                related=[Label(held[1], "the other one")],
                helps=("give one of them another name",),
                notes=("a dot is written `__` where an engine allows none in a name",),
            )
        if len(stmt.id) > 200:
            problems.add(
                "FLOW210",
                f"this name has {len(stmt.id)} characters, and an engine keeps 200 apart",
                stmt.at,
                helps=("give it a shorter name",),
            )


def _named(flow: hir.Flow) -> Iterator[hir.Task | hir.Group]:
    for body in (flow.body, *(body for _, body in flow.handlers)):
        for stmt in statements_in(body):
            if isinstance(stmt, hir.Task | hir.Group) and not stmt.id.rpartition(".")[2].startswith(
                ("check ", "fail ")
            ):
                yield stmt


def _renamed(flow: hir.Flow, problems: Problems) -> None:
    ids = {stmt.id: stmt.at for stmt in _named(flow)}
    taken: dict[str, Span] = {}
    for stmt in _named(flow):
        old = stmt.renamed_from
        if old is None:
            continue
        if old in ids and old != stmt.id:
            problems.add(
                "FLOW216",
                f"`{old}` still exists, so its history is its own",
                stmt.at,
                related=[Label(ids[old], "here")],
                helps=(f"leave out `renamed from: {old}`",),
            )
        elif old in taken:
            problems.add("FLOW216", f"two tasks were `{old}`", stmt.at, related=[Label(taken[old], "the other one")])
        taken[old] = stmt.at


def check_flow_ids(flows: Iterable[hir.Flow], problems: Problems) -> None:
    """FLOW216 for flows: an old id that another flow has."""
    ids = {flow.name: flow.at for flow in flows}
    for flow in flows:
        old = flow.header.renamed_from
        if old is not None and old in ids and old != flow.name:
            problems.add(
                "FLOW216",
                f"flow `{old}` still exists, so its history is its own",
                flow.at,
                related=[Label(ids[old], "here")],
                helps=(f"leave out `renamed from: {old}`",),
            )


def _unused(flow: hir.Flow, problems: Problems) -> None:
    """An output that was declared for somebody: nobody reads it, nobody waits, nothing is written."""
    read = values_read(flow)
    tasks = tasks_of(flow)
    waited = {
        name
        for body in (flow.body, *(body for _, body in flow.handlers))
        for stmt in statements_in(body)
        if isinstance(stmt, hir.Task | hir.Group)
        for after in stmt.after
        for name in after.tasks
    }
    spare = {task.fallback for task in tasks}
    for task in tasks:
        if task.several and task.id not in read | waited | spare and not task.writes and not task.after:
            problems.add(
                "FLOW217", f"nobody reads what `{task.id}` gives", task.at, helps=("leave out `->`, or read it",)
            )
