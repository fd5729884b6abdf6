"""Assets that are older than they may be: told in the API and among what the server prints, until they are written."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowc.runtime.actions import Fail
from flowc.runtime.engine import Engine
from flowc.runtime.model import Facts, Flow, Task
from flowc.runtime.register import Register
from flowc.runtime.written import Write, last, note
from flowc.serve.fresh import PERIOD, Freshness
from flowc.serve.keeper import Keeper
from tests.serve.serving import Served, effects, project

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLOWS = """
asset sales: path = "sales.csv" freshness 8s
asset sums: path = "sums.csv"
flow load {
  task take = python work:note("load", "x") writes sales, mode: append
}
flow add_up {
  on asset sales
  task take = python work:note("sum", run.event.name) writes sums
}
flow breaks {
  task take = python work:breaks() writes sales, mode: append
}
"""


class Looking:
    """A look at the asset `sales`, which may be an hour old, of a flow that writes it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.now = NOON
        self.told: list[str] = []
        flow = Flow("f", [Task("t", Fail("x"), facts=Facts(writes=["sales", "other"]))], freshness={"sales": HOUR})
        engine = Engine(state, flows={"f": flow}, state=state)
        keeper = Keeper(engine, Register(state), lambda row, flow: None)
        self.freshness = Freshness(keeper, [flow], lambda: self.now, self.told.append)

    def at(self, hours: float) -> list[str]:
        """What is told by a look so many hours after noon."""
        self.told.clear()
        self.now = NOON + hours * HOUR
        self.freshness.look()
        return list(self.told)


def test_an_asset_is_late_from_its_age_on_and_it_is_told_once(tmp_path: Path) -> None:
    looking = Looking(tmp_path)
    assert looking.at(0) == []
    assert looking.at(50) == [], "nobody knows how old it is"
    note(tmp_path, "sales", Write(NOON, "r", "t"))
    assert looking.at(1) == []
    assert looking.at(1.1) == ["sales is late: it was written at 2024-03-01T12:00:00Z, and may be 1h old"]
    assert looking.at(2) == []
    assert looking.freshness.late() == ["sales is late: it was written at 2024-03-01T12:00:00Z, and may be 1h old"]
    note(tmp_path, "sales", Write(NOON + 2 * HOUR, "r", "t"))
    assert looking.at(2.5) == ["sales is fresh again"]
    assert looking.at(3.5) == ["sales is late: it was written at 2024-03-01T14:00:00Z, and may be 1h old"]
    assert looking.freshness.names == ["other", "sales"]


def test_a_write_is_known_by_its_partition_too(tmp_path: Path) -> None:
    first, other = Write(NOON, "r1", "t", "eu/x"), Write(NOON + HOUR, "r2", "t[1]", "us")
    note(tmp_path, "sales", first)
    note(tmp_path, "sales", other)
    found = [last(tmp_path, "sales"), *(last(tmp_path, "sales", each) for each in ("eu/x", "us", "as"))]
    assert found == [other, first, other, None]
    assert last(tmp_path, "other") is None


@pytest.mark.slow
def test_a_server_tells_of_late_assets(tmp_path: Path) -> None:
    with Served(project(tmp_path / "p", FLOWS)) as server:
        sales, sums = server.ask("/api/assets")[1]
        assert (sales["name"], sales["freshness"], sales["written"], sales["is_late"]) == ("sales", "8s", None, False)
        assert (sums["name"], sums["freshness"], sums["is_late"]) == ("sums", None, False)
        broken = server.ask("/api/flows/breaks/runs", {})[1]["id"]
        assert server.ended(broken)["run"]["state"] == "failed"
        assert server.ask("/api/assets")[1][0]["written"] is None, "a task that fails has written nothing"
        run = server.ask("/api/flows/load/runs", {})[1]["id"]
        found = server.until("/api/assets", lambda found: found[0]["written"])
        assert (found[0]["run"], found[0]["is_late"]) == (run, False)
        late = server.until("/api/health", lambda found: found["late"])["late"]
        assert len(late) == 1
        assert late[0].startswith("sales is late: ")
        assert server.ask("/api/assets")[1][0]["is_late"] is True
        time.sleep(3 * PERIOD)  # until it is printed too
        server.ask("/api/flows/load/runs", {})
        server.until("/api/health", lambda found: not found["late"])
        time.sleep(3 * PERIOD)
        server.until("/api/runs?flow=add_up&outcome=succeeded", lambda found: len(found["runs"]) == 2)
        assert sorted(effects(server.folder)) == ["load x", "load x", "sum sales", "sum sales"]
        printed = server.stop()[1].splitlines()
        assert [line for line in printed if line.startswith("sales is ")] == [late[0], "sales is fresh again"]
