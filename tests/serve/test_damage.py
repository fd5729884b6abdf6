"""Records that cannot be read: the run that they are of is left as it is, and told of; all others go on."""

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
