"""The example of events on `flowc serve`, beside the S3 and the Snowflake that its own `serve.py` stands in with."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from flowc.runtime.register import Register
from flowc.runtime.trace import normal
from tests.live import examples
from tests.serve.serving import Served, journals
from tests.stories import columns

POLL = 2.0
PATTERN = "s3://landing/orders/*.csv"
WANTED = {**examples.HOW_OFTEN, "deliver_customers": 1}


@pytest.mark.slow
def test_a_file_lands_facts_are_rebuilt_and_a_report_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked for more often than the example says; the rest is as it stands there."""
    folder = Path(shutil.copytree(examples.EVENTS, tmp_path / "orders", ignore=shutil.ignore_patterns(".*", "__*")))
    program = folder / "orders.flow"
    program.write_text(program.read_text("utf-8").replace("poll 1m\n", f"poll {POLL:g}s\n"), "utf-8")
    with examples.standing_in() as env:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        with Served(folder, what=".") as served:
            while not looked(folder):
                time.sleep(0.1)
            assert served.ask("/api/flows/deliver_customers/runs", {"params": {}})[0] == 202
            event = examples.land(env)
            served.until("/api/runs?flow=report&outcome=succeeded", lambda found: found["runs"])
            posted = [served.ask("/hooks/orders", event, X_Flowc_Key=examples.KEY)[0] for _ in range(2)]
            assert posted == [202, 409]
            served.until("/api/runs?flow=ingest_orders&outcome=succeeded", lambda found: len(found["runs"]) == 2)
            time.sleep(2 * POLL)  # what would be started twice is
            found = served.ask("/api/runs")[1]["runs"]
            assert served.ask("/api/health")[1]["problems"] == []
        assert reported(env) == [("homes", 1, "5.50"), ("shops", 1, "20.00"), ("unknown", 1, "7.25")]
    assert {flow: [run["flow"] for run in found].count(flow) for flow in WANTED} == WANTED
    assert len(found) == sum(WANTED.values())
    assert {run["trigger"] for run in found if run["flow"] == "ingest_orders"} == {"file", "webhook"}
    traces = {identity: columns(normal(records)) for identity, records in journals(folder).items()}
    assert {run["id"]: examples.TRACES[run["flow"]] for run in found} == traces
    printed = [path.read_text("utf-8") for path in folder.rglob(".flowc/runs/*/**/land*.log")]
    assert sum(" is now " in text for text in printed) == 1, "what has landed does not land again"


def looked(folder: Path) -> bool:
    """Whether files were looked for: what lies there before starts nothing."""
    if not (folder / ".flowc" / "register.db").exists():
        return False
    with Register(folder / ".flowc") as register:
        return register.cursor(f"files {PATTERN}") is not None


def reported(env: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """What the report says."""
    import duckdb

    with duckdb.connect() as database:
        database.register_filesystem(examples.store(env))
        found = database.execute("FROM read_parquet('s3://reports/segments.parquet')").fetchall()
    return [(segment, orders, f"{amount}") for segment, orders, amount in found]
