"""Assets in a flow: two that write one, what is read and never written, reads that race with writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.diagnostics import Label, Problems
from flowc.ir.triggers import On, OnAsset, Unit, events_of
from flowc.sema import hir
from flowc.sema.checks.shape import are_exclusive, arms_of
from flowc.sema.partitions import check_unit
from flowc.sema.tree import tasks_of, upstreams_of


def check_assets(flows: Iterable[hir.Flow], problems: Problems) -> None:
    """FLOW506, FLOW701 and FLOW714."""
    held = list(flows)
    for flow in held:
        tasks = tasks_of(flow)
        if not any(task.writes or task.reads for task in tasks) and not flow.assets:
            continue
        arms = arms_of(flow)
        writers: dict[str, list[hir.Task]] = {}
        for task in tasks:
            for write in task.writes:
                writers.setdefault(write.asset, []).append(task)
        _partitions(flow, tasks, problems)
        for asset, found in writers.items():
            _two(asset, found, arms, problems)
        before = _Before(flow)
        for task in tasks:
            for asset in task.reads:
                for writer in writers.get(asset, ()):
                    _race(task, writer, asset, before, arms, problems)


def _partitions(flow: hir.Flow, tasks: Iterable[hir.Task], problems: Problems) -> None:
    """FLOW506, where a run would write, or be started by, other partitions than its own."""
    units: dict[str, Unit | None] = {asset.name: asset.partition for asset in flow.assets}
    for task in tasks:
        for write in task.writes:
            check_unit(units.get(write.asset), flow.header.partition, write.asset, task.at, problems)
    for line in flow.header.triggers:
        if isinstance(line, On) and line.at is not None:
            for asset in (event.asset for event in events_of(line.event) if isinstance(event, OnAsset)):
                check_unit(units.get(asset), flow.header.partition, asset, line.at, problems)


def _two(asset: str, writers: list[hir.Task], arms: Mapping[str, Mapping[str, int]], problems: Problems) -> None:
    for place, task in enumerate(writers):
        for other in writers[:place]:
            if not are_exclusive(arms[task.id], arms[other.id]):
                problems.add(
                    "FLOW701",
                    f"`{task.id}` and `{other.id}` both write `{asset}`",
                    task.at,
                    related=[Label(other.at, "the other writer")],
                    helps=("let one task write it, or put them into arms of one decision",),
                )
                return


def _race(
    reader: hir.Task,
    writer: hir.Task,
    asset: str,
    before: _Before,
    arms: Mapping[str, Mapping[str, int]],
    problems: Problems,
) -> None:
    if reader is writer or are_exclusive(arms[reader.id], arms[writer.id]):
        return
    if writer.id in before.of(reader.id) or reader.id in before.of(writer.id):
        return
    problems.add(
        "FLOW714",
        f"`{reader.id}` reads `{asset}` while `{writer.id}` may be writing it",
        reader.at,
        related=[Label(writer.at, "it is written here")],
        helps=(f"say which comes first: `after {writer.id}`",),
    )


class _Before:
    """All tasks that end before a task starts."""

    def __init__(self, flow: hir.Flow) -> None:
        self.waits = upstreams_of(flow)
        self.known: dict[str, frozenset[str]] = {}

    def of(self, task: str) -> frozenset[str]:
        """The ids of the tasks that a task waits for, through any number of steps."""
        if task not in self.known:
            seen: set[str] = set()
            open_ = list(self.waits.get(task, ()))
            while open_:
                name = open_.pop()
                if name not in seen:
                    seen.add(name)
                    open_ += self.waits.get(name, ())
            self.known[task] = frozenset(seen)
        return self.known[task]
