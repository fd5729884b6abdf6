"""Runs that are asked of a server all at once: those that share a slot of a pool, or of which one goes on at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.live import crowd
from tests.serve.serving import Served

RANKED = """
set pools.line = 1
flow first { task hold = sh "until [ -e go ]; do sleep 0.05; done; echo first >> order" pool "line" }
flow low { task step = sh "echo low >> order" pool "line" priority 1 }
flow high { task step = sh "echo high >> order" pool "line" priority 9 }
flow other { task step = sh "echo other >> order" }
"""


@pytest.mark.slow
def test_they_come_one_after_another(tmp_path: Path) -> None:
    shutil.copytree(crowd.CROWD, tmp_path, dirs_exist_ok=True)
    with Served(tmp_path, what="crowd.flow") as served:
        for flow, times in crowd.ASKED.items():
            for _ in range(times):
                assert served.ask(f"/api/flows/{flow}/runs", {})[0] == 202
        served.until("/api/runs", lambda _: crowd.is_over(tmp_path) is not None)
    assert crowd.noted(tmp_path) == crowd.WANTED


@pytest.mark.slow
def test_who_waits_for_a_slot_goes_on_by_priority_over_all_flows(tmp_path: Path) -> None:
    (tmp_path / "p.flow").write_text(RANKED, "utf-8")
    order = tmp_path / "order"
    with Served(tmp_path) as served:

        def going(count: int) -> None:
            served.until("/api/runs", lambda found: [run["state"] for run in found["runs"]].count("running") == count)

        for number, flow in enumerate(("first", "low", "high"), 1):
            assert served.ask(f"/api/flows/{flow}/runs", {})[0] == 202
            going(number)
        other = served.ask("/api/flows/other/runs", {})[1]["id"]  # it needs no slot
        assert served.ended(other)["run"]["state"] == "succeeded"
        assert order.read_text("utf-8").split() == ["other"]
        (tmp_path / "go").touch()
        going(0)
    assert order.read_text("utf-8").split() == ["other", "first", "high", "low"]
