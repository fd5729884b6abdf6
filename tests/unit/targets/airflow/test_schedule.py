"""Cron lines of periods, and the local times that Airflow takes otherwise."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flowc.diagnostics import Problems
from flowc.ir.triggers import Cron, Every, Unit
from flowc.runtime import partitions, triggers
from flowc.runtime.schedule import unbounded
from flowc.target.build import build
from flowc_targets.airflow import TARGET
from flowc_targets.airflow.schedule import cron_lines
from flowc_targets.project.clocks import differs
from tests.unit.targets.airflow.projects import program, project, refusals

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minutes", "lines"),
    [
        (1, ["* * * * *"]),
        (15, ["*/15 * * * *"]),
        (60, ["0 * * * *"]),
        (90, ["0 */3 * * *", "30 1,4,7,10,13,16,19,22 * * *"]),
        (360, ["0 */6 * * *"]),
        (1440, ["0 0 * * *"]),
        (7, []),
        (2880, []),
    ],
)
def test_a_period_that_divides_a_day(minutes: int, lines: list[str]) -> None:
    assert cron_lines(Every(minutes * MINUTE)) == lines


def test_multiples_count_from_the_start() -> None:
    start = datetime(2024, 1, 1, 0, 10, tzinfo=UTC)
    assert cron_lines(Every(15 * MINUTE, start)) == ["10,25,40,55 * * * *"]
    assert cron_lines(Every(720 * MINUTE, start)) == ["10 */12 * * *"]
    assert cron_lines(Every(60 * MINUTE, date(2024, 1, 1))) == ["0 * * * *"]


def test_seconds_have_no_cron_line() -> None:
    assert cron_lines(Every(timedelta(seconds=30))) == []


def test_a_cron_is_as_it_is() -> None:
    assert cron_lines(Cron("*/30 8-18 * * mon-fri", "Europe/London")) == ["*/30 8-18 * * mon-fri"]


@pytest.mark.parametrize(
    ("expression", "zone", "is_other"),
    [
        ("0 6 * * *", "Europe/Berlin", False),
        ("30 2 * * *", "Europe/Berlin", True),
        ("30 2 * * mon-fri", "Europe/Berlin", False),
        ("30 2 * * *", "UTC", False),
        ("0 * * * *", "Europe/Berlin", False),
        ("*/15 * * * *", "Australia/Lord_Howe", False),
        ("0 * * * *", "Australia/Lord_Howe", True),
        ("0 2 L * *", "Europe/Berlin", True),
        ("0 2 15 * *", "Europe/Berlin", False),
        ("30 1 * * *", "America/New_York", True),
    ],
)
def test_where_the_clocks_are_changed(expression: str, zone: str, is_other: bool) -> None:
    assert (differs(expression, zone) is not None) is is_other


def test_a_timetable_of_its_own_where_airflows_fire_at_others(tmp_path: Path) -> None:
    tree = project(tmp_path, 'flow f {\n  schedule daily, at: 02:30, tz: "Europe/Berlin"\n  task a = sh "true"\n}')
    text = tree.text("dags/f.py")
    assert 'schedule=ClockTimetable(Clock("30 2 * * *", "Europe/Berlin")),' in text
    assert "from clock_timetable import Clock, ClockTimetable\n" in text
    assert {"plugins/clock_timetable.py", "plugins/clock_firings.py"} <= {*tree}
    assert "AIRFLOW__CORE__PLUGINS_FOLDER" in tree.text("README.md")


def test_periods_and_zones_that_no_timetable_of_airflows_has(tmp_path: Path) -> None:
    text = project(tmp_path, 'flow f {\n  every 7h\n  task a = sh "true"\n}').text("dags/f.py")
    assert "schedule=ClockTimetable(Period(timedelta(hours=7)))," in text
    both = 'flow f {\n  schedule "0 6 * * *"\n  schedule "0 6 * * *", tz: "Asia/Tokyo"\n  task a = sh "true"\n}'
    text = project(tmp_path, both).text("dags/f.py")
    assert 'ClockTimetable(Clock("0 6 * * *", "UTC"), Clock("0 6 * * *", "Asia/Tokyo"))' in text


def test_no_plugin_where_airflows_own_will_do(tmp_path: Path) -> None:
    tree = project(tmp_path, 'flow f {\n  schedule daily, at: 06:00, tz: "Europe/Berlin"\n  task a = sh "true"\n}')
    assert not [path for path in tree if path.startswith("plugins")]
    assert "PLUGINS_FOLDER" not in tree.text("README.md")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
def test_windows_are_over_at_instants_of_a_clock(unit: Unit, zone: str) -> None:
    """Cairo's clocks leave out midnight; Lord Howe's are moved by half an hour."""
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1 if unit == "hour" else 31, tzinfo=UTC)
    windows = triggers.Windows(unit, zone)
    over = [partitions.ends(windows, start) for start in partitions.between(windows, since, until)]
    assert list(unbounded(triggers.Cron(partitions.STARTS[unit], zone), over[0], over[-1])) == over


def test_windows_without_a_schedule_are_there_for_backfills(tmp_path: Path) -> None:
    tree = project(tmp_path, 'flow a {\n  partition day, start: 2024-03-29\n  task x = sh "true"\n}')
    assert 'schedule=BackfillTimetable(Clock("0 0 * * *", "UTC"))' in tree.text("dags/a.py")
    command = "--dag-id a --from-date 2024-03-30T00:00:00+00:00 --to-date 2024-04-01T00:00:00+00:00 --max-active-runs 1"
    assert command in tree.text("README.md")


def test_a_backfill_goes_as_the_flow_says(tmp_path: Path) -> None:
    clause = "partition day, start: 2024-01-01\n  backfill order: newest, limit: 3\n"
    told = project(tmp_path, f'flow a(till: date) {{\n  {clause}  task x = sh "true"\n}}').text("README.md")
    options = (
        '--max-active-runs 3 --reprocess-behavior failed --run-backwards --dag-run-conf \'{"till": "2024-01-31"}\''
    )
    assert options in told


def test_partitions_with_names_have_runs_of_their_own(tmp_path: Path) -> None:
    source = 'flow a(n: int) {\n  partition ["eu", "us"]\n  task x = sh "echo #{run.partition} #{n}"\n}'
    told = project(tmp_path, source).text("README.md")
    assert '--conf "{\\"partition\\": \\"$NAME\\", \\"n\\": 1}"' in told


def test_bounds_with_an_offset_have_what_they_are_written_with(tmp_path: Path) -> None:
    line = 'schedule daily, at: 02:30, tz: "Europe/Berlin", start: 2024-01-01T00:00+02:00, catchup: none'
    text = project(tmp_path, f'flow f {{\n  {line}\n  task a = sh "true"\n}}').text("dags/f.py")
    assert "tzinfo=timezone(timedelta(hours=2))" in text
    assert "from datetime import datetime, timedelta, timezone\n" in text


BOTH = 'flow f {{\n  schedule daily, at: 06:00, tz: "Europe/Berlin"{0}\n  {1}\n  task a = sh "true"\n}}'
NONE = ", catchup: none"
SHARED = "all schedules of a DAG share a start, an end and `catchup`"


@pytest.mark.parametrize(
    ("own", "other", "partition"),
    [
        (
            NONE,
            f'schedule daily, at: 18:00, tz: "America/New_York"{NONE}',
            'day, start: 2024-01-01, tz: "Europe/Berlin"',
        ),
        (NONE, f"every 6h{NONE}", 'day, start: 2024-01-01, tz: "Europe/Berlin"'),
        (NONE, f"every 6h{NONE}", "day, start: 2024-01-01, end: 2024-03-01"),
        (", start: 2024-01-02, catchup: all", "schedule monthly, start: 2024-01-05, catchup: all", None),
        (", end: 2024-02-01", "schedule monthly, day: 2, end: 2024-02-01T06:00", None),
    ],
)
def test_schedules_share_bounds_where_none_fires_between_them(
    own: str, other: str, partition: str | None, tmp_path: Path
) -> None:
    clauses = f"{other}\n  partition {partition}" if partition else other
    assert refusals(tmp_path, BOTH.format(own, clauses)) == []


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (", start: 2024-02-02, catchup: all", "schedule monthly, start: 2024-01-05, catchup: all"),
        (", start: 2024-02-02, catchup: all", "schedule monthly, start: 2024-02-02, catchup: none"),
        (", end: 2024-02-01", "schedule monthly, day: 1, end: 2024-01-31T22:00Z"),
        (", end: 2024-02-01", "schedule monthly"),
        (", start: 2024-02-02, catchup: none", "every 7h"),
    ],
)
def test_a_dag_has_no_bounds_for_each_of_its_schedules(own: str, other: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, BOTH.format(own, other)) == [f"flow f: {SHARED}"]


def test_the_bounds_are_the_widest(tmp_path: Path) -> None:
    clauses = "schedule monthly, start: 2024-01-05, end: 2024-02-03, catchup: all\n  every 6h, start: 2024-01-03, {}"
    source = f'flow f {{\n  {clauses.format("end: 2024-02-04, catchup: all")}\n  task a = sh "true"\n}}'
    text = project(tmp_path, source).text("dags/f.py")
    assert "start_date=datetime(2024, 1, 3, 0, 0, tzinfo=timezone.utc)" in text
    assert "end_date=datetime(2024, 2, 4, 23, 59, 59, 999999, tzinfo=timezone.utc)" in text


@pytest.mark.parametrize(
    "clause", ['on asset out and webhook "/post"', "schedule daily\n  schedule daily, at: 06:00, end: 2024-01-01"]
)
def test_what_is_refused_is_told_at_its_clause(clause: str, tmp_path: Path) -> None:
    writer = 'asset out: path = "out"\nflow w { task t = sh "touch out" writes out }'
    problems = Problems()
    build(TARGET, program(tmp_path, f'{writer}\nflow f {{\n  {clause}\n  task a = sh "true"\n}}'), problems)
    (found,) = (found for found in problems.sorted() if found.severity.value == "error")
    assert found.span is not None and found.span.text == clause.splitlines()[-1].strip()
