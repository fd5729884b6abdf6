"""What counts from a run's start counts on where it was cut short, and anew where it had ended."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.api import Result, resume
from flowc.runtime.journal import read
from flowc.runtime.model import Awaits, Flow, Requires, Task

from .conftest import Run, lines, ok

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def flow_of(**more: Any) -> Flow:
    """`b` fails until the file `mended` is there."""
    late = Task("late", Python("work:give", lambda v: call((v.run.lateness or HOUR * 0) >= HOUR)), "bool", phase="late")
    told = Task("told", Python("work:give", lambda v: call(v.run.error)), "str", phase="failure")
    guard = Python("work:fail_if", lambda v: call(not Path("mended").exists(), 2))
    return Flow("f", [ok("a", 1), Task("b", guard, "any", needs=[Requires("a")]), late, told], **more)


def aged(found: Result, age: timedelta, *, ends: int | None = None) -> None:
    """Let a run have begun so long ago; only its first ends are left, as after a kill."""
    records = list(read(found.folder / "journal"))
    if ends is not None:
        last = [number for number, record in enumerate(records) if record["event"] == "end"][ends - 1]
        records = records[: last + 1]
    for record in records:
        record["time"] -= age.total_seconds()
    texts = [json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in records]
    (found.folder / "journal").write_bytes(b"".join(b"%08x %s\n" % (zlib.crc32(text), text) for text in texts))


def again(found: Result, flow: Flow) -> list[str]:
    return lines(resume(found.id, flow, executor="inline", sync=False))


def test_a_deadline_that_passed_meanwhile_ends_the_run_before_anything_starts(go: Run) -> None:
    flow = flow_of(deadline=2 * HOUR, sla=HOUR)
    Path("mended").touch()
    found = go(flow)
    aged(found, 3 * HOUR, ends=1)
    said = ["a succeeded 1 1", "b blocked 0", "late succeeded 1 true", 'told succeeded 1 "deadline of 2h passed"']
    assert again(found, flow) == [*said, "run failed"]


def test_what_is_left_of_a_deadline_is_what_a_run_has(go: Run) -> None:
    nap = Task(
        "b", Python("work:nap", lambda v: call(0 if Path("quick").exists() else 600)), "any", needs=[Awaits("a")]
    )
    flow = Flow("f", [ok("a", 1), nap], deadline=HOUR)
    Path("quick").touch()
    found = go(flow, executor="processes")
    aged(found, HOUR - timedelta(seconds=1), ends=1)
    Path("quick").unlink()
    ended = resume(found.id, flow, sync=False)
    assert ended.error == "deadline of 1h passed"


def test_lateness_counts_from_the_first_start(go: Run) -> None:
    flow = flow_of(sla=HOUR)
    Path("mended").touch()
    found = go(flow)
    assert len(lines(found)) == 3
    aged(found, 3 * HOUR, ends=1)
    assert again(found, flow) == ["a succeeded 1 1", "b succeeded 1 2", "late succeeded 1 true", "run succeeded"]


def test_a_run_that_had_ended_begins_anew(go: Run) -> None:
    flow = flow_of(deadline=2 * HOUR, sla=HOUR)
    found = go(flow)
    assert lines(found)[-1] == "run failed"
    aged(found, 3 * HOUR)
    Path("mended").touch()
    assert again(found, flow) == ["a succeeded 1 1", "b succeeded 1 2", "run succeeded"]
