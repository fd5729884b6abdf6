"""A run that is cut short among its handlers: what its tasks came to stands, and no handler that ended runs again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.api import Result, resume
from flowc.runtime.journal import read
from flowc.runtime.model import AnyFailed, Awaits, Flow, InLoop, Loop, Requires, Task

from .conftest import Run, bad, lines, of, ok


def noted(name: str, value: Any = None, **more: Any) -> Task:
    """A task that notes each of its attempts."""
    return Task(name, Python("work:note", lambda v: call("log", name, value)), "any", **more)


def guarded(name: str, **more: Any) -> Task:
    """A task that fails until the file `mended` is there."""
    function = Python("work:fail_if", lambda v: call(not Path("mended").exists(), name))
    return Task(name, function, "any", **more)


def again(found: Result, flow: Flow, root: Path) -> Result:
    return resume(found.id, flow, root=root, executor="inline", sync=False)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def log() -> Counter[str]:
    file = Path("log")
    return Counter(file.read_text().split() if file.exists() else [])


def told(v: Any) -> list[Any]:
    return [v.run.failed_task, v.run.error, v.run.lateness > timedelta(0)]


def everything() -> Flow:
    """What fails, is blocked, saved in vain or left out; a run that is late; handlers that fail, wait and read."""
    inner: Any = {"scope": [InLoop("x")]}
    return Flow(
        "f",
        [
            guarded("a"),
            noted("b", 1),
            ok("c", needs=[Requires("a")]),
            bad("lost", fallback="spare"),
            guarded("spare"),
            noted("mourns", needs=[AnyFailed("a")]),
            noted("t", needs=[Requires("a")], **inner),
            noted("sent", phase="failure"),
            bad("stumbles", phase="failure"),
            noted("after", phase="failure", needs=[Awaits("stumbles")]),
            noted("late", phase="late"),
            of("facts", told, phase="late"),
            noted("never", phase="success"),
            noted("swept", phase="finally"),
        ],
        loops=[Loop("x", lambda v: [1, 2], needs=[Requires("b")])],
        sla=timedelta(0),
    )


HANDLERS = ("sent", "after", "late", "swept")


def test_every_prefix_of_the_journal_comes_to_the_same_end(go: Run, tmp_path: Path) -> None:
    """As soon as the run has come to something it stays so, though its tasks would go well now."""
    flow = everything()
    found = go(flow)
    expected = lines(found)
    assert expected[-1] == "run failed"
    assert 'facts succeeded 1 ["a","RuntimeError: boom",true]' in expected
    Path("mended").touch()
    journal = found.folder / "journal"
    whole = journal.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    concluded = next(number for number, record in enumerate(read(journal), 1) if record["event"] == "conclude")
    for count in range(concluded, len(ends)):
        Path("log").write_text("")
        journal.write_bytes(whole[: ends[count - 1]])
        done = {record["task"] for record in read(journal) if record["event"] == "end"}
        assert lines(again(found, flow, tmp_path)) == expected, count
        assert log() == {name: 1 for name in HANDLERS if name not in done}, count
    journal.write_bytes(whole[: ends[concluded - 2]])
    assert "run succeeded" not in expected
    assert "a succeeded 1" in " ".join(lines(again(found, flow, tmp_path)))


def test_a_run_that_ended_and_is_resumed_has_the_handlers_of_its_new_end(go: Run, tmp_path: Path) -> None:
    """The second time cut short as well: of the first end's handlers nothing is left in the trace."""
    flow = Flow("f", [guarded("a"), noted("bad", phase="failure"), noted("good", phase="success"),
                      noted("end", phase="finally")])  # fmt: skip
    first = go(flow)
    Path("mended").touch()
    expected = lines(again(first, flow, tmp_path))
    assert expected == ['a succeeded 1 "a"', "end succeeded 1 null", "good succeeded 1 null", "run succeeded"]
    assert log() == {"bad": 1, "good": 1, "end": 2}
    journal = first.folder / "journal"
    whole = journal.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    second = [number for number, record in enumerate(read(journal), 1) if record["event"] == "conclude"][1]
    for count in range(second, len(ends)):
        Path("log").write_text("")
        journal.write_bytes(whole[: ends[count - 1]])
        new = _after(journal, second)
        assert lines(again(first, flow, tmp_path)) == expected, count
        assert log() == {name: 1 for name in ("good", "end") if name not in new}, count


def _after(journal: Path, number: int) -> set[str]:
    """What has ended after a record."""
    return {record["task"] for record in list(read(journal))[number:] if record["event"] == "end"}


def test_a_cancelled_run_stays_cancelled(go: Run, tmp_path: Path) -> None:
    flow = Flow("f", [guarded("a"), noted("bad", phase="failure"), noted("end", phase="finally")])
    found = go(flow)
    journal = found.folder / "journal"
    whole = list(read(journal))
    before = next(number for number, record in enumerate(whole) if record["event"] == "conclude")
    from flowc.runtime.journal import Committer, Journal

    (tmp_path / "log").unlink()
    journal.unlink()
    committer = Committer()
    rewritten = Journal(journal, committer)
    for record in [*whole[:before], {**whole[before], "outcome": "cancelled"}]:
        rewritten.append(record)
    rewritten.close()
    committer.close()
    assert lines(again(found, flow, tmp_path)) == ["a failed 1", "end succeeded 1 null", "run cancelled"]
    assert log() == {"end": 1}


KILLED = """
import sys
from pathlib import Path
from flowc.runtime import run, resume
from flowc.runtime.actions import Python, call
from flowc.runtime.model import *

def noted(name, **more):
    return Task(name, Python("work:note", lambda v: call("log", name)), "any", **more)

tasks = [Task("a", Python("work:fail_if", lambda v: call(not Path("mended").exists())), "any")]
tasks += [noted("sent", phase="failure")]
nap = Python("work:nap", lambda v: call(0.5, "napped"))
tasks += [Task("slow", nap, "any", phase="failure", needs=[Requires("sent")])]
tasks += [noted("swept", phase="finally")]
flow = Flow("f", tasks)
if len(sys.argv) > 1:
    result = resume(sys.argv[1], flow, root=Path.cwd())
else:
    result = run(flow, root=Path.cwd())
print("\\n".join(result.trace))
"""


@pytest.mark.slow
def test_a_runner_that_is_killed_in_a_handler_sends_nothing_twice(tmp_path: Path) -> None:
    def runner(*arguments: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
        command = [sys.executable, "-c", KILLED, *arguments]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment)

    process = runner()
    end = time.monotonic() + 30
    while not (tmp_path / "napped").exists() and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    (tmp_path / "mended").touch()
    (journal,) = tmp_path.glob(".flowc/runs/*/journal")
    said = runner(journal.parent.name).communicate(timeout=60)[0]
    assert [" ".join(line.split()) for line in said.splitlines()] == [
        "a failed 1",
        "sent succeeded 1 null",
        "slow succeeded 1 null",
        "swept succeeded 1 null",
        "run failed",
    ]
    assert log() == {"sent": 1, "swept": 1}
