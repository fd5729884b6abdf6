"""Schedules of jobs, and what Dagster cannot say of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flowc.ir.triggers import Cron, Every
from flowc.target.contract import Emulated, Refused
from flowc_targets.dagster.schedule import Ticks, answer, ticks
from tests.unit.targets.dagster.projects import job


def test_a_schedule_has_its_zone_and_is_running(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  schedule daily, at: 06:00, tz: "Asia/Tokyo"\n  task a = sh "true"\n}')
    assert '    cron_schedule="0 6 * * *",\n    execution_timezone="Asia/Tokyo",\n' in text
    assert "    default_status=dg.DefaultScheduleStatus.RUNNING,\n" in text


def test_missed_ticks_are_dropped_and_others_kept_within_start_and_end(tmp_path: Path) -> None:
    line = 'schedule daily, at: 06:00, tz: "UTC", start: 2024-01-01, end: 2024-12-31, catchup: none'
    text = job(tmp_path, f'flow f {{\n  {line}\n  task a = sh "true"\n}}')
    assert "start=datetime(2024, 1, 1, 0, 0, tzinfo=timezone.utc)" in text
    assert "end=datetime(2024, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc)" in text
    assert "drop_missed=True" in text


def test_bounds_with_an_offset_have_what_they_are_written_with(tmp_path: Path) -> None:
    line = "schedule daily, at: 06:00, start: 2024-01-01T00:00+02:00, end: 2030-01-01T00:00+05:45, catchup: none"
    text = job(tmp_path, f'flow f {{\n  {line}\n  task a = sh "true"\n}}')
    assert "tzinfo=timezone(timedelta(minutes=345))" in text
    assert "from datetime import datetime, timedelta, timezone\n" in text


def test_several_schedules_have_names_of_their_own(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  every 1h\n  schedule daily, at: 06:00, tz: "UTC"\n  task a = sh "true"\n}')
    assert "f_schedule_1 = dg.ScheduleDefinition(" in text
    assert "f_schedule_2 = dg.ScheduleDefinition(" in text


@pytest.mark.parametrize(
    ("minutes", "lines"), [(15, ["*/15 * * * *"]), (90, ["0 */3 * * *", "30 1,4,7,10,13,16,19,22 * * *"])]
)
def test_periods_are_times_of_the_day(minutes: int, lines: list[str]) -> None:
    assert ticks(Every(timedelta(minutes=minutes))) == Ticks(lines, "UTC")


def test_a_period_that_divides_no_day_is_sieved_from_ticks_that_do(tmp_path: Path) -> None:
    assert ticks(Every(timedelta(hours=7))) == Ticks(["0 * * * *"], "UTC", are_sieved=True)
    assert ticks(Every(timedelta(minutes=7))) == Ticks(["* * * * *"], "UTC", are_sieved=True)
    text = job(tmp_path, 'flow f {\n  every 7h\n  task a = sh "true"\n}')
    assert "should_execute=due_at(Period(timedelta(hours=7)), drop_missed=True)" in text
    assert isinstance(answer(Every(timedelta(seconds=90))), Refused)


def test_where_clocks_are_changed_ticks_are_in_utc(tmp_path: Path) -> None:
    nightly = Cron("30 2 * * *", "Europe/Berlin")
    assert ticks(nightly) == Ticks(["30 0 * * *", "0,30 1 * * *"], "UTC", are_sieved=True)
    assert isinstance(answer(nightly), Emulated)
    text = job(tmp_path, 'flow f {\n  schedule daily, at: 02:30, tz: "Europe/Berlin"\n  task a = sh "true"\n}')
    assert 'due_at(Clock("30 2 * * *", "Europe/Berlin"), drop_missed=True)' in text
    assert answer(Cron("30 6 * * *", "Europe/Berlin")) is None
