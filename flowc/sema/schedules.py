"""When a flow runs: `schedule` and `every`. Whether the cron text and the zone are right, `checks.time` says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from attrs import evolve

from flowc.diagnostics import Problems
from flowc.ir.triggers import Cron, Every, On, Partitioning, Trigger, Windows
from flowc.runtime import triggers as runtime
from flowc.runtime.firings import EPOCH, multiples
from flowc.runtime.partitions import bounds
from flowc.runtime.schedule import window as edges
from flowc.sema.clauses import Said

Catchup = Literal["none", "latest", "all"]
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LONGEST = timedelta(days=36500)
"""The longest period: beyond it the calendar has no multiples left to fire at."""
_PRESETS = ("hourly", "daily", "weekly", "monthly")


def triggers_of(said: Iterable[Said], problems: Problems) -> tuple[tuple[Said, Trigger], ...]:
    """The `schedule` and `every` clauses of a flow, each with what it came to."""
    clauses, found = list(said), list[tuple[Said, Trigger]]()
    begins = any(one.spec.word == "partition" and "start" in one.values for one in clauses)
    for one in clauses:
        if one.spec.word == "schedule":
            expression = _expression(one, problems)
            if expression is not None:
                start, end = _window(one)
                zone = one.constant("tz")
                zone = zone if isinstance(zone, str) else "UTC"
                found.append(
                    (one, Cron(expression, zone, start, end, _catchup(one, problems, begins=begins), one.span))
                )
        elif one.spec.word == "every":
            period = one.constant("period")
            if isinstance(period, timedelta) and timedelta(0) < period <= LONGEST:
                found.append((one, Every(period, *_window(one), _catchup(one, problems, begins=begins), one.span)))
    return tuple(found)


def within(triggers: Iterable[Trigger], partition: Partitioning | None) -> list[Trigger]:
    """Schedules whose runs have a partition to work on: none fires before the first is over, nor past the last."""
    return [_within(each, partition) if isinstance(partition, Windows) else each for each in triggers]


def _within(trigger: Trigger, partition: Windows) -> Trigger:
    if isinstance(trigger, On):
        return trigger
    known = runtime.Windows(partition.unit, partition.zone, partition.start, partition.end)
    first, last = bounds(known)
    own = edges(runtime.Cron("", trigger.zone if isinstance(trigger, Cron) else "UTC", trigger.start, trigger.end))
    zone = ZoneInfo(trigger.zone if isinstance(trigger, Cron) else "UTC")
    start = trigger.start
    if first is not None and (own[0] is None or own[0] < first):
        start = _first_day(_on_grid(trigger, own[0], first), zone)
    end = trigger.end if last is None or (own[1] and own[1] <= last) else _last_day(last, zone)
    return evolve(trigger, start=start, end=end)


def _on_grid(trigger: Cron | Every, own: datetime | None, first: datetime) -> datetime:
    """From when on it fires. The multiples of a period are counted from its `start`, so that is moved by whole ones."""
    if isinstance(trigger, Cron):
        return first
    return next(multiples(trigger.period, own or EPOCH, first, datetime.max.replace(tzinfo=UTC)), first)


def _first_day(first: datetime, zone: ZoneInfo) -> date | datetime:
    """An instant as the day that begins with it, where one does."""
    local = first.astimezone(zone)
    return local.date() if local.time() == time() else first


def _last_day(last: datetime, zone: ZoneInfo) -> date | datetime:
    """An instant as the day that ends with it, where one does."""
    local = last.astimezone(zone)
    return local.date() if local.time() == time.max else last


def _window(said: Said) -> tuple[date | datetime | None, date | datetime | None]:
    start, end = said.constant("start"), said.constant("end")
    return (start if isinstance(start, date) else None), (end if isinstance(end, date) else None)


def _catchup(said: Said, problems: Problems, *, begins: bool) -> Catchup:
    word = said.word("catchup")
    own = "start" in said.values
    if word is None and (own or begins) and not said.mentions("catchup"):
        starts = "has a `start`" if own else "fires since the `start` of the partitions"
        problems.add(
            "FLOW509",
            f"`{said.spec.word}` {starts} and does not say what happens to missed runs",
            said.span,
            helps=("add `catchup: none`, `catchup: latest` or `catchup: all`",),
        )
    return cast(Catchup, word or "none")


def _expression(said: Said, problems: Problems) -> str | None:
    preset = said.word("cron") or said.constant("cron")
    at, day = said.constant("at"), said.word("day") or said.constant("day")
    if not isinstance(preset, str):
        return None
    if preset not in _PRESETS or preset == "hourly":
        for slot in ("at", "day"):
            if slot in said.values:
                what = "`hourly`" if preset == "hourly" else "a cron text"
                problems.add("FLOW303", f"`{slot}:` does not go with {what}", said.span)
        return "0 * * * *" if preset == "hourly" else preset
    when = at if isinstance(at, time) else time(0)
    if when.second or when.microsecond:
        problems.add("FLOW313", "`at:` is a time of hours and minutes", said.span)
    if preset == "daily" and day is not None:
        problems.add("FLOW303", "`day:` does not go with `daily`", said.span, helps=("weekly, day: monday",))
    fields = _days(preset, day, said, problems)
    return f"{when.minute} {when.hour} {fields}" if fields else None


def _days(preset: str, day: object, said: Said, problems: Problems) -> str | None:
    match preset, day:
        case "daily", _:
            return "* * *"
        case "weekly", None:
            return "* * 1"
        case "weekly", str() if day in DAYS:
            return f"* * {DAYS.index(day)}"
        case "monthly", None:
            return "1 * *"
        case "monthly", "last":
            return "L * *"
        case "monthly", int() if 1 <= day <= 28:
            return f"{day} * *"
        case _:
            wanted = "monday to sunday" if preset == "weekly" else "1 to 28, or last"
            problems.add("FLOW313", f"`day:` of `{preset}` is {wanted}", said.span)
            return None
