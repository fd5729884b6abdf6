"""The server is killed with -9 again and again, while schedules fire, events come and a backfill runs.

No run is lost or doubled, whether SQLite or PostgreSQL keeps what was asked for.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_letters

import pytest

from flowc.runtime.reading import read_datetime
from flowc.runtime.register import Register
from tests.postgres import database
from tests.serve.serving import Served, effects, journals, project

KILLS = int(os.environ.get("FLOWC_KILLS") or 5)
SEED = int(os.environ.get("FLOWC_SEED") or 1)
PERIOD = 2

FLOWS = """
asset loaded: path = "loaded" partition day
schema Posted { number: int, on: date, cost: decimal(6, 2), files: map[str, path] }
flow ticks(note: str = "LONG") {
  every 2s, start: %s, catchup: all
  task one = python work:note("ticks.one", run.at)
  task two = python work:note("ticks.two", run.at) after one
}
flow landing {
  on file "in/*.csv" poll 1s
  task land = python work:note("landing.land", run.at, run.event.path.name)
}
flow landed {
  on flow landing
  task seen = python work:note("landed.seen", run.at)
}
flow posted {
  on webhook "/posted" body Posted
  task take = python work:note("posted.take", run.at, run.event.on + 1d, run.event.files["a"].name)
}
flow nested {
  on webhook "/nested"
  task outer = run inner()
}
flow inner {
  task one = sh "sleep 0.2"
}
flow heard {
  on flow inner
  task hear = python work:note("heard.hear", run.at)
}
flow days {
  schedule daily, at: 06:00, tz: "Europe/Berlin", start: 2024-01-01, catchup: none
  partition day, start: 2024-01-01
  task load = python work:note("days.load", run.at) writes loaded
}
flow on_loaded {
  on asset loaded
  task seen = python work:note("on_loaded.seen", run.at, run.event.partition)
}
"""
POSTED = {"number": 0, "on": "2024-02-29", "cost": "1.50", "files": {"a": "in/a.csv"}}
WORK = """
import os
import time
from datetime import UTC, datetime


def note(task: str, at: datetime, *event: object) -> None:
    effects = os.open("effects.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(effects, f"{task} {at.astimezone(UTC).isoformat()}\\n".encode())
    os.close(effects)
    time.sleep(0.1)
"""


@pytest.mark.slow
@pytest.mark.timeout(120 + 30 * KILLS)
@pytest.mark.parametrize("keeps", ["SQLite", "PostgreSQL"])
def test_no_run_is_lost_and_none_is_doubled(keeps: str, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=10)
    flows = FLOWS.replace("LONG", "".join(random.Random(1).choices(ascii_letters, k=4000)))
    folder = project(tmp_path / "p", flows % start.strftime("%Y-%m-%dT%H:%M:%SZ"), WORK)
    (folder / "in").mkdir()
    place: Path | str = folder / ".flowc" if keeps == "SQLite" else database("serve_faults")
    options = () if isinstance(place, Path) else ("--state", place)
    wanted = _backfill(folder, options, place, days=6 * KILLS)
    for number in range(KILLS):
        server = Served(folder, *options).ready()
        until = time.monotonic() + chance.uniform(0.3, 3.5)
        _happens(server, number)
        time.sleep(max(0.0, until - time.monotonic()))
        server.kill()
    with Served(folder, *options) as server:
        for number in range(KILLS):
            for path in ("posted", "nested"):
                assert server.ask(f"/hooks/{path}", POSTED | {"number": number}, X_Flowc_Key=f"post {number}")[0] == 409
        time.sleep(2)  # two looks at the files
        server.until("/api/health", lambda health: not health["queued"] and not health["going"])
        assert server.ask("/api/health")[1]["problems"] == []
        if isinstance(place, str):
            code, said = Served(project(tmp_path / "other", 'flow f { task a = sh "true" }'), *options).over()
            assert (code, "another server works with" in said) == (1, True), said
        assert server.stop()[0] == 0
    _every_instant_ran_once(folder, place, start)
    _every_run_ended_once(folder, wanted)
    _every_event_ran_once(folder)
    _every_end_of_a_run_in_a_run_was_heard_once(folder)
    _nothing_was_done_twice_but_what_was_cut(folder)


def _happens(server: Served, number: int) -> None:
    """Two files land, and something is posted, by one who asks again if there is no answer."""
    for name in ("a", "b"):
        draft = server.folder / "draft"
        draft.write_text(str(number))
        draft.rename(server.folder / "in" / f"{name}{number}.csv")
    for path in ("posted", "nested"):
        assert server.ask(f"/hooks/{path}", POSTED | {"number": number}, X_Flowc_Key=f"post {number}")[0] == 202


def _every_event_ran_once(folder: Path) -> None:
    found = Counter(records[0]["flow"] for records in journals(folder).values())
    assert (found["landing"], found["landed"], found["posted"]) == (2 * KILLS, 2 * KILLS, KILLS)
    assert found["nested"] == KILLS


def _every_end_of_a_run_in_a_run_was_heard_once(folder: Path) -> None:
    """A kill may cut one short; then the run that had started it starts another."""
    found = journals(folder).values()
    ends = [records for records in found if records[0]["flow"] == "inner" and records[-1]["event"] == "finish"]
    assert len(ends) >= KILLS
    assert sum(records[0]["flow"] == "heard" for records in found) == len(ends)


def _backfill(folder: Path, options: tuple[str, ...], place: Path | str, days: int) -> set[str]:
    """Ask for a backfill, and kill the server as soon as it has said yes and has looked at the files."""
    last = datetime(2024, 1, 1) + timedelta(days=days - 1)
    with Served(folder, *options) as server, Register(place) as register:
        while register.cursor("files in/*.csv") is None:
            time.sleep(0.05)
        status, found = server.ask("/api/flows/days/backfills", {"from": "2024-01-01", "to": f"{last:%Y-%m-%d}"})
    assert (status, len(found["runs"])) == (202, days)
    return set(found["runs"])


def _every_instant_ran_once(folder: Path, place: Path | str, start: datetime) -> None:
    with Register(place) as register:
        assert register.unfinished() == []
        seen = register.cursor("schedule ticks")
    assert seen
    instants = Counter(
        read_datetime(records[0]["at"]) for records in journals(folder).values() if records[0]["flow"] == "ticks"
    )
    count = (read_datetime(seen) - start) // timedelta(seconds=PERIOD) + 1
    assert instants == Counter(start + timedelta(seconds=PERIOD * number) for number in range(count))


def _every_run_ended_once(folder: Path, wanted: set[str]) -> None:
    found = {run: records for run, records in journals(folder).items() if records[0]["parent"] is None}
    ends = {run: [each["outcome"] for each in records if each["event"] == "finish"] for run, records in found.items()}
    assert {run: outcomes for run, outcomes in ends.items() if outcomes != ["succeeded"]} == {}
    assert {run for run, records in found.items() if records[0]["flow"] == "days"} == wanted
    assert sum(records[0]["flow"] == "on_loaded" for records in found.values()) == len(wanted)


def _nothing_was_done_twice_but_what_was_cut(folder: Path) -> None:
    """What a kill cuts short is begun again, and its effect may be there already: as much as ran at the kills."""
    ended: Counter[str] = Counter()
    for records in journals(folder).values():
        if records[0]["flow"] == "inner":
            continue
        flow, at = records[0]["flow"], read_datetime(records[0]["at"]).astimezone(UTC).isoformat()
        ended.update(f"{flow}.{each['task']} {at}" for each in records if each["event"] == "end")
    done = Counter(effects(folder))
    ended = Counter({what: count for what, count in ended.items() if not what.startswith("nested.")})
    assert set(done) == set(ended)
    assert set(ended.values()) == {1}
    assert sum(done.values()) - len(done) <= (KILLS + 1) * (os.cpu_count() or 1)
