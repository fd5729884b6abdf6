"""Schedules that engines read each in its own way: below an hour, in the gap of spring, the fold of autumn, at ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from attrs import frozen

BERLIN, NEW_YORK, HOWE, SANTIAGO = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"

CLAUSES: Mapping[str, str] = {
    # daily, on clocks that are changed
    "gap_berlin": f'schedule daily, at: 02:30, tz: "{BERLIN}"',
    "edge_berlin": f'schedule daily, at: 02:00, tz: "{BERLIN}"',
    "after_berlin": f'schedule daily, at: 03:00, tz: "{BERLIN}"',
    "gap_new_york": f'schedule daily, at: 02:30, tz: "{NEW_YORK}"',
    "fold_new_york": f'schedule daily, at: 01:30, tz: "{NEW_YORK}"',
    "midnight_santiago": f'schedule daily, at: 00:00, tz: "{SANTIAGO}"',
    "fold_santiago": f'schedule daily, at: 23:30, tz: "{SANTIAGO}"',
    "half_hour_gap": f'schedule daily, at: 02:15, tz: "{HOWE}"',
    "half_hour_fold": f'schedule daily, at: 01:45, tz: "{HOWE}"',
    "two_hours": 'schedule daily, at: 02:30, tz: "Antarctica/Troll"',
    "ramadan": 'schedule daily, at: 02:30, tz: "Africa/Casablanca"',
    "cairo": 'schedule daily, at: 00:30, tz: "Africa/Cairo"',
    "lisbon": 'schedule daily, at: 01:30, tz: "Europe/Lisbon"',
    "azores": 'schedule daily, at: 00:30, tz: "Atlantic/Azores"',
    "st_johns": 'schedule daily, at: 02:00, tz: "America/St_Johns"',
    "chatham": 'schedule daily, at: 02:45, tz: "Pacific/Chatham"',
    "auckland": 'schedule daily, at: 02:30, tz: "Pacific/Auckland"',
    "havana": 'schedule daily, at: 00:00, tz: "America/Havana"',
    "beirut": 'schedule daily, at: 00:00, tz: "Asia/Beirut"',
    # clocks that are never changed, whole hours from UTC or not
    "kolkata": 'schedule daily, at: 06:00, tz: "Asia/Kolkata"',
    "kathmandu": 'schedule "45 5 * * *", tz: "Asia/Kathmandu"',
    "tokyo_workdays": 'schedule "0 9 * * mon-fri", tz: "Asia/Tokyo"',
    "far_east": 'schedule daily, at: 23:59, tz: "Pacific/Kiritimati"',
    "utc": "schedule daily, at: 00:00",
    # several times a day
    "hourly_berlin": f'schedule hourly, tz: "{BERLIN}"',
    "even_hours": f'schedule "0 */2 * * *", tz: "{BERLIN}"',
    "listed_hours": f'schedule "0 0-23 * * *", tz: "{BERLIN}"',
    "half_hours_at_night": f'schedule "0,30 1-3 * * *", tz: "{BERLIN}"',
    "quarters_at_night": f'schedule "*/15 0-4 * * *", tz: "{NEW_YORK}"',
    "hourly_howe": f'schedule hourly, tz: "{HOWE}"',
    "by_day": 'schedule "*/30 8-18 * * mon-fri", tz: "Europe/London"',
    "hourly_kathmandu": 'schedule hourly, tz: "Asia/Kathmandu"',
    # weeks, months, years
    "first_or_monday": 'schedule "0 6 1 * mon"',
    "thirteenth_or_friday_at_night": f'schedule "30 2 13 * fri", tz: "{BERLIN}"',
    "sundays_at_night": f'schedule weekly, day: sunday, at: 02:30, tz: "{BERLIN}"',
    "last_day": f'schedule monthly, day: last, at: 23:30, tz: "{SANTIAGO}"',
    "thirty_first": 'schedule "0 12 31 * *"',
    "leap_day": 'schedule "0 0 29 feb *"',
    "quarter": f'schedule "0 3 1 jan,apr,jul,oct *", tz: "{BERLIN}"',
    # periods
    "period_15m": "every 15m",
    "period_90m": "every 90m",
    "period_7h": "every 7h",
    "period_36h": "every 36h",
    "period_week": "every 7d",
    # within start and end
    "window": f'schedule daily, at: 02:30, tz: "{BERLIN}", start: 2028-03-20, end: 2029-11-05, catchup: none',
    "window_of_instants": "schedule hourly, start: 2028-01-01T10:30Z, end: 2028-01-03T08:00Z, catchup: none",
    "period_from": "every 5h, start: 2028-02-01T01:00Z, end: 2028-03-01, catchup: none",
    "made_up_for": f'schedule daily, at: 02:30, tz: "{BERLIN}", start: 2028-03-20, end: 2028-11-05, catchup: all',
    "with_windows": (
        f'schedule "0 5,17 * * *", tz: "{BERLIN}", catchup: none\n  partition day, start: 2028-03-20, end: 2028-11-05'
    ),
    # periods whose runs work on windows: these say from when on it fires, and nothing of the multiples
    "period_on_days": f'every 6h, catchup: none\n  partition day, start: 2027-03-20, end: 2027-11-05, tz: "{BERLIN}"',
    "period_on_half_hours": (
        'every 90m, catchup: none\n  partition hour, start: 2027-01-01T00:40Z, end: 2027-04-01, tz: "Asia/Kathmandu"'
    ),
    "period_on_weeks": f'every 7h, catchup: none\n  partition week, start: 2027-01-01, tz: "{NEW_YORK}"',
    "period_on_months": f'every 36h, catchup: none\n  partition month, start: 2027-01-15, tz: "{SANTIAGO}"',
    "period_from_on_hours": (
        "every 45m, start: 2027-01-01T00:07Z, end: 2027-05-01, catchup: none\n  partition hour, start: 2027-01-02"
    ),
    "period_from_on_days": (
        'every 10h, start: 2027-02-01, catchup: none\n  partition day, start: 2027-02-10, tz: "Asia/Tokyo"'
    ),
    "period_from_later_on": (
        "every 5h, start: 2027-03-01T02:00Z, end: 2027-12-01T02:00Z, catchup: all\n  partition day, start: 2027-01-01"
    ),
}
"""The clause of each, by a name."""


@frozen
class Multiples:
    """What a clause with a period says: multiples counted from `origin`, those from `first` on and before `end`."""

    period: timedelta
    origin: str
    first: str
    end: str = "9999-01-01T00:00Z"

    def between(self, since: datetime, until: datetime) -> list[datetime]:
        """Those from one instant to another, both in."""
        found, instant = [], datetime.fromisoformat(self.origin).astimezone(UTC)
        while instant <= until and instant < datetime.fromisoformat(self.end):
            if instant >= since and instant >= datetime.fromisoformat(self.first):
                found.append(instant)
            instant += self.period
        return found


_HOUR, _EPOCH = timedelta(hours=1), "1970-01-01T00:00Z"
WORDS: Mapping[str, Multiples] = {
    "period_90m": Multiples(1.5 * _HOUR, _EPOCH, _EPOCH),
    "period_7h": Multiples(7 * _HOUR, _EPOCH, _EPOCH),
    "period_from": Multiples(5 * _HOUR, "2028-02-01T01:00Z", "2028-02-01T01:00Z", "2028-03-02T00:00Z"),
    # the first window is over at `first`, the one after the last at `end`: until then runs work on the last
    "period_on_days": Multiples(6 * _HOUR, _EPOCH, "2027-03-21T00:00+01:00", "2027-11-07T00:00+01:00"),
    "period_on_half_hours": Multiples(1.5 * _HOUR, _EPOCH, "2027-01-01T02:15Z", "2027-03-31T20:15Z"),
    "period_on_weeks": Multiples(7 * _HOUR, _EPOCH, "2027-01-11T00:00-05:00"),
    "period_on_months": Multiples(36 * _HOUR, _EPOCH, "2027-03-01T00:00-03:00"),
    "period_from_on_hours": Multiples(0.75 * _HOUR, "2027-01-01T00:07Z", "2027-01-02T01:00Z", "2027-05-02T00:00Z"),
    "period_from_on_days": Multiples(10 * _HOUR, "2027-02-01T00:00Z", "2027-02-11T00:00+09:00"),
    "period_from_later_on": Multiples(5 * _HOUR, "2027-03-01T02:00Z", "2027-03-01T02:00Z", "2027-12-01T02:00:01Z"),
}
"""What clauses mean, worked out by hand and counted out one by one: nothing of the compiler has a part in it."""


def source() -> str:
    """A file with a flow for each."""
    return "".join(f'flow {name} {{\n  {clause}\n  task a = sh "true"\n}}\n' for name, clause in CLAUSES.items())
