"""When a schedule fires, against a slow oracle that looks at every minute, and against cronsim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.ir import triggers
from flowc.runtime.firings import Cron, cron_of, instants, matches
from flowc.sema.outside.cron import parse
from flowc.sema.outside.dst import dst_notes
from flowc.sema.outside.firings import count, divides_day, firings

MINUTE = timedelta(minutes=1)

# A zone, and a day near which its clocks are moved: by an hour, by half an hour, by two, over midnight, by a whole day.
CHANGES = [
    ("Europe/Berlin", date(2024, 3, 31)),
    ("Europe/Berlin", date(2024, 10, 27)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
    ("Australia/Lord_Howe", date(2024, 10, 6)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2024, 3, 10)),
    ("Africa/Casablanca", date(2024, 4, 14)),
    ("Antarctica/Troll", date(2024, 3, 31)),
    ("Antarctica/Troll", date(2024, 10, 27)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Africa/Cairo", date(2024, 10, 31)),
    ("America/Santiago", date(2024, 9, 8)),
    ("America/Santiago", date(2024, 4, 7)),
    ("America/St_Johns", date(2006, 10, 29)),
    ("America/St_Johns", date(2006, 4, 2)),
    ("Asia/Kolkata", date(2024, 1, 1)),
]


CRONSIM_FAILS = ("Australia/Lord_Howe", "America/St_Johns")  # it loses firings there, or never ends


def good(expression: str) -> Cron:
    cron = parse(expression)
    assert isinstance(cron, Cron), cron
    assert cron_of(expression) == cron
    return cron


def in_utc(found: Iterable[datetime]) -> list[datetime]:
    return [instant.astimezone(UTC) for instant in found]


def every_minute(cron: Cron, zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """Walk over real time as cron does: each minute, look at the clock on the wall.

    Fixed times: what the clock jumped over is due now; what it shows again is done already.
    """
    found: list[datetime] = []
    now = since.astimezone(UTC)
    shown = (now - timedelta(days=2)).astimezone(zone).replace(tzinfo=None)  # the latest the clock has shown
    now -= timedelta(days=2)
    while now <= until:
        wall = now.astimezone(zone).replace(tzinfo=None)
        if cron.is_fixed:
            due = False
            while shown < wall:
                shown += MINUTE
                due |= fits(cron, shown)
        else:
            due = fits(cron, wall)
        if due and now >= since:
            found.append(now)
        now += MINUTE
    return found


def fits(cron: Cron, wall: datetime) -> bool:
    return wall.minute in cron.minutes and wall.hour in cron.hours and matches(cron, wall.date())


minutes = st.one_of(st.sampled_from(["*", "*/7", "*/15", "*/30", "0", "1", "30", "0,30"]), st.integers(0, 59).map(str))
hours = st.one_of(st.sampled_from(["*", "*/2", "*/6", "0-4", "22-23", "0,23", "1-3"]), st.integers(0, 23).map(str))
expressions = st.tuples(minutes, hours).map(lambda pair: f"{pair[0]} {pair[1]} * * *")


@settings(max_examples=150, deadline=None)
@given(expressions, st.sampled_from(CHANGES))
def test_it_fires_as_a_cron_that_looks_every_minute(expression: str, change: tuple[str, date]) -> None:
    zone, day = ZoneInfo(change[0]), change[1]
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    until = since + timedelta(days=3)
    cron = good(expression)
    assert in_utc(instants(cron, zone, since, until)) == every_minute(cron, zone, since, until)


@settings(max_examples=150, deadline=None)
@given(expressions, st.sampled_from([change for change in CHANGES if change[0] not in CRONSIM_FAILS]))
def test_it_fires_as_cronsim_says(expression: str, change: tuple[str, date]) -> None:
    zone, day = ZoneInfo(change[0]), change[1]
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    until = since + timedelta(days=3)
    expected: list[datetime] = []
    for instant in CronSim(expression, (since - timedelta(seconds=1)).astimezone(zone)):
        if instant.astimezone(UTC) > until:
            break
        expected.append(instant.astimezone(UTC))
    assert in_utc(instants(good(expression), zone, since, until)) == expected


def local(trigger: triggers.Cron | triggers.Every, since: str, until: str) -> list[str]:
    found = firings(trigger, datetime.fromisoformat(since), datetime.fromisoformat(until))
    return [instant.isoformat(timespec="minutes") for instant in found]


def test_a_daily_time_in_the_gap_fires_right_after_it_and_one_in_the_fold_once() -> None:
    nightly = triggers.Cron("30 2 * * *", "Europe/Berlin")
    assert local(nightly, "2024-03-30T12:00Z", "2024-04-01T12:00Z") == [
        "2024-03-31T03:00+02:00",
        "2024-04-01T02:30+02:00",
    ]
    assert local(nightly, "2024-10-26T12:00Z", "2024-10-28T12:00Z") == [
        "2024-10-27T02:30+02:00",
        "2024-10-28T02:30+01:00",
    ]


def test_hourly_follows_elapsed_time() -> None:
    hourly = triggers.Cron("0 * * * *", "Europe/Berlin")
    assert len(local(hourly, "2024-03-31T00:00+01:00", "2024-03-31T23:59+02:00")) == 23
    assert len(local(hourly, "2024-10-27T00:00+02:00", "2024-10-27T23:59+01:00")) == 25


def test_the_day_that_apia_left_out_fires_at_the_first_instant_after_it() -> None:
    daily = triggers.Cron("0 6 * * *", "Pacific/Apia")
    assert local(daily, "2011-12-29T12:00-10:00", "2011-12-31T12:00+14:00") == [
        "2011-12-31T00:00+14:00",
        "2011-12-31T06:00+14:00",
    ]


def test_days_of_months_and_weeks() -> None:
    either = triggers.Cron("0 0 13 * fri")
    assert local(either, "2024-09-12T00:00Z", "2024-09-21T00:00Z") == [
        "2024-09-13T00:00+00:00",
        "2024-09-20T00:00+00:00",
    ]
    last = triggers.Cron("0 6 L * *")
    assert local(last, "2024-01-15T00:00Z", "2024-04-15T00:00Z") == [
        "2024-01-31T06:00+00:00",
        "2024-02-29T06:00+00:00",
        "2024-03-31T06:00+00:00",
    ]
    leap = triggers.Cron("0 0 29 2 *")
    assert local(leap, "2023-01-01T00:00Z", "2029-01-01T00:00Z") == ["2024-02-29T00:00+00:00", "2028-02-29T00:00+00:00"]


def test_start_and_end_bound_the_instants_and_dates_are_whole_days_of_the_zone() -> None:
    daily = triggers.Cron("0 6 * * *", "Asia/Tokyo", date(2024, 1, 2), date(2024, 1, 3))
    assert local(daily, "2023-01-01T00:00Z", "2025-01-01T00:00Z") == [
        "2024-01-02T06:00+09:00",
        "2024-01-03T06:00+09:00",
    ]
    exact = triggers.Cron("0 6 * * *", "Asia/Tokyo", datetime(2024, 1, 2, 6, 0), datetime(2024, 1, 3, 5, 59))
    assert local(exact, "2023-01-01T00:00Z", "2025-01-01T00:00Z") == ["2024-01-02T06:00+09:00"]


def test_periods_count_from_start_or_from_1970() -> None:
    assert local(triggers.Every(timedelta(hours=7)), "2024-01-01T00:00Z", "2024-01-01T12:00Z") == [
        "2024-01-01T02:00+00:00",
        "2024-01-01T09:00+00:00",
    ]
    anchored = triggers.Every(timedelta(hours=7), datetime(2024, 1, 1, 1, tzinfo=UTC))
    assert local(anchored, "2023-01-01T00:00Z", "2024-01-01T12:00Z") == [
        "2024-01-01T01:00+00:00",
        "2024-01-01T08:00+00:00",
    ]


def test_both_ends_are_in() -> None:
    daily = triggers.Cron("0 6 * * *")
    assert len(local(daily, "2024-01-01T06:00Z", "2024-01-03T06:00Z")) == 3
    assert len(local(triggers.Every(timedelta(hours=1)), "2024-01-01T00:00Z", "2024-01-01T02:00Z")) == 3


def test_how_many_instants_there_are() -> None:
    since, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    daily = triggers.Cron("0 6 * * *", start=date(2024, 1, 1))
    assert count(daily, datetime(2000, 1, 1, tzinfo=UTC), until) == 1461
    assert count(daily, since, until, limit=10) == 10
    assert count(triggers.Every(timedelta(minutes=1)), since, until) == 1461 * 24 * 60 + 1
    assert count(triggers.Every(timedelta(days=1), start=date(2030, 1, 1)), since, until) == 0
    every = triggers.Every(timedelta(hours=7))
    assert count(every, since, until) == sum(1 for _ in firings(every, since, until))


def test_what_is_wrong_gives_no_instants() -> None:
    assert local(triggers.Cron("nonsense"), "2024-01-01T00:00Z", "2025-01-01T00:00Z") == []
    assert local(triggers.Cron("0 6 * * *", "Mars/X"), "2024-01-01T00:00Z", "2025-01-01T00:00Z") == []


@pytest.mark.parametrize(("hours", "divides"), [(1, True), (6, True), (7, False), (24, True), (48, True), (36, False)])
def test_periods_that_divide_the_day(hours: int, divides: bool) -> None:
    assert divides_day(timedelta(hours=hours)) == divides


def test_notes_on_daylight_saving() -> None:
    gap, fold = dst_notes("30 2 * * *", "Europe/Berlin", date(2024, 1, 1))
    assert (gap.kind, gap.local.isoformat(), gap.fires.isoformat()) == (
        "gap",
        "2024-03-31T02:30:00",
        "2024-03-31T03:00:00+02:00",
    )
    assert (fold.kind, fold.local.isoformat(), fold.fires.isoformat()) == (
        "fold",
        "2024-10-27T02:30:00",
        "2024-10-27T02:30:00+02:00",
    )
    assert [note.kind for note in dst_notes("0 0 * * *", "Africa/Cairo", date(2024, 1, 1))] == ["gap"]
    assert dst_notes("0 6 * * *", "Europe/Berlin", date(2024, 1, 1)) == ()
    assert dst_notes("*/30 2 * * *", "Europe/Berlin", date(2024, 1, 1)) == ()
    assert dst_notes("30 2 * * *", "UTC", date(2024, 1, 1)) == ()
    assert [note.local.year for note in dst_notes("30 2 * * mon", "Europe/Berlin", date(2024, 1, 1))] == []
    assert dst_notes("0 6 * * *", "Pacific/Apia", date(2011, 1, 1))[0].fires.isoformat() == "2011-12-31T00:00:00+14:00"
