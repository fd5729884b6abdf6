"""Flows that start each other: by the assets that they write, by their ends, and by `run`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from flowc.diagnostics import Label, Problems
from flowc.ir.actions import RunFlow
from flowc.ir.expr import Run
from flowc.ir.reads import leaves
from flowc.ir.triggers import Keys, On, OnAsset, OnFile, OnFlow, events_of
from flowc.ir.types import Optional
from flowc.sema import hir
from flowc.sema.analyse import Analysis
from flowc.sema.checks.whole import written_in
from flowc.sema.modules import Module
from flowc.sema.outside.globs import finds
from flowc.sema.tree import tasks_of
from flowc.source import Span


@frozen
class _Start:
    """What starts a flow: another one, by its end, by an asset that it writes or by `run`, and where that is said."""

    by: str
    asset: str | None
    line: Span
    is_run: bool = False


def check_triggers(flows: Iterable[hir.Flow], analysis: Analysis, problems: Problems) -> None:
    """FLOW510: a flow that starts itself, at once or by way of others, and so never comes to rest."""
    held = list(flows)
    starts = _starts(held, _paths(analysis))
    told: set[frozenset[str]] = set()
    for flow in held:
        loop = _loop(flow.name, starts)
        members = frozenset(start.by for start in loop)
        if not loop or members in told or all(start.is_run for start in loop):  # that is FLOW410
            continue
        told.add(members)
        problems.add(
            "FLOW510",
            f"`{flow.name}` starts itself: {_path(flow.name, loop)}",
            loop[0].line,
            related=[Label(start.line, f"it starts `{name}` here") for name, start in _others(flow.name, loop)],
            helps=("start one of them by a schedule, or let one task of it do what the other flow does",),
        )


def check_heard(flows: Iterable[hir.Flow], analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """FLOW511: a flow that waits for writes of an asset that nobody writes. One of another file is judged with that."""
    held = list(flows)
    written = {write.asset for flow in held for task in tasks_of(flow) for write in task.writes}
    written |= written_in(analysis.modules)  # by flows that are broken elsewhere
    for flow in held:
        for line in flow.header.triggers:
            if not isinstance(line, On) or line.at is None:
                continue
            for name in dict.fromkeys(event.asset for event in events_of(line.event) if isinstance(event, OnAsset)):
                owner, _ = analysis.signatures.assets.get(name, (None, None))
                if name not in written and owner in mains:
                    problems.add(
                        "FLOW511",
                        f"`{flow.name}` starts when `{name}` is written, and no flow writes it",
                        line.at,
                        helps=(
                            f"add `writes {name}` to the task that writes it",
                            "let who writes it post to a webhook",
                        ),
                    )


def check_started(flows: Iterable[hir.Flow], problems: Problems) -> None:
    """FLOW302: a task that runs a flow which needs what only an event or a backfill gives it."""
    held = {flow.name: flow for flow in flows}
    for flow in held.values():
        for task in tasks_of(flow):
            started = held.get(task.action.flow) if isinstance(task.action, RunFlow) else None
            if started is None:
                continue
            if isinstance(started.header.partition, Keys):
                names = ", ".join(f'"{name}"' for name in started.header.partition.keys)
                problems.add(
                    "FLOW302",
                    f"a run of `{started.name}` works on one of its partitions, and `run` cannot say on which",
                    task.at,
                    helps=(f"let it have a param for that: `{started.name}(partition: {names.replace(', ', ' | ')})`",),
                )
            elif started.header.event and not isinstance(started.header.event, Optional) and _reads_event(started):
                problems.add(
                    "FLOW302",
                    f"`{started.name}` reads `run.event`, and a run that `run` starts has none",
                    task.at,
                    helps=("let what both need be a flow of its own, with params, that both run",),
                )


def _reads_event(flow: hir.Flow) -> bool:
    found = (leaf for task in tasks_of(flow) for leaf in (*leaves(task.action), *leaves(task.when)))
    return any(isinstance(leaf, Run) and leaf.name == "event" for leaf in found)


def _paths(analysis: Analysis) -> Mapping[str, str]:
    """The assets that are files, each with its path."""
    return {
        name: item.locator.path.plain
        for name, (_, item) in analysis.signatures.assets.items()
        if item.locator and item.locator.connection is None and item.locator.path.plain
    }


def _starts(flows: Iterable[hir.Flow], paths: Mapping[str, str]) -> Mapping[str, list[_Start]]:
    """What starts each flow, in the order of the text. `paths` are those of assets that are files."""
    held = list(flows)
    writers: dict[str, list[str]] = {}
    found: dict[str, list[_Start]] = {flow.name: [] for flow in held}
    for flow in held:
        for task in tasks_of(flow):
            for write in task.writes:
                writers.setdefault(write.asset, []).append(flow.name)
    for flow in held:
        for line in flow.header.triggers:
            if not isinstance(line, On) or line.at is None:
                continue
            for event in events_of(line.event):
                if isinstance(event, OnAsset):
                    by = writers.get(event.asset, ())
                    found[flow.name] += [_Start(name, event.asset, line.at) for name in by]
                elif isinstance(event, OnFile):
                    assets = [asset for asset in writers if finds(event.pattern, paths.get(asset, ""))]
                    found[flow.name] += [_Start(by, asset, line.at) for asset in assets for by in writers[asset]]
                elif isinstance(event, OnFlow):
                    found[flow.name].append(_Start(event.flow, None, line.at))
    for flow in held:  # last: a loop is told of at an `on` where there is one
        for task in tasks_of(flow):
            if isinstance(task.action, RunFlow) and task.action.flow in found:
                found[task.action.flow].append(_Start(flow.name, None, task.at, is_run=True))
    return found


def _loop(name: str, starts: Mapping[str, list[_Start]]) -> list[_Start]:
    """The shortest way back from a flow to itself: what starts it, what starts that, and so on; empty without one."""
    ways: list[list[_Start]] = [[start] for start in starts[name]]
    seen: set[str] = set()
    for way in ways:  # grows while it is gone through: the shortest ways first
        last = way[-1].by
        if last == name:
            return way
        if last not in seen:
            seen.add(last)
            ways += [[*way, start] for start in starts.get(last, ())]
    return []


def _path(name: str, loop: list[_Start]) -> str:
    """From the flow forwards, back to it: `a -> orders -> b -> a`."""
    parts = [name]
    for place, start in enumerate(reversed(loop)):
        parts += [start.asset] if start.asset else []
        parts.append(name if place == len(loop) - 1 else loop[len(loop) - 2 - place].by)
    return " -> ".join(parts)


def _others(name: str, loop: list[_Start]) -> list[tuple[str, _Start]]:
    """The starts of the other flows on the way, each with the flow that it starts."""
    return [(loop[place].by, start) for place, start in enumerate(loop[1:])]
