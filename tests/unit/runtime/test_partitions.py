"""Windows of time: which one is over at an instant, held against the boundaries that a cron schedule gives."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from flowc.runtime import partitions
from flowc.runtime.errors import UsageError
from flowc.runtime.reading import read_last
from flowc.runtime.schedule import firings
from flowc.runtime.triggers import Cron, Keys, Windows

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
STARTS = {"hour": "0 * * * *", "day": "0 0 * * *", "week": "0 0 * * 1", "month": "0 0 1 * *"}
# The clocks of Lord Howe change by half an hour, which a cron of full hours leaves out.
CASES = [(unit, zone) for unit in STARTS for zone in ZONES if (unit, zone) != ("hour", "Australia/Lord_Howe")]
SINCE, UNTIL = datetime(2017, 6, 1, tzinfo=UTC), datetime(2019, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(("unit", "zone"), CASES)
def test_the_last_window_is_the_one_before_the_boundary_that_was_passed(unit: str, zone: str) -> None:
    boundaries = [each.astimezone(UTC) for each in firings(Cron(STARTS[unit], zone), SINCE, UNTIL)]
    windows = Windows(unit, zone)  # type: ignore[arg-type]
    random = Random(7)
    for _ in range(2000):
        place = random.randrange(2, len(boundaries) - 1)
        away = random.choice([timedelta(0), (boundaries[place + 1] - boundaries[place]) * random.random()])
        moment = boundaries[place] + away
        assert bisect_right(boundaries, moment) == place + 1
        found = partitions.last_complete(windows, moment)
        assert partitions.begins(windows, found).astimezone(UTC) == boundaries[place - 1]
        assert partitions.ends(windows, found).astimezone(UTC) == boundaries[place]
        if unit != "hour":
            assert found == boundaries[place - 1].astimezone(ZoneInfo(zone)).date()


def test_both_hours_of_the_fold_are_windows_and_none_is_in_the_gap() -> None:
    windows = Windows("hour", "Europe/Berlin")
    fold = [partitions.text(each) for each in partitions.between(windows, _at(10, 25, 0), _at(10, 25, 2))]
    assert fold == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"]
    gap = [partitions.text(each) for each in partitions.between(windows, _at(3, 29, 0), _at(3, 29, 1))]
    assert gap == ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]


def test_ends_of_the_range_are_in_it() -> None:
    windows = Windows("day", "Asia/Tokyo", date(2026, 1, 30), date(2026, 2, 2))
    assert list(partitions.between(windows, _at(1, 1, 0), _at(12, 1, 0))) == [
        date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)
    ]  # fmt: skip
    first, last = partitions.bounds(windows)
    assert first and last
    assert (first, last) == (_at(1, 30, 15), _at(2, 3, 15) - timedelta(microseconds=1))
    assert partitions.last_complete(windows, first) == date(2026, 1, 30)
    assert partitions.last_complete(windows, last) == date(2026, 2, 2)


def test_a_start_in_the_middle_of_a_window_leaves_that_window_out() -> None:
    windows = Windows("week", "UTC", date(2026, 1, 7))
    assert next(partitions.between(windows, _at(1, 1, 0), _at(3, 1, 0))) == date(2026, 1, 12)
    assert partitions.bounds(windows)[0] == _at(1, 19, 0)


def test_a_run_on_a_window_is_for_the_first_firing_that_works_on_it() -> None:
    windows = Windows("day", "Europe/Berlin")
    daily = Cron("30 2 * * *", "Europe/Berlin")
    assert partitions.due(windows, date(2026, 3, 27), [daily]) == _at(3, 28, 1, 30)
    assert partitions.due(windows, date(2026, 3, 28), [daily]) == _at(3, 29, 1)
    assert partitions.due(windows, date(2026, 3, 28), [Cron("0 0 1 1 *", "UTC")]) == _at(3, 28, 23)
    assert partitions.due(windows, date(2026, 3, 28), []) == _at(3, 28, 23)


@pytest.mark.parametrize(
    ("windows", "said", "why"),
    [
        (Windows("day", start=date(2026, 1, 1)), "2025-12-31", "on any day, from 2026-01-01"),
        (Windows("week"), "2026-01-06", "on a Monday"),
        (Windows("month", end=date(2026, 1, 1)), "2026-02-01", "to 2026-01-01"),
        (Windows("hour"), "2026-01-06T06:30", "at a full hour"),
        (Windows("hour"), "soon", "as 2024-01-31T06:00"),
        (Windows("day"), "2026-01-06T06:30", "as 2024-01-31"),
        (Keys(["eu", "us"]), "asia", "one of eu, us"),
    ],
)
def test_a_partition_that_is_none_is_refused(windows: Windows | Keys, said: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        partitions.read(windows, said)


def test_a_partition_is_read_as_it_is_written() -> None:
    hours = Windows("hour", "Europe/Berlin")
    for said in ("2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00", "2026-01-01T00:00:00+01:00"):
        assert partitions.text(partitions.read(hours, said)) == said
    assert partitions.text(partitions.read(hours, "2026-10-25T02:00")) == "2026-10-25T02:00:00+02:00"
    assert partitions.read(Windows("month"), "2026-02-01") == date(2026, 2, 1)
    assert partitions.read(Keys(["eu"]), "eu") == "eu"


def test_a_date_as_the_end_of_a_range_is_all_of_its_day() -> None:
    assert read_last("2026-02-01") == datetime(2026, 2, 2) - timedelta(microseconds=1)
    assert read_last("2026-02-01T06:00Z") == _at(2, 1, 6)


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)
