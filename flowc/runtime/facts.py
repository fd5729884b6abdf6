"""Three facts that must hold of what happened, beside the trace: order, limits, pauses.

They are read from attempts with their times, wherever these come from: the native journal, or an engine's own records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .attempts import least_pause
from .journal import Record
from .model import Flow
from .plan import Plan, Subject

SLACK = 0.001
"""Seconds that clocks are allowed to be coarse by."""


@dataclass(frozen=True)
class Span:
    """One attempt: when it started and ended, in seconds."""

    task: str
    index: tuple[int, ...]
    attempt: int
    start: float
    end: float
    waits: bool = False
    """Whether it may have waited for its pool at first: then it is no witness of how many held the pool."""


def spans(records: Iterable[Record]) -> list[Span]:
    """The attempts in a journal; one that was cut short has no end and is left out."""
    found: list[Span] = []
    open_: dict[tuple[str, tuple[int, ...]], tuple[int, float]] = {}
    for record in records:
        if record["event"] not in ("start", "failure", "end"):
            continue
        key = (record["task"], tuple(record["index"]))
        if record["event"] == "start":
            open_[key] = (record["attempt"], record["time"])
        elif key in open_:
            attempt, start = open_.pop(key)
            found.append(Span(*key, attempt, start, record["time"]))
    return found


def broken(flow: Flow, attempts: Iterable[Span]) -> list[str]:
    """What does not hold, in words; empty where all is well."""
    found = list(attempts)
    plan = Plan(flow)
    return [*_early(plan, found), *_crowded(plan, found), *_hasty(plan, found)]


def _early(plan: Plan, attempts: list[Span]) -> Iterator[str]:
    """For every edge the upstream ended before the downstream started."""
    by_task: dict[str, list[Span]] = defaultdict(list)
    for span in attempts:
        by_task[span.task].append(span)
    for name, mine in by_task.items():
        for other, common in _upstreams(plan, plan.tasks[name]):
            for span in mine:
                late = [
                    u
                    for u in by_task.get(other, ())
                    if u.index[:common] == span.index[:common] and u.end > span.start + SLACK
                ]
                for upstream in late:
                    yield f"{name}{list(span.index)} started before {other}{list(upstream.index)} had ended"


def _upstreams(plan: Plan, subject: Subject) -> Iterable[tuple[str, int]]:
    """The tasks that a subject waits for, through decisions, loops and groups, with the loops that both stand in."""
    found: dict[tuple[str, int], None] = {}
    seen: set[Subject] = set()
    queue = [(subject, len(subject.loops))]
    while queue:
        current, most = queue.pop()
        for other, common in current.watched:
            depth = min(most, common)
            if other.kind == "task":
                found[other.name, depth] = None
            elif other not in seen:
                seen.add(other)
                queue.append((other, depth))
    return found


def _crowded(plan: Plan, attempts: list[Span]) -> Iterator[str]:
    """No pool and no `limit` was exceeded."""
    pools: dict[str, list[tuple[Span, int]]] = defaultdict(list)
    limited: dict[str, list[tuple[Span, int]]] = defaultdict(list)
    for span in attempts:
        subject = plan.tasks[span.task]
        if subject.task.pool and not span.waits:
            pools[subject.task.pool.pool].append((span, subject.task.pool.count))
        if subject.limit is not None:
            limited[span.task].append((span, 1))
    for pool, used in pools.items():
        most = _most(used)
        if most > plan.flow.pools[pool]:
            yield f"pool {pool} has {plan.flow.pools[pool]} slots, and {most} were held"
    for task, used in limited.items():
        limit = plan.tasks[task].limit or 0
        if (most := _most(used)) > limit:
            yield f"{task} is limited to {limit}, and {most} ran at once"


def _most(used: list[tuple[Span, int]]) -> int:
    changes = [(span.start + SLACK, count) for span, count in used] + [(span.end, -count) for span, count in used]
    now = most = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


def _hasty(plan: Plan, attempts: list[Span]) -> Iterator[str]:
    """The pauses between attempts were at least those of rule 4."""
    last: dict[tuple[str, tuple[int, ...]], Span] = {}
    for span in sorted(attempts, key=lambda span: (span.task, span.index, span.attempt)):
        before = last.get((span.task, span.index))
        if before and before.attempt == span.attempt - 1:
            wanted = least_pause(plan.tasks[span.task].task.retry, before.attempt).total_seconds()
            if span.start - before.end < wanted - SLACK:
                yield f"{span.task}{list(span.index)} paused {span.start - before.end:.3f} s, not {wanted:g}"
        last[span.task, span.index] = span
