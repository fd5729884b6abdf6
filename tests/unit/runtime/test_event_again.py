"""What started a run is the same value after the run was cut short, or went on after its end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.api import Result, resume, run
from flowc.runtime.asked import begin
from flowc.runtime.engine import Engine
from flowc.runtime.model import Flow, Requires, Task
from flowc.runtime.register import Asked, new_id
from flowc.runtime.values import encode

from .conftest import lines

EVENTS = [
    ("(partition: date)", {"partition": "2024-03-01"}),
    ("(partition: datetime)", {"partition": "2024-03-01T06:00+01:00"}),
    ("(path: path, etag: str, size: int)", {"path": "./in//a.csv", "etag": "x", "size": 3}),
    ("(at: time, took: duration, cost: decimal(6,2), most: size)", {"at": "06:00", "took": "1h30m", "cost": "1.50",
                                                                  "most": "4GiB"}),
    ('(raw: bytes, of: table, mode: "a" | "b")', {"raw": "aGk=", "of": "@wh/mart.sales", "mode": "b"}),
    ("(days: list[date], m: map[str, path], inner: (on: date?, n: float))",
     {"days": ["2024-03-01"], "m": {"$x": "a"}, "inner": {"on": None, "n": 1}}),
    ("json", {"$date": "2024-03-01", "more": [{"$map": []}, None]}),
    ("json", "2024-03-01"),
    ("(name: str, partition: date?)", {"name": "a"}),
    ("(path: path)?", None),
]  # fmt: skip


def flow_of(type_: str) -> Flow:
    """It fails until the file `mended` is there, and its value is the event."""
    guard = Task("a", Python("work:fail_if", lambda v: call(not Path("mended").exists())), "any")
    shown = Task("b", Python("work:give", lambda v: call(encode(v.run.event, type_))), "str", needs=[Requires("a")])
    return Flow("f", [guard, shown], event=type_)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def started(flow: Flow, event: Any) -> Result:
    return run(flow, event=event, executor="inline", sync=False)


def seen(found: Result) -> str:
    return next(line for line in lines(found) if line.startswith("b "))


@pytest.mark.parametrize(("type_", "event"), EVENTS)
def test_it_is_the_same_where_the_run_goes_on(tmp_path: Path, type_: str, event: Any) -> None:
    flow = flow_of(type_)
    failed = started(flow, event)
    Path("mended").touch()
    whole = started(flow, event)
    assert seen(whole).startswith("b succeeded 1")
    assert seen(resume(failed.id, flow, root=tmp_path, executor="inline", sync=False)) == seen(whole)
    journal = whole.folder / "journal"
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])  # cut after the first record
    assert seen(resume(whole.id, flow, root=tmp_path, executor="inline", sync=False)) == seen(whole)


@pytest.mark.parametrize(("type_", "event"), EVENTS)
def test_it_is_the_same_by_way_of_the_register(tmp_path: Path, type_: str, event: Any) -> None:
    flow = flow_of(type_)
    Path("mended").touch()
    wanted = seen(started(flow, event))
    row = Asked("f", "k", new_id(), "2026-03-01T06:00:00Z", "webhook", event=None if event is None else encode(event))
    engine = Engine(tmp_path, flows={"f": flow}, executor="inline", sync=False)
    try:
        again = begin(engine, row)
        engine.add(again)
        engine.work()
    finally:
        engine.close()
    assert again.outcome == "succeeded"
    assert wanted == "b succeeded 1 " + json.dumps(encode(again.info.event, type_), ensure_ascii=False)
