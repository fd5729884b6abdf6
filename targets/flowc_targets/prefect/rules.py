"""Schedules of a deployment: cron lines and intervals where Prefect fires at our instants, else rules of the calendar.

Prefect's cron knows neither start nor end, fires at 01:30 for a 02:30 that does not exist, and loses an hour of an
hourly schedule in autumn. Its `rrule` (RFC 5545) takes a start, an end, and dates to leave out or to add: with them
every change of the clocks up to 2037 is written out. Prefect reads all times of a rule, `UNTIL` too, on the clocks of
the schedule's zone, and of a time that comes twice the first: the second is said by a further schedule, in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from flowc.ir.triggers import Cron, Every
from flowc.runtime import firings
from flowc.runtime.firings import EPOCH, cron_of, exists, instants, matches
from flowc_targets.project.clocks import changes

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""From when on rules without a start hold: Prefect walks over all dates from there to find the next."""
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def schedules(trigger: Cron | Every) -> Iterator[Mapping[str, object]]:
    """What prefect.yaml says of a trigger."""
    is_open = trigger.end is None and _is_past(trigger.start)
    if isinstance(trigger, Every):
        if is_open:
            anchor = EPOCH if trigger.start is None else _local(trigger.start, ZoneInfo("UTC")).replace(tzinfo=UTC)
            yield {"interval": _seconds(trigger.period), "anchor_date": anchor.isoformat(), "timezone": "UTC"}
        else:
            yield {"rrule": _period(trigger), "timezone": "UTC"}
        return
    zone = _plain_zone(trigger)
    if is_open and zone is not None:
        yield {"cron": trigger.expression, "timezone": zone, "day_or": True}
        return
    cron, zone = cron_of(trigger.expression), ZoneInfo(trigger.zone)
    first = _local(trigger.start, zone) if trigger.start is not None else _LONG_AGO.replace(tzinfo=None)
    last = _local(trigger.end, zone, is_end=True) if trigger.end is not None else None
    mended = _mended(cron, zone, first, last)
    yield {"rrule": "\n".join(_lines(cron, first, last, mended)), "timezone": trigger.zone}
    if mended.second:
        yield {"rrule": f"RDATE:{_listed_times(mended.second)}", "timezone": "UTC"}


def _is_past(start: date | datetime | None) -> bool:
    """Whether a start is no matter any more: Prefect schedules what is to come."""
    return start is None or _local(start, ZoneInfo("UTC")) < _LONG_AGO.replace(tzinfo=None) - _DAY


def mended_at(trigger: Cron) -> date | None:
    """A day on which the clocks are changed and Prefect's own cron would fire at other instants; None without any."""
    cron = cron_of(trigger.expression)
    return next((first.date() for first, last, _ in changes(trigger.zone) if _named(cron, first, last)), None)


def _plain_zone(trigger: Cron) -> str | None:
    """The zone in which Prefect's cron fires at our instants; None where there is none."""
    cron = cron_of(trigger.expression)
    shifts = [shift for first, last, shift in changes(trigger.zone) if _named(cron, first, last)]
    if not shifts:
        return trigger.zone
    # Every hour of every day is the same on all clocks that are whole hours apart.
    fields = trigger.expression.split()
    offset = datetime(2025, 1, 1, tzinfo=ZoneInfo(trigger.zone)).utcoffset() or timedelta(0)
    is_hourly = fields[1:] == ["*", "*", "*", "*"] and all(each % _HOUR == timedelta(0) for each in (*shifts, offset))
    return "UTC" if is_hourly else None


# ------------------------------------------------------------------ changes of the clocks


@frozen
class _Mended:
    """Local times that are no instants, local times that fire besides the rule's, instants that come a second time."""

    left_out: Sequence[datetime]
    added: Sequence[datetime]
    second: Sequence[datetime]


def _mended(cron: firings.Cron, zone: ZoneInfo, first: datetime, last: datetime | None) -> _Mended:
    left_out, added, second = set[datetime](), set[datetime](), set[datetime]()
    for start, end, _ in changes(zone.key):
        named = _named(cron, start, end)
        if not named or start < first or (last is not None and end > last):
            continue
        left_out |= {local for local in named if not exists(local, zone)}
        around = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in (start - 3 * _HOUR, end + 3 * _HOUR))
        for instant in instants(cron, zone, *around):
            local = instant.replace(tzinfo=None, fold=0)
            if instant.astimezone(UTC) != local.replace(tzinfo=zone).astimezone(UTC):
                second.add(instant.astimezone(UTC))
            elif local not in named and not _fires(cron, local):
                added.add(local)
    return _Mended(sorted(left_out), sorted(added), sorted(second))


def _named(cron: firings.Cron, start: datetime, end: datetime) -> list[datetime]:
    """The local times from `start` until `end` that a cron text names, whether they exist or not."""
    count = (end - start) // _MINUTE
    return [local for number in range(count) if _fires(cron, local := start + number * _MINUTE)]


def _fires(cron: firings.Cron, local: datetime) -> bool:
    return local.minute in cron.minutes and local.hour in cron.hours and matches(cron, local.date())


# ------------------------------------------------------------------ rules


def _lines(cron: firings.Cron, first: datetime, last: datetime | None, mended: _Mended) -> Iterator[str]:
    until = f";UNTIL={last:%Y%m%dT%H%M%S}" if last else ""
    yield f"DTSTART:{first:%Y%m%dT%H%M%S}"
    yield from (f"RRULE:FREQ=DAILY;{part};BYSECOND=0{until}" for part in _parts(cron))
    if mended.left_out:
        yield f"EXDATE:{_listed_times(mended.left_out)}"
    if mended.added:
        yield f"RDATE:{_listed_times(mended.added)}"


def _parts(cron: firings.Cron) -> Iterator[str]:
    """A cron line by its fields; where either of a day of the month and one of the week will do, two rules."""
    common = f"BYHOUR={_listed(cron.hours)};BYMINUTE={_listed(cron.minutes)}"
    if len(cron.months) < 12:
        common += f";BYMONTH={_listed(cron.months)}"
    in_month = ";BYMONTHDAY=-1" if cron.is_last_day else f";BYMONTHDAY={_listed(cron.days)}"
    in_week = f";BYDAY={','.join(_DAYS[day] for day in sorted(cron.weekdays))}"
    has_all_days, has_all_weekdays = len(cron.days) == 31, len(cron.weekdays) == 7
    if cron.has_both_days:
        yield common + ("" if has_all_days else in_month) + ("" if has_all_weekdays else in_week)
    else:
        yield common + in_month
        yield common + in_week


def _period(trigger: Every) -> str:
    """Multiples from the start on; without one, of the time since 1970, from some years ago on."""
    end = _local(trigger.end, ZoneInfo("UTC"), is_end=True) if trigger.end is not None else None
    until = f";UNTIL={end:%Y%m%dT%H%M%SZ}" if end is not None else ""
    if trigger.start is not None:
        first = _local(trigger.start, ZoneInfo("UTC")).replace(tzinfo=UTC)
    else:
        first = EPOCH - (EPOCH - _LONG_AGO) // trigger.period * trigger.period
    return f"DTSTART:{first:%Y%m%dT%H%M%SZ}\nRRULE:FREQ={_frequency(trigger.period)}{until}"


def _frequency(period: timedelta) -> str:
    seconds = int(period.total_seconds())
    for word, size in (("DAILY", 86400), ("HOURLY", 3600), ("MINUTELY", 60)):
        if seconds % size == 0:
            return f"{word};INTERVAL={seconds // size}"
    return f"SECONDLY;INTERVAL={seconds}"


def _seconds(period: timedelta) -> int | float:
    found = period.total_seconds()
    return int(found) if found == int(found) else found


def _local(moment: date | datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """A moment on the clocks of a zone, naive; the end of a date is its last second."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(23, 59, 59) if is_end else time(0))
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _listed(values: Iterable[int]) -> str:
    return ",".join(map(str, sorted(values)))


def _listed_times(values: Iterable[datetime]) -> str:
    return ",".join(f"{value:%Y%m%dT%H%M%S}" for value in values)
