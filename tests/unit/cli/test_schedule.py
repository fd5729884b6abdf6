"""`flowc schedule`: when a flow is due, at the borders where clocks are changed too."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], clauses: str, since: str, until: str, *options: str) -> list[str]:
    Path("a.flow").write_text(f'flow f {{\n{clauses}\ntask a = sh "true" }}\n', encoding="utf-8")
    assert main(["schedule", "a.flow", "--from", since, "--to", until, *options]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("folder")
def test_a_line_for_each_firing_and_the_window_from_the_one_before(capsys: pytest.CaptureFixture[str]) -> None:
    nightly = 'schedule daily, at: 02:30, tz: "Europe/Berlin"'
    assert said(capsys, nightly, "2024-03-31", "2024-04-02") == [
        "2024-03-31T03:00:00+02:00  2024-03-30T02:30:00+01:00/2024-03-31T03:00:00+02:00",
        "2024-04-01T02:30:00+02:00  2024-03-31T03:00:00+02:00/2024-04-01T02:30:00+02:00",
    ]
    assert [line[:25] for line in said(capsys, nightly, "2024-10-27", "2024-10-28")] == ["2024-10-27T02:30:00+02:00"]


@pytest.mark.usefixtures("folder")
def test_the_end_is_left_out_and_start_and_end_hold(capsys: pytest.CaptureFixture[str]) -> None:
    daily = "schedule daily, start: 2024-01-02, end: 2024-01-04, catchup: none"
    found = said(capsys, daily, "2024-01-01", "2024-01-04")
    assert [line[:10] for line in found] == ["2024-01-02", "2024-01-03"]
    assert found[0].endswith("  2024-01-01T00:00:00+00:00/2024-01-02T00:00:00+00:00")
    assert [line[:10] for line in said(capsys, daily, "2024-01-04", "2024-02-01")] == ["2024-01-04"]


@pytest.mark.usefixtures("folder")
def test_a_rare_day_has_a_window_too(capsys: pytest.CaptureFixture[str]) -> None:
    leap = 'schedule "0 0 29 feb *"'
    assert said(capsys, leap, "2103-01-01", "2105-01-01") == [
        "2104-02-29T00:00:00+00:00  2096-02-29T00:00:00+00:00/2104-02-29T00:00:00+00:00"
    ]


@pytest.mark.usefixtures("folder")
def test_several_flows_and_none_that_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.flow").write_text('flow f { every 1h\n task a = sh "x" }\nflow g { task a = sh "x" }\n', encoding="utf-8")
    assert main(["schedule", "a.flow", "--from", "2024-01-01", "--to", "2024-01-01T01:00Z"]) == 0
    assert capsys.readouterr().out.startswith("2024-01-01T00:00:00+00:00  2023-12-31T23:00:00+00:00/")
    assert main(["schedule", "a.flow", "--flow", "g"]) == 1
    assert "`g` has no schedule" in capsys.readouterr().err
    assert main(["schedule", "a.flow", "--from", "2024-01-02", "--to", "2024-01-01"]) == 2
    assert "--to is not after --from" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_the_window_is_the_partition_that_the_run_works_on(capsys: pytest.CaptureFixture[str]) -> None:
    clauses = 'schedule daily, tz: "Europe/Berlin", catchup: none\npartition month, start: 2023-01-01'
    assert said(capsys, clauses, "2024-02-01", "2024-02-03") == [
        "2024-02-01T00:00:00+01:00  2024-01-01T00:00:00+01:00/2024-02-01T00:00:00+01:00",
        "2024-02-02T00:00:00+01:00  2024-01-01T00:00:00+01:00/2024-02-01T00:00:00+01:00",
    ]
    hours = 'every 90m, catchup: none\npartition hour, start: 2023-01-01, tz: "Asia/Kathmandu"'
    assert said(capsys, hours, "2024-02-01T00:00Z", "2024-02-01T02:00Z") == [
        "2024-02-01T00:00:00+00:00  2024-02-01T04:00:00+05:45/2024-02-01T05:00:00+05:45",
        "2024-02-01T01:30:00+00:00  2024-02-01T06:00:00+05:45/2024-02-01T07:00:00+05:45",
    ]


@pytest.mark.usefixtures("folder")
def test_where_the_calendar_begins_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.flow").write_text('flow f { every 90m\n task a = sh "x" }\n', encoding="utf-8")
    assert main(["schedule", "a.flow", "--from", "0001-01-01", "--to", "0001-01-03"]) == 2
    assert "outside of what a calendar holds" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("clause", ["schedule daily", "schedule monthly, day: last", "schedule hourly", "every 90m"])
def test_it_is_due_as_long_as_the_calendar_goes(clause: str, zone: str, capsys: pytest.CaptureFixture[str]) -> None:
    clauses = clause if clause.startswith("every") else f'{clause}, tz: "{zone}"'
    found = said(capsys, clauses, "9999-12-30", "9999-12-31T12:00")
    assert len(found) == {"daily": 2, "last": 1, "hourly": 36, "90m": 24}[clause.split()[-1]]


@pytest.mark.usefixtures("folder")
def test_a_line_is_printed_as_soon_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(BaseException):
        pass

    def echo(line: str) -> None:
        lines.append(line)
        if len(lines) == 3:
            raise Full

    lines: list[str] = []
    monkeypatch.setattr("flowc.cli.schedule.click.echo", echo)
    Path("a.flow").write_text('flow f { schedule "* * * * *"\n task a = sh "x" }\n', encoding="utf-8")
    with pytest.raises(Full):
        main(["schedule", "a.flow", "--from", "1900-01-01", "--to", "2900-01-01"])
    assert lines[2] == "1900-01-01T00:02:00+00:00  1900-01-01T00:01:00+00:00/1900-01-01T00:02:00+00:00"
