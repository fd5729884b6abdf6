"""Policies that cannot be kept: pools, deadlines, polls, locks; writes that a retry would do twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.ir.actions import RunFlow, Wait, WaitTime
from flowc.ir.expr import Lit
from flowc.ir.graph import Resources, Retry
from flowc.runtime.texts import duration_text
from flowc.sema import hir
from flowc.sema.tree import tasks_of, upstreams_of


def check_policies(flow: hir.Flow, pools: Mapping[str, int], problems: Problems) -> None:
    """FLOW514, FLOW603 to FLOW607, and FLOW610."""
    if flow.header.deadline is not None:
        _critical_path(flow, flow.header.deadline, problems)
    for task in tasks_of(flow):
        _pool(task, pools, problems)
        _poll(task, problems)
        _writes(task, problems)
        _resources(task, problems)
        if flow.header.deadline is not None:
            _outlasts(task, flow.header.deadline, problems)


def _pool(task: hir.Task, pools: Mapping[str, int], problems: Problems) -> None:
    use = task.policy.pool
    if use is None:
        return
    if use.name not in pools:
        near = closest(use.name, pools)
        problems.add(
            "FLOW604",
            f"pool `{use.name}` has no size",
            task.policy.places.get("pool", task.at),
            helps=(f"did you mean `{near}`?",) if near else (f"set pools.{use.name} = 4",),
        )
    elif use.slots > pools[use.name]:
        problems.add(
            "FLOW605",
            f"pool `{use.name}` has {_slots(pools[use.name])}, so {use.slots} are never free",
            task.policy.places.get("slots", task.at),
            helps=(f"ask for fewer, or make the pool larger: set pools.{use.name} = {use.slots}",),
        )


def _resources(task: hir.Task, problems: Problems) -> None:
    """What only waits, for something or for another flow's run, has no executor that could give it anything."""
    if not isinstance(task.action, Wait | RunFlow) or task.policy.resources == Resources():
        return
    what = "waits for another run" if isinstance(task.action, RunFlow) else "only waits"
    asked = task.policy.resources.asked[0]
    problems.add(
        "FLOW610",
        f"`{task.id}` {what}, and has no use for `{asked}`",
        task.policy.places.get(asked, task.at),
        helps=("let the task that does the work ask for it",),
    )


def _slots(count: int) -> str:
    return f"{count} slot{'s' * (count != 1)}"


def _poll(task: hir.Task, problems: Problems) -> None:
    timeout = task.policy.timeout
    if isinstance(task.action, Wait) and timeout is not None and timeout < task.action.poll:
        problems.add(
            "FLOW606",
            f"`{task.id}` gives up after {duration_text(timeout)}, and looks every {duration_text(task.action.poll)}",
            task.policy.places.get("timeout", task.at),
            helps=(f"look more often: poll {duration_text(timeout / 6)}, or give it a longer `timeout`",),
        )


def _writes(task: hir.Task, problems: Problems) -> None:
    unsaid = [write.asset for write in task.writes if write.mode is None]
    if task.policy.retry.count and unsaid:
        problems.add(
            "FLOW603",
            f"a retry of `{task.id}` may write `{unsaid[0]}` twice",
            task.at,
            helps=(f"say how: `writes {unsaid[0]}, mode: overwrite` (or merge, append)",),
        )


def _outlasts(task: hir.Task, deadline: timedelta, problems: Problems) -> None:
    pauses = least_pauses(task.policy.retry)
    if pauses > deadline:
        problems.add(
            "FLOW607",
            f"the pauses between the attempts of `{task.id}` take {duration_text(pauses)}, "
            f"and the deadline ends the run after {duration_text(deadline)}",
            task.policy.places.get("retry", task.at),
            helps=("retry less often or sooner, or give the run a longer `deadline`",),
        )


def _critical_path(flow: hir.Flow, deadline: timedelta, problems: Problems) -> None:
    """FLOW514: the waits that follow each other take longer than the run may."""
    tasks = {task.id: task for task in tasks_of(flow)}
    upstreams = upstreams_of(flow)
    least: dict[str, timedelta] = {}
    try:
        order = list(TopologicalSorter(upstreams).static_order())
    except CycleError:
        return  # told by the pass that looks for circles
    for name in order:
        before = max((least[other] for other in upstreams.get(name, ())), default=timedelta(0))
        least[name] = before + (_wait(tasks[name]) if name in tasks else timedelta(0))
    for task in tasks.values():
        took = least[task.id]
        if _wait(task) and took > deadline:
            problems.add(
                "FLOW514",
                f"the waits up to `{task.id}` take {duration_text(took)}, "
                f"and the deadline ends the run after {duration_text(deadline)}",
                task.at,
                helps=("make the deadline longer, or the waits shorter",),
            )
            return


def _wait(task: hir.Task) -> timedelta:
    until = task.action.until if isinstance(task.action, WaitTime) else None
    value = until.value if isinstance(until, Lit) else None
    return value if isinstance(value, timedelta) else timedelta(0)


def least_pauses(retry: Retry) -> timedelta:
    """The sum of the pauses of rule 4, jitter aside."""
    total = timedelta(0)
    for attempt in range(1, min(retry.count, 1000) + 1):
        factor = {"constant": 1, "linear": attempt, "exponential": 2 ** min(attempt - 1, 40)}[retry.backoff]
        pause = retry.delay * factor
        total += min(pause, retry.max) if retry.max is not None else pause
        if total > timedelta(days=36500):
            break
    return total


def check_lock_order(flows: Iterable[hir.Flow], problems: Problems) -> None:
    """FLOW612: a parent that holds a lock while the flow that it runs wants the same one."""
    held = {flow.name: flow for flow in flows}
    for flow in held.values():
        for task in tasks_of(flow):
            if not isinstance(task.action, RunFlow) or not isinstance(task.policy.lock, Lit):
                continue
            child = held.get(task.action.flow)
            for inner in tasks_of(child) if child else ():
                if inner.policy.lock == task.policy.lock:
                    problems.add(
                        "FLOW612",
                        f"`{task.id}` holds the lock that `{inner.id}` of `{task.action.flow}` waits for",
                        task.at,
                        related=[Label(inner.at, "waits here")],
                    )
