"""Rules 3 and 13: the flow's return, handlers, lateness; rule 5: a run that is cancelled."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.model import Awaits, Decision, Flow, InArm, InLoop, Loop, Requires, Retry, Task

from .conftest import Run, bad, lines, of, ok

NO = Decision("no", [lambda v: False])


def test_what_the_flow_returns(go: Run) -> None:
    found = go(ok("a", 2), returns=lambda v: {"n": v.value("a"), "m": None}, output="(n: int, m: int?)")
    assert found.outputs == {"n": 2, "m": None}


def test_an_error_in_the_return_fails_the_run(go: Run) -> None:
    found = go(ok("a", 2), ok("h", 1, phase="failure"), returns=lambda v: "x", output="int")
    assert lines(found) == ["a succeeded 1 2", "h succeeded 1 1", "run failed"]
    assert found.error == "expected int, found str 'x'"


def test_the_return_of_a_skipped_task_is_null(go: Run) -> None:
    found = go(ok("a", 2, scope=[InArm("no", 0)]), decisions=[NO], returns=lambda v: v.value("a"), output="int?")
    assert (found.outcome, found.outputs) == ("succeeded", None)


def handlers() -> list[Task]:
    return [ok(f"on_{phase}", phase, phase=phase) for phase in ("failure", "success", "late", "finally")]


def test_on_success_and_finally(go: Run) -> None:
    found = go(ok("a", 1), *handlers())
    assert lines(found) == [
        "a succeeded 1 1",
        'on_finally succeeded 1 "finally"',
        'on_success succeeded 1 "success"',
        "run succeeded",
    ]


def test_on_failure_and_finally(go: Run) -> None:
    found = go(bad("a"), *handlers())
    assert lines(found) == [
        "a failed 1",
        'on_failure succeeded 1 "failure"',
        'on_finally succeeded 1 "finally"',
        "run failed",
    ]


def test_finally_is_last(go: Run, tmp_path: Path) -> None:
    def noting(phase: Any) -> Task:
        return Task(phase, Python("work:note", lambda v: call(str(tmp_path / "log"), phase)), phase=phase)

    go(bad("a"), noting("finally"), noting("late"), noting("failure"), sla=timedelta(0))
    assert (tmp_path / "log").read_text().split() == ["failure", "late", "finally"]


def test_handlers_change_nothing(go: Run) -> None:
    found = go(
        ok("a", 1), bad("h", phase="success"), ok("i", 1, [Requires("h")], phase="success"), bad("z", phase="finally")
    )
    assert lines(found) == ["a succeeded 1 1", "h failed 1", "i blocked 0", "z failed 1", "run succeeded"]


def test_a_handler_reads_what_there_is(go: Run) -> None:
    found = go(
        ok("a", 1),
        bad("b"),
        ok("c", 1, [Requires("b")]),
        of(
            "h",
            lambda v: [v.value("a"), v.value("b"), v.value("c")],
            [Awaits("a"), Awaits("b"), Awaits("c")],
            phase="failure",
        ),
    )
    assert "h succeeded 1 [1,null,null]" in lines(found)


def test_the_failed_task_is_the_first_of_the_trace(go: Run) -> None:
    told = of("h", lambda v: [v.run.failed_task, v.run.error], phase="finally")
    fails = Task("t", Python("work:fail_if", lambda v: call(v.item("x") > 1)), scope=[InLoop("x")])
    found = go(Flow("f", [fails, bad("u"), told], loops=[Loop("x", lambda v: [0] * 2 + [2] * 10)]))
    assert 'h succeeded 1 ["t[2]","RuntimeError: boom"]' in lines(found)


def test_no_failure_no_error(go: Run) -> None:
    found = go(ok("a", 1), of("h", lambda v: [v.run.failed_task, v.run.error], phase="finally"))
    assert "h succeeded 1 [null,null]" in lines(found)


def test_a_blocked_task_may_be_the_first_failure(go: Run) -> None:
    broken = Decision("broken", [lambda v: 1 / 0])
    told = of("h", lambda v: [v.run.failed_task, v.run.error], phase="failure")
    found = go(ok("a", 1, scope=[InArm("broken", 0)]), told, decisions=[broken])
    assert 'h succeeded 1 ["a",null]' in lines(found)


def test_late_by_a_duration(go: Run) -> None:
    late = go(Task("a", Python("work:nap", lambda v: call(0.05))), *handlers(), sla=timedelta(milliseconds=10))
    assert 'on_late succeeded 1 "late"' in lines(late)
    assert len(lines(go(ok("a", 1), *handlers(), sla=timedelta(hours=1)))) == 4


def test_late_by_a_time_of_day_in_the_flows_zone(go: Run) -> None:
    now = datetime.now(UTC)
    tasks = [ok("a", 1), of("h", lambda v: v.run.lateness > timedelta(0), phase="late")]
    past = go(*tasks, sla="05:00", zone="Asia/Tokyo", at=now - timedelta(days=2))
    assert lines(past)[1] == "h succeeded 1 true"
    assert len(lines(go(*tasks, sla="05:00", zone="Asia/Tokyo", at=now + timedelta(days=2)))) == 2


def test_handlers_may_have_branches_and_order(go: Run) -> None:
    choose = Decision("if", [lambda v: v.run.error is not None])
    found = go(
        bad("a"),
        ok("h", 1, phase="failure", scope=[InArm("if", 0)]),
        ok("i", 1, phase="failure", scope=[InArm("if", 1)]),
        of("j", lambda v: v.value("h"), [Requires("h")], phase="failure"),
        decisions=[choose],
    )
    assert lines(found)[1:4] == ["h succeeded 1 1", "i skipped 0", "j succeeded 1 1"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run(go: Run, number: signal.Signals) -> None:
    threading.Timer(0.6, os.kill, (os.getpid(), number)).start()
    found = go(
        Task("a", Python("work:nap", lambda v: call(60)), retry=Retry(3)),
        ok("b", 1, [Awaits("a")]),
        *handlers(),
        executor="processes",
    )
    assert lines(found) == ["a failed 1", "b blocked 0", 'on_finally succeeded 1 "finally"', "run cancelled"]
    assert found.error == "cancelled"


def test_a_second_interrupt_stops_at_once(go: Run) -> None:
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGINT)).start()
    threading.Timer(0.8, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        go(
            ok("a", 1),
            Task("z", Python("work:nap", lambda v: call(60)), phase="finally"),
            Task("b", Python("work:nap", lambda v: call(60))),
            executor="processes",
        )
    assert time.monotonic() - began < 30
