"""Schedules with a start or an end, as rules of the calendar: Prefect's cron and interval know neither."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flowc.ir.graph import Cron, Every

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "sun mon tue wed thu fri sat")
    for number, name in enumerate(names.split(), 1 if names.startswith("jan") else 0)
}
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LONG_AGO = datetime(2020, 1, 1)


def rrules(trigger: Cron | Every, start: datetime | None, end: datetime | None) -> Iterator[str]:
    """The rules that together give the trigger's instants."""
    until = f";UNTIL={end.astimezone(UTC):%Y%m%dT%H%M%SZ}" if end else ""
    if isinstance(trigger, Every):
        first = (start or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC)
        yield f"DTSTART:{first:%Y%m%dT%H%M%SZ}\nRRULE:FREQ={_frequency(trigger.period)}{until}"
        return
    first = start.replace(tzinfo=None) if start else _LONG_AGO
    for part in _parts(trigger.expression):
        yield f"DTSTART:{first:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;{part};BYSECOND=0{until}"


def _frequency(period: timedelta) -> str:
    seconds = int(period.total_seconds())
    for word, size in (("DAILY", 86400), ("HOURLY", 3600), ("MINUTELY", 60)):
        if seconds % size == 0:
            return f"{word};INTERVAL={seconds // size}"
    return f"SECONDLY;INTERVAL={seconds}"


def _parts(expression: str) -> Iterator[str]:
    """A cron line by its fields; a day of the month and one of the week are two rules, for either will do."""
    fields = expression.split()
    minutes, hours, days, months, weekdays = (
        _values(field, *ends) for field, ends in zip(fields, _RANGES, strict=True)
    )
    common = f"BYHOUR={_listed(hours)};BYMINUTE={_listed(minutes)}"
    common += f";BYMONTH={_listed(months)}" if fields[3] != "*" else ""
    by_day = f";BYDAY={','.join(dict.fromkeys(_DAYS[day] for day in weekdays))}"
    if fields[2] != "*":
        yield f"{common};BYMONTHDAY={_listed(days)}"
        if fields[4] != "*":
            yield common + by_day
    else:
        yield common + (by_day if fields[4] != "*" else "")


def _values(field: str, low: int, high: int) -> list[int]:
    found: set[int] = set()
    for part in field.split(","):
        said, _, step = part.partition("/")
        first, dash, last = said.partition("-")
        if said == "*":
            start, end = low, high
        else:
            start = _number(first)
            end = _number(last) if dash else high if step else start
        found |= set(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _number(text: str) -> int:
    return _NAMES[text.lower()[:3]] if text[:1].isalpha() else int(text)


def _listed(values: list[int]) -> str:
    return ",".join(map(str, values))
