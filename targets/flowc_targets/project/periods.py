"""Periods as cron lines, where they divide a day."""

from __future__ import annotations

from datetime import timedelta

_DAY = timedelta(days=1)


def lines_of_period(period: timedelta, offset: timedelta) -> list[str]:
    """A period that divides a day, in minutes: `*/15 * * * *`, or the times of the day; none where it does not.

    `offset` is how far after midnight the first of the day's multiples is.
    """
    minute = timedelta(minutes=1)
    if period <= timedelta(0) or _DAY % period or period % minute or offset % minute:
        return []
    first = (offset % period) // minute
    step = period // minute
    if 60 % step == 0:
        minutes = "*" if step == 1 else f"*/{step}" if not first else ",".join(map(str, range(first % step, 60, step)))
        return [f"{minutes if step < 60 else first} * * * *"]
    hours: dict[int, list[int]] = {}
    for moment in range(first, 24 * 60, step):
        hours.setdefault(moment % 60, []).append(moment // 60)
    return [f"{minute_} {_hours(found)} * * *" for minute_, found in sorted(hours.items())]


def _hours(hours: list[int]) -> str:
    step = hours[1] - hours[0] if len(hours) > 1 else 0
    if hours[0] == 0 and step and hours == list(range(0, 24, step)) and 24 % step == 0:
        return f"*/{step}" if step > 1 else "*"
    return ",".join(map(str, hours))
