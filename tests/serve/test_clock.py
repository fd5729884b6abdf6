"""The machine's clock is set forward and back while the server runs and while it does not: each instant runs once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.journal import read
from flowc.runtime.model import Flow, Task
from flowc.runtime.triggers import Cron, OnFlow, Windows
from flowc.serve.backfills import backfill
from flowc.serve.server import Server

pytestmark = pytest.mark.slow
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def noted(name: str) -> list[Task]:
    return [Task("note", Python("work:note", lambda v: call(name, v.run.at.isoformat())), "str")]


FLOWS = {
    "all": Flow("all", noted("all"), schedules=[Cron("0 * * * *", catchup="all")]),
    "none": Flow("none", noted("none"), schedules=[Cron("0 * * * *")]),
    "heard": Flow("heard", noted("heard"), events=[OnFlow("all")]),
    "days": Flow(
        "days",
        noted("days"),
        schedules=[Cron("0 6 * * *", start=datetime(2024, 1, 1, tzinfo=UTC))],
        partition=Windows("day", start=datetime(2024, 1, 1, tzinfo=UTC)),
    ),
}
WORK = """
def note(name, at):
    with open("effects", "a") as file:
        file.write(f"{name} {at}\\n")
    return at
"""


def test_each_instant_runs_once_whatever_the_clock_shows(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(WORK)
    shows = [NOON]
    # Hours from noon on; at each bar the server is stopped and started anew.
    for stretch in ((0, 1), (1, 4.5, 2, 3, 4.5), (2, 1), (5, 6)):
        shows[0] = NOON + stretch[0] * HOUR
        server = Server(FLOWS, root=tmp_path, state=tmp_path / ".flowc", jobs=2, now=lambda: shows[0])
        server.start()
        try:
            for hour in stretch:
                shows[0] = NOON + hour * HOUR
                server.loop.ask(server.ticker.look)
                for _ in range(2):
                    backfill(
                        server,
                        FLOWS["days"],
                        since="2024-02-01",
                        until="2024-02-03",
                        params={},
                        parallel=2,
                        force=False,
                    )
                rest(server)
        finally:
            assert server.stop(30)
    ran = Counter((tmp_path / "effects").read_text().splitlines())
    hours = [(NOON + number * HOUR).isoformat() for number in range(1, 7)]
    assert {what for what in ran if what.startswith("all")} == {f"all {hour}" for hour in hours}
    # set forward by hours it has missed what lies between; 15:00 comes on time once it was set back
    assert {what for what in ran if what.startswith("none")} == {f"none {hours[n]}" for n in (0, 2, 4, 5)}
    assert sum(count for what, count in ran.items() if what.startswith("heard")) == len(hours)
    assert len([what for what in ran if what.startswith("days")]) == 3
    assert {what: count for what, count in ran.items() if count != 1 and not what.startswith("heard")} == {}
    ended = [list(read(path))[-1]["outcome"] for path in tmp_path.glob(".flowc/runs/*/journal")]
    assert Counter(ended) == {"succeeded": sum(ran.values())}


def rest(server: Server) -> None:
    """Until nothing goes on any more."""
    end = time.monotonic() + 60
    while server.loop.ask(lambda: bool(server.keeper.going() or server.keeper.queued())):
        assert time.monotonic() < end
        time.sleep(0.02)
