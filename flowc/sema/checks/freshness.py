"""Assets that cannot be as fresh as they are to be: no flow knows them, or those that write them are due too seldom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise

from attrs import frozen

from flowc.diagnostics import Label, Problems
from flowc.ir.actions import RunFlow
from flowc.ir.graph import Asset
from flowc.ir.triggers import Cron, Every
from flowc.runtime.texts import duration_text
from flowc.sema import hir
from flowc.sema.analyse import Analysis
from flowc.sema.checks.whole import written_in
from flowc.sema.modules import Module
from flowc.sema.outside.firings import firings, opening
from flowc.sema.tree import tasks_of
from flowc.syntax import ast
from flowc.syntax.walk import walk

_YEAR = timedelta(days=366)
_MOST = 10_000
"""Firings that are looked at: a year of hours, and of what fires more often enough to know how it goes on."""


@frozen
class _Gap:
    """Two firings with none in between, and how long that is."""

    length: timedelta
    first: datetime
    next: datetime


def check_freshness(
    flows: Iterable[hir.Flow], analysis: Analysis, mains: Sequence[Module], since: datetime, problems: Problems
) -> None:
    """FLOW711. Schedules are looked at from `since` on, or from their start."""
    held = list(flows)
    run = {task.action.flow for flow in held for task in tasks_of(flow) if isinstance(task.action, RunFlow)}
    assets = {asset.name: asset for flow in held for asset in flow.assets if asset.freshness is not None}
    is_sound = not problems.has_errors
    _unknown(analysis, mains, problems)
    if not is_sound:  # a schedule may be wrong, and its firings missing
        return
    elsewhere = written_in(module for module in analysis.modules if module not in mains)
    for asset in assets.values():
        writers = [(flow, task) for flow in held for task in tasks_of(flow) if _writes(task, asset)]
        if writers and asset.name not in elsewhere and not any(flow.name in run for flow, _ in writers):
            _seldom(asset, [flow for flow, _ in writers], writers[0][1], since, problems)


def _writes(task: hir.Task, asset: Asset) -> bool:
    return any(write.asset == asset.name for write in task.writes)


def _unknown(analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """An asset that no flow has to do with is in no project, and nobody would look at it."""
    for module in mains:
        for asset in module.each(ast.Asset):
            said = next((one for one in asset.body.clauses if one.name.text == "freshness"), None)
            if said is not None and not _is_named(asset, analysis.modules):
                problems.add(
                    "FLOW711",
                    f"no flow has to do with `{asset.name.text}`, so that nobody looks how old it is",
                    said.span,
                    helps=(f"add `writes {asset.name.text}` to the task that writes it, or leave `freshness` out",),
                )


def _is_named(asset: ast.Asset, modules: Iterable[Module]) -> bool:
    return any(
        isinstance(node, ast.Name) and node.text == asset.name.text and node is not asset.name
        for module in modules
        for node in walk(module.file)
    )


def _seldom(asset: Asset, flows: Sequence[hir.Flow], writer: hir.Task, since: datetime, problems: Problems) -> None:
    """Whether the clock alone starts the writers, and leaves them too long a pause."""
    triggers = [trigger for flow in flows for trigger in flow.header.triggers]
    clocks = [trigger for trigger in triggers if isinstance(trigger, Cron | Every)]
    if asset.freshness is None or len(clocks) < len(triggers) or not all(flow.header.triggers for flow in flows):
        return  # what happens outside, or somebody's hand, may start them at any time
    worst = max(_gaps(clocks, since, asset.freshness), key=lambda gap: gap.length, default=None)
    if worst is None:
        return
    names = " and ".join(f"`{flow.name}`" for flow in dict.fromkeys(flows))
    length, allowed = duration_text(worst.length), duration_text(asset.freshness)
    problems.add(
        "FLOW711",
        f"`{asset.name}` may be {allowed} old, and {length} go by between two runs of {names}, which "
        f"{'writes' if len(flows) == 1 else 'write'} it",
        asset.at,
        related=[Label(writer.at, "it is written here")],
        helps=(f"write `freshness {length}` or more, or let it be written more often",),
        notes=(f"from {worst.first:%Y-%m-%d %H:%M:%S} to {worst.next:%Y-%m-%d %H:%M:%S}, for one",),
    )


def _gaps(clocks: Sequence[Cron | Every], since: datetime, allowed: timedelta) -> Iterator[_Gap]:
    """The pauses that are too long; where all go by the clocks of one place, an hour that these skip is no matter."""
    zones = {clock.zone if isinstance(clock, Cron) else "UTC" for clock in clocks}
    first = max([since, *(edge for clock in clocks if (edge := opening(clock)))])
    found = [each for clock in clocks for each in islice(firings(clock, first, first + _YEAR), _MOST)]
    known = sorted(each.replace(tzinfo=None) if len(zones) == 1 else each for each in found)
    for one, other in pairwise(known):
        if other - one > allowed:
            yield _Gap(other - one, one, other)
