"""Rule 14: a flow that runs another; rule 21: how many runs there are at once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, RunFlow, call
from flowc.runtime.journal import read
from flowc.runtime.kept import state
from flowc.runtime.model import Awaits, Flow, Param, Requires, Retry, Task
from flowc.runtime.trace import normal

from .conftest import Run, bad, lines, of, ok

CHILD = Flow(
    "child",
    [of("c", lambda v: v.params["n"] * 2), of("info", lambda v: [v.run.trigger, v.run.at])],
    params=[Param("n", "int"), Param("m", "int", 0)],
    returns=lambda v: {"n": v.value("c"), "info": v.value("info")},
    output="(n: int, info: any)",
)


def runs(root: Path, flow: str) -> list[list[str]]:
    """The traces of a flow's runs."""
    found = [list(read(path)) for path in sorted(root.glob(".flowc/runs/*/journal"))]
    return [normal(records) for records in found if state(records)["flow"] == flow]


def parent(*more: Task, **options: Any) -> Flow:
    task = Task("r", RunFlow("child", lambda v: call(3)), "(n: int, info: any)", **options)
    return Flow("parent", [task, of("p", lambda v: v.value("r", "n"), [Requires("r")]), *more])


def test_its_outputs_are_the_tasks(go: Run, tmp_path: Path) -> None:
    from datetime import datetime

    found = go(parent(), flows=[CHILD], at=datetime(2024, 1, 1, 6, tzinfo=UTC))
    assert lines(found) == [
        "p succeeded 1 6",
        'r succeeded 1 {"info":["run","2024-01-01T06:00:00Z"],"n":6}',
        "run succeeded",
    ]
    assert len(runs(tmp_path, "child")) == 1


def test_every_attempt_is_a_run_of_its_own(go: Run, tmp_path: Path) -> None:
    child = Flow("child", [bad("c")])
    found = go(parent(retry=Retry(2)), flows=[child])
    assert lines(found) == ["p blocked 0", "r failed 3", "run failed"]
    assert len(runs(tmp_path, "child")) == 3


def test_bad_params_are_a_failed_attempt(go: Run, tmp_path: Path) -> None:
    task = Task("r", RunFlow("child", lambda v: call(n="x")))
    found = go(Flow("parent", [task]), flows=[CHILD])
    assert (lines(found)[0], found.error) == ("r failed 1", "param n: expected int, found str 'x'")
    assert runs(tmp_path, "child") == []


def test_a_timeout_of_the_parent_cancels_the_child(go: Run, tmp_path: Path) -> None:
    child = Flow("child", [Task("c", Python("work:nap", lambda v: call(60))), ok("end", 1, phase="finally")])
    task = Task("r", RunFlow("child"), timeout=timedelta(seconds=0.4))
    found = go(Flow("parent", [task]), flows=[child], executor="processes")
    assert (lines(found)[0], found.error) == ("r failed 1", "timeout")
    assert [" ".join(line.split()) for line in runs(tmp_path, "child")[0]] == [
        "c failed 1",
        "end succeeded 1 1",
        "run cancelled",
    ]


def test_a_child_may_run_children(go: Run) -> None:
    inner = Flow("inner", [ok("i", 4)], returns=lambda v: v.value("i"), output="int")
    middle = Flow(
        "middle",
        [Task("m", RunFlow("inner"), "int")],
        returns=lambda v: v.value("m") + 1,
        output="int",
    )
    found = go(Flow("outer", [Task("o", RunFlow("middle"), "int")]), flows=[inner, middle], jobs=1)
    assert lines(found) == ["o succeeded 1 5", "run succeeded"]


def test_a_child_that_is_dropped_is_skipped_with_one_attempt(go: Run, tmp_path: Path) -> None:
    child = Flow("child", [Task("c", Python("work:nap", lambda v: call(0.3)))], max_runs=1, overlap="skip")
    tasks = [Task("a", RunFlow("child")), Task("b", RunFlow("child"))]
    found = go(Flow("parent", tasks), flows=[child], executor="processes")
    assert sorted(line.split()[1:] for line in lines(found)[:2]) == [["skipped", "1"], ["succeeded", "1"]]
    assert len(runs(tmp_path, "child")) == 1


def test_runs_that_queue_do_not_overlap(go: Run, tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Flow("child", [Task("c", Python("work:nap", lambda v: call(0.1, str(log))))], max_runs=1)
    go(Flow("parent", [Task(name, RunFlow("child")) for name in "abc"]), flows=[child], executor="processes", jobs=3)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["start", "end"] * 3


SCRIPT = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from flowc.runtime import run
from flowc.runtime.actions import Python, call
from flowc.runtime.model import Flow, Task
task = Task("a", Python("work:nap", lambda v: call(float(sys.argv[3]), "log")))
flow = Flow("f", [task], max_runs=int(sys.argv[4]), overlap=sys.argv[1])
result = run(flow, at=datetime(int(sys.argv[2]), 1, 1, tzinfo=timezone.utc), root=Path.cwd())
print(result.outcome)
"""


def start(root: Path, overlap: str, year: int, seconds: float, most: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, overlap, str(year), str(seconds), str(most)]
    return subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )


def environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}


def wait_for_line(log: Path, count: int = 1) -> None:
    deadline = time.monotonic() + 20
    while not (log.exists() and len(log.read_text().splitlines()) >= count) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.slow
def test_a_further_run_cancels_the_old_one(tmp_path: Path) -> None:
    old = start(tmp_path, "cancel_old", 2024, 60)
    wait_for_line(tmp_path / "log")
    new = start(tmp_path, "cancel_old", 2025, 0.01)
    assert (old.communicate(timeout=30)[0].strip(), new.communicate(timeout=30)[0].strip()) == (
        "cancelled",
        "succeeded",
    )


@pytest.mark.slow
def test_the_oldest_by_its_instant_is_cancelled_whichever_began_first(tmp_path: Path) -> None:
    late = start(tmp_path, "cancel_old", 2025, 60, most=2)
    wait_for_line(tmp_path / "log")
    early = start(tmp_path, "cancel_old", 2024, 60, most=2)
    wait_for_line(tmp_path / "log", 2)
    new = start(tmp_path, "cancel_old", 2026, 0.01, most=2)
    try:
        assert early.communicate(timeout=30)[0].strip() == "cancelled"
        assert new.communicate(timeout=30)[0].strip() == "succeeded"
        assert late.poll() is None
    finally:
        late.terminate()
        late.communicate(timeout=30)


@pytest.mark.slow
def test_what_waits_is_let_in_by_its_instant(tmp_path: Path) -> None:
    first = start(tmp_path, "queue", 2024, 1.5)
    wait_for_line(tmp_path / "log")
    waiting = [start(tmp_path, "queue", year, 0.1) for year in (2026, 2025)]
    for process in (first, *waiting):
        assert process.communicate(timeout=30)[0].strip() == "succeeded"
    journals = [list(read(path)) for path in tmp_path.glob(".flowc/runs/*/journal")]
    began = sorted((records[0]["time"], records[0]["at"][:4]) for records in journals)
    assert [year for _, year in began] == ["2024", "2025", "2026"]


def test_parameters_are_recorded_as_they_are(go: Run) -> None:
    found = go(CHILD, params={"n": 1})
    assert json.dumps(next(read(found.folder / "journal"))["params"]) == '{"n": 1, "m": 0}'


def test_what_follows_a_child_that_is_ended_comes_after_its_last_handler(go: Run, tmp_path: Path) -> None:
    """Its time is over, or that of the run that has started it: the child still has its `finally`."""
    log = str(tmp_path / "log")
    child = Flow(
        "child",
        [
            Task("c", Python("work:nap", lambda v: call(60))),
            Task("slow", Python("work:nap", lambda v: call(0.4, log)), phase="finally"),
        ],
    )
    parent = Flow(
        "parent",
        [
            Task("short", RunFlow("child"), timeout=timedelta(seconds=0.3)),
            Task("next", Python("work:note", lambda v: call(log, "next")), needs=[Awaits("short")]),
            Task("long", RunFlow("child"), needs=[Awaits("next")]),
            Task("last", Python("work:note", lambda v: call(log, "last")), phase="finally"),
        ],
        deadline=timedelta(seconds=3),
    )
    found = go(parent, flows=[child], executor="processes", jobs=4)
    noted = [line.split()[0] for line in Path(log).read_text().splitlines()]
    assert noted == ["start", "end", "next", "start", "end", "last"]
    assert [line.split()[:2] for line in lines(found)][:2] == [["last", "succeeded"], ["long", "failed"]]


def test_a_child_of_a_cancelled_parent_is_cancelled(go: Run, tmp_path: Path) -> None:
    child = Flow("child", [Task("c", Python("work:nap", lambda v: call(60)))])
    found = go(
        Flow("parent", [Task("r", RunFlow("child")), ok("b", 1, [Awaits("r")])], deadline=timedelta(seconds=0.4)),
        flows=[child],
        executor="processes",
    )
    assert lines(found) == ["b blocked 0", "r failed 1", "run failed"]
    assert runs(tmp_path, "child")[0][-1].split() == ["run", "cancelled"]
