"""`flowc backfill`: each partition or instant once, again only what did not succeed, also after a kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from threading import Timer

import pytest

from flowc.cli import main

FLOW = """\
## A day's sales.
flow sales(region: str = "eu") {
  partition day, start: 2026-01-01, tz: "Asia/Tokyo"
  schedule daily, at: 02:30, tz: "Asia/Tokyo", catchup: none
  backfill order: newest, limit: 2
  task stage = sh "echo #{run.partition} #{region} #{run.at} >> log.txt; test ! -e bad-#{run.partition}"
}

flow plain {
  schedule "0 */6 * * *"
  task only = sh "echo #{run.at} #{run.trigger} >> log.txt"
}

flow named {
  partition ["eu", "us"]
  task only = sh "echo #{run.partition} >> log.txt"
}

flow by_hand { task only = sh "true" }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.flow").write_text(FLOW)
    return tmp_path


def backfill(*words: str, flow: str = "sales") -> int:
    return main(["backfill", "a.flow", "--flow", flow, *words])


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines, without the ids of runs."""
    return [re.sub(r"\d{8}-\d{6}-[0-9a-f]{6}", "ID", line) for line in capsys.readouterr().out.splitlines()]


def log() -> list[str]:
    path = Path("log.txt")
    return path.read_text().splitlines() if path.exists() else []


def test_each_partition_runs_once_and_what_failed_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad-2026-02-02").touch()
    assert backfill("--from", "2026-02-01", "--to", "2026-02-03") == 1
    lines = said(capsys)
    assert sorted(lines) == ["2026-02-01  succeeded  ID", "2026-02-02  failed  ID: exit 1", "2026-02-03  succeeded  ID"]
    assert not lines[0].startswith("2026-02-01")
    assert sorted(log()) == [f"2026-02-0{day} eu 2026-02-0{day + 1}T02:30:00+09:00" for day in (1, 2, 3)]
    Path("bad-2026-02-02").unlink()
    assert backfill("--from", "2026-02-01", "--to", "2026-02-03", "--dry-run") == 0
    assert said(capsys) == [
        "2026-02-03  succeeded before, in ID", "2026-02-02  would go on, ID", "2026-02-01  succeeded before, in ID"
    ]  # fmt: skip
    assert len(log()) == 3
    assert backfill("--from", "2026-02-01", "--to", "2026-02-03") == 0
    assert sorted(said(capsys)) == [
        "2026-02-01  succeeded before, in ID", "2026-02-02  succeeded  ID", "2026-02-03  succeeded before, in ID"
    ]  # fmt: skip
    assert len(log()) == 4
    assert main(["runs"]) == 0
    assert sum("ID" in line for line in said(capsys)) == 3


def test_other_params_are_another_run_and_the_default_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--param", "region=us"], ["--param", "region=eu"]):
        assert backfill("--partition", "2026-02-01", *words) == 0
    assert said(capsys) == [
        "2026-02-01  succeeded  ID", "2026-02-01  succeeded  ID", "2026-02-01  succeeded before, in ID"
    ]  # fmt: skip


def test_force_runs_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--partition", "2026-02-01") == backfill("--partition", "2026-02-01", "--force") == 0
    assert len(log()) == 2
    assert said(capsys) == ["2026-02-01  succeeded  ID"] * 2


def test_instants_of_a_schedule_and_a_date_is_all_of_its_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--from", "2026-02-01", "--to", "2026-02-01", flow="plain") == 0
    assert [line.split()[0] for line in said(capsys)] == [f"2026-02-01T{hour:02}:00:00Z" for hour in (0, 6, 12, 18)]
    assert log() == [f"2026-02-01T{hour:02}:00:00Z backfill" for hour in (0, 6, 12, 18)]
    assert backfill("--from", "2026-02-01T06:00Z", "--to", "2026-02-01T12:00Z", flow="plain") == 0
    assert said(capsys) == [
        "2026-02-01T06:00:00Z  succeeded before, in ID",
        "2026-02-01T12:00:00Z  succeeded before, in ID",
    ]


def test_partitions_with_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--partition", "us", flow="named") == backfill(flow="named") == 0
    assert said(capsys) == ["us  succeeded  ID", "eu  succeeded  ID", "us  succeeded before, in ID"]
    assert log() == ["us", "eu"]


def test_what_is_not_over_yet_is_left_out_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--from", "9000-01-01", "--to", "9000-01-03") == 0
    assert said(capsys) == ["left out: 3 that are not over yet"]


def test_a_range_in_which_there_is_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--from", "2025-02-01", "--to", "2025-02-03") == 0
    assert backfill("--from", "2026-02-01T01:00Z", "--to", "2026-02-01T05:00Z", "--dry-run", flow="plain") == 0
    assert said(capsys) == [
        "nothing to run: sales has no partitions in this range",
        "nothing to run: plain has no instants of its schedule in this range",
    ]


@pytest.mark.parametrize(
    ("flow", "words", "why"),
    [
        ("by_hand", ["--from", "2026-01-01"], "neither partitions nor a schedule"),
        ("plain", [], "from when on?"),
        ("plain", ["--partition", "2026-01-01"], "plain has no partitions"),
        ("named", ["--from", "2026-01-01"], "have names"),
        ("named", ["--partition", "asia"], "one of eu, us"),
        ("sales", ["--partition", "2025-12-31"], "from 2026-01-01"),
        ("sales", ["--from", "2026-01-02", "--to", "2026-01-01"], "ends before it begins"),
        ("plain", ["--from", "0001-01-01", "--to", "0001-01-02"], "outside of what a calendar holds"),
        ("sales", ["--partition", "2026-01-01", "--param", "n=1"], "has no param n"),
        ("sales", ["--partition", "2026-01-01", "--from", "2026-01-01"], "don't go with it"),
    ],
)
def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str], flow: str, words: list[str], why: str) -> None:
    assert backfill(*words, flow=flow) == 2
    assert why in capsys.readouterr().err


def test_a_broken_register_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".flowc").mkdir()
    Path(".flowc/register.db").write_text("not a database at all, " * 50)
    assert backfill("--partition", "2026-02-01") == 1
    assert "register.db" in capsys.readouterr().err
    assert log() == []


SLOW = """\
flow sales {
  partition day, start: 2026-01-01
  backfill limit: 2
  task one = sh "echo one #{run.partition} >> log.txt; sleep 0.1"
  task two = sh "echo two #{run.partition} >> log.txt; sleep 0.1" after one
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_it_goes_on_and_doubles_nothing_but_what_was_in_flight(folder: Path, seed: int) -> None:
    (folder / "a.flow").write_text(SLOW)
    words = [sys.executable, "-m", "flowc", "backfill", "a.flow", "--to", "2026-01-08"]
    random, kills = Random(seed), 5
    for _ in range(kills):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(random.uniform(0.2, 1.6))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    again = subprocess.run(words, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    lines = again.stdout.splitlines()
    assert len(lines) == 8
    assert len(list((folder / ".flowc" / "runs").iterdir())) == 8
    counted = Counter(log())
    assert set(counted) == {f"{task} 2026-01-0{day}" for task in ("one", "two") for day in range(1, 9)}
    assert sum(counted.values()) - len(counted) <= 2 * kills  # two runs at once, one attempt in flight in each


def test_a_flow_with_a_new_name_goes_on_with_its_backfill(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    Path("bad-2026-02-02").touch()
    assert backfill("--from", "2026-02-01", "--to", "2026-02-02") == 1
    Path("bad-2026-02-02").unlink()
    for name in ("newer", "newest"):
        (folder / "a.flow").write_text(
            FLOW.replace("flow sales(", f"flow {name}(").replace(
                "  partition day", "  renamed from: sales\n  partition day"
            )
        )
        assert backfill("--from", "2026-02-01", "--to", "2026-02-02", flow=name) == 0
    assert [line.split()[0] for line in log()].count("2026-02-01") == 1
    assert said(capsys)[-2:] == ["2026-02-02  succeeded before, in ID", "2026-02-01  succeeded before, in ID"]


@pytest.mark.parametrize("overlap", ["skip", "cancel_old", "queue"])
def test_its_runs_make_way_for_nobody(overlap: str, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    """Three at once are asked for where one may be: they would drop or end each other."""
    (folder / "a.flow").write_text(f"""\
flow days {{
  partition day, start: 2026-01-01
  max_runs 1, overlap: {overlap}
  backfill limit: 3
  task only = sh "echo begin >> log.txt; sleep 0.2; echo end >> log.txt"
}}
""")
    assert backfill("--to", "2026-01-04", flow="days") == 0
    assert said(capsys) == [f"2026-01-0{day}  succeeded  ID" for day in (1, 2, 3, 4)]
    assert log() == ["begin", "end"] * 4


def test_it_waits_for_a_run_that_holds_the_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of it is dropped, and it ends no run of others."""
    from flowc.runtime.pools import Pools

    (folder / "a.flow").write_text("""\
flow days {
  partition day, start: 2026-01-01
  max_runs 1, overlap: skip
  task only = sh "true"
}
""")
    held = Pools(folder / ".flowc" / "slots").take("flow days", 1, note="2026-01-01T00:00:00Z other")
    assert held
    Timer(1.0, held.release).start()
    assert backfill("--to", "2026-01-02", flow="days") == 0
    assert said(capsys) == [f"2026-01-0{day}  succeeded  ID" for day in (1, 2)]


def test_a_partition_that_is_named_twice_runs_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert backfill("--partition", "2026-02-01", "--partition", "2026-02-02", "--partition", "2026-02-01") == 0
    assert said(capsys) == ["2026-02-02  succeeded  ID", "2026-02-01  succeeded  ID"]
    assert backfill("--partition", "us", "--partition", "us", flow="named") == 0
    assert log().count("us") == 1


def test_a_flow_that_an_event_starts_is_given_one(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "a.flow").write_text("""\
schema Order { id: int, cost: decimal(6, 2) }
flow orders {
  on webhook "/orders" body Order
  partition day, start: 2026-01-01
  task only = sh "echo #{run.partition} #{run.event.id} #{run.event.cost} >> log.txt"
}
""")
    days = ("--from", "2026-02-01", "--to", "2026-02-02")
    assert backfill(*days, flow="orders") == 2
    assert "give one, as JSON; its type is (id: int" in capsys.readouterr().err
    assert backfill(*days, "--event", '{"id": 1}', flow="orders") == 2
    assert not (folder / ".flowc" / "runs").exists()
    for event in ('{"id": 1, "cost": 1.5}', '{"cost": 1.5, "id": 1}', '{"id": 2, "cost": "0.10"}'):
        assert backfill(*days, "--event", event, flow="orders") == 0
    assert sorted(log()) == ["2026-02-01 1 1.50", "2026-02-01 2 0.10", "2026-02-02 1 1.50", "2026-02-02 2 0.10"]
    assert backfill("--partition", "2026-02-01", "--event", "{}", flow="orders") == 2
