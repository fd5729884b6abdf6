"""Where a schedule meets a change of the clocks: the facts for FLOW503."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import frozen

from flowc.runtime.firings import Cron, exists, matches, real
from flowc.sema.outside.cron import CronProblem, parse
from flowc.sema.outside.zones import UnknownZone, zone

_YEARS = 5


@frozen
class DstNote:
    """A local time of the schedule that does not exist (`gap`) or exists twice (`fold`), and when it fires."""

    kind: Literal["gap", "fold"]
    local: datetime
    fires: datetime


def dst_notes(expression: str, zone_name: str, since: date) -> tuple[DstNote, ...]:
    """The first gap and the first fold from `since` on that a schedule of fixed times falls into, within five years.

    Schedules that follow elapsed time have none: they just go on.
    """
    cron, found = parse(expression), zone(zone_name)
    if isinstance(cron, CronProblem) or isinstance(found, UnknownZone) or not cron.is_fixed:
        return ()
    notes: dict[str, DstNote] = {}
    for day in _days_of_change(found, since):
        for note in _of_day(cron, found, day):
            notes.setdefault(note.kind, note)
        if len(notes) == 2:
            break
    return tuple(sorted(notes.values(), key=lambda note: note.local))


def _days_of_change(found: ZoneInfo, since: date) -> Iterator[date]:
    """The local dates on which the offset changes."""
    start = datetime.combine(since, time(), tzinfo=UTC)
    before = start.astimezone(found).utcoffset()
    for number in range(1, _YEARS * 366):
        instant = start + timedelta(days=number)
        offset = instant.astimezone(found).utcoffset()
        if offset != before:
            middle = instant.astimezone(found).date()
            yield from (middle + timedelta(days=distance) for distance in (-2, -1, 0, 1))
        before = offset


def _of_day(cron: Cron, found: ZoneInfo, day: date) -> Iterator[DstNote]:
    if not matches(cron, day):
        return
    for hour in sorted(cron.hours):
        for minute in sorted(cron.minutes):
            local = datetime.combine(day, time(hour, minute))
            if not exists(local, found):
                yield DstNote("gap", local, real(local, found))
            elif _is_twice(local, found):
                yield DstNote("fold", local, real(local, found))


def _is_twice(local: datetime, found: ZoneInfo) -> bool:
    first, second = (local.replace(tzinfo=found, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset()
