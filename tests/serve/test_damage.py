"""Records that cannot be read, or are of another flow now: the run is left as it is, and told of; all others go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve.serving import Served, effects, project

pytestmark = pytest.mark.slow
FLOWS = """
flow steps {
  task one = python work:note("one", run.id)
  task two = python work:waits("go") after one
}
"""


@pytest.mark.parametrize("damage", ["changed", "folder"])
def test_a_run_whose_records_are_damaged_is_left_as_it_is(damage: str, tmp_path: Path) -> None:
    folder = project(tmp_path / "p", FLOWS)
    with Served(folder) as server:
        runs = [server.ask("/api/flows/steps/runs", {})[1]["id"] for _ in range(2)]
        for identity in runs:
            server.until(f"/api/runs/{identity}", lambda found: len(found.get("instances", ())) == 2)
    journal = folder / ".flowc" / "runs" / runs[0] / "journal"
    whole = journal.read_bytes()
    lines = whole.splitlines(keepends=True)
    damaged = b"".join([lines[0], lines[1].replace(b'"one"', b'"off"'), *lines[2:]])
    journal.unlink()
    if damage == "changed":
        journal.write_bytes(damaged)
    else:
        journal.mkdir()
    with Served(folder) as server:
        (problem,) = server.until("/api/health", lambda health: health["problems"])["problems"]
        assert f"run {runs[0]} of steps is left as it is" in problem
        assert f"damaged at byte {len(lines[0])}" in problem or "Is a directory" in problem
        (folder / "go").touch()
        assert server.ended(runs[1])["run"]["state"] == "succeeded"
        assert server.ask("/api/runs")[0] == 200
        assert server.ask(f"/api/runs/{runs[0]}")[0] in (200, 404)
        assert server.stop()[0] == 0
    if damage == "changed":
        assert journal.read_bytes() == damaged
    else:
        journal.rmdir()
    journal.write_bytes(whole)
    with Served(folder) as server:
        assert server.ended(runs[0])["run"]["state"] == "succeeded"
        assert sorted(effects(folder)) == sorted(f"one {identity}" for identity in runs)


TYPED = """
schema Order { id: int, on: date }
flow orders {
  on webhook "/orders" body Order
  task one = python work:note("one", run.event.on)
  task two = python work:waits("go") after one
  on failure {
    task told = python work:note("told", run.error)
  }
}
"""


def test_a_run_that_has_begun_waits_for_the_flow_as_which_it_can_go_on(tmp_path: Path) -> None:
    """It is told of on the console too, can be asked to go on, and ends once the flow is mended."""
    folder = project(tmp_path / "p", TYPED)
    with Served(folder) as server:
        (run,) = server.ask("/hooks/orders", {"id": 1, "on": "2024-02-29"})[1]["runs"]
        server.until(f"/api/runs/{run}", lambda found: len(found.get("instances", ())) == 2)
    (folder / "go").touch()
    project(folder, TYPED.replace("on: date", "on: int").replace("run.event.on", "run.event.on + 1"))
    with Served(folder, "--no-watch") as server:
        (problem,) = server.until("/api/health", lambda health: health["problems"])["problems"]
        assert f"run {run} of orders is left as it is: the event is not a" in problem
        assert server.ask(f"/api/runs/{run}/resume", {})[0] == 202
        code, said = server.stop()
        assert code == 0
        assert f"run {run} of orders is left as it is" in said
    project(folder, TYPED)
    with Served(folder) as server:
        assert server.ended(run)["run"]["state"] == "succeeded"
        assert server.ask("/api/health")[1]["problems"] == []
        assert effects(folder) == ["one 2024-02-29"]
        assert server.ask(f"/api/runs/{run}/resume", {})[0] == 409
