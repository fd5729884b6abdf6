"""What only the whole project tells: assets that nobody writes, flows in production that nobody owns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flowc.diagnostics import Problems
from flowc.ir.triggers import On, OnAsset, events_of
from flowc.sema import hir
from flowc.sema.analyse import Analysis
from flowc.sema.modules import Module
from flowc.syntax import ast
from flowc.syntax.walk import walk

_OUTSIDE = ', or say where it comes from: `= @connection "..."`'


def check_written(flows: Iterable[hir.Flow], analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """FLOW702: an asset that flows read, that no flow writes, and that is found nowhere outside; or that one waits for.

    What is found outside can be read, but nobody hears of it when others write it. What starts a flow: FLOW511.
    """
    modules = analysis.modules
    written = written_in(modules)
    read = set(_named(modules, "reads"))
    lines = (line for flow in flows for line in flow.header.triggers if isinstance(line, On))
    starting = {event.asset for line in lines for event in events_of(line.event) if isinstance(event, OnAsset)}
    awaited = {name for module in modules for name in _awaited(module)}
    for module in mains:
        for asset in module.each(ast.Asset):
            name = asset.name.text
            if name in written | starting or not (name in awaited or (name in read and asset.locator is None)):
                continue
            used = "is waited for" if name in awaited else "is read"
            outside = ": flows hear of what flows write" if name in awaited else _OUTSIDE
            help_ = f"add `writes {name}` to a task{outside}"
            problems.add("FLOW702", f"`{name}` {used}, and nothing writes it", asset.name.span, helps=(help_,))


def written_in(modules: Iterable[Module]) -> set[str]:
    """The assets that tasks of these modules say that they write."""
    return set(_named(modules, "writes"))


def _named(modules: Iterable[Module], word: str) -> Iterator[str]:
    for module in modules:
        for clause in module.every(ast.Clause):
            if clause.name.text == word:
                yield from (part.text for arg in clause.args for part in walk(arg.value) if isinstance(part, ast.Name))


def _awaited(module: Module) -> Iterator[str]:
    """The assets of `wait asset(..)`."""
    for node in module.every(ast.KindAction):
        operand = node.operand if node.kind.text == "wait" else None
        if isinstance(operand, ast.Invocation) and operand.callee.text == "asset":
            for arg in operand.args or ():
                yield from (part.text for part in walk(arg.value) if isinstance(part, ast.Name))


def check_owners(analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """FLOW807: a project with a profile for production, and a flow with a schedule that has no owner."""
    blocks = [*(block for _, block in analysis.environment.defaults)]
    for module in analysis.modules:
        blocks += [item.body for item in module.each(ast.Defaults)]
        for profile in module.each(ast.Profile):
            if profile.name.text.startswith("prod"):
                blocks += [stmt.body for stmt in profile.body if isinstance(stmt, ast.Defaults)]
    is_production = any(
        profile.name.text.startswith("prod") for module in analysis.modules for profile in module.each(ast.Profile)
    )
    if not is_production or any(_has_owner(block) for block in blocks):
        return
    for module in mains:
        for flow in module.each(ast.Flow):
            if not _has_owner(flow.body):
                problems.add(
                    "FLOW807",
                    f"nobody owns `{flow.name.text}` in production",
                    flow.name.span,
                    helps=('add `owner "team"`',),
                )


def _has_owner(block: ast.Block) -> bool:
    return any(clause.name.text == "owner" for clause in block.clauses)
