"""Rules 4 to 6: retries and their pauses, timeouts that kill, deadlines, fallbacks."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.attempts import least_pause, pause, tries_again
from flowc.runtime.errors import ExitStatus, Failure, failure
from flowc.runtime.journal import read
from flowc.runtime.model import Awaits, Flow, Requires, Retry, Task

from .conftest import Run, bad, lines, of, ok, sleepers


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def flaky(name: str, path: Path, failures: int, **more: object) -> Task:
    return Task(name, Python("work:flaky", lambda v: call(str(path), failures, "ok")), "any", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failures", "line"),
    [(0, 'a succeeded 1 "ok"'), (1, 'a succeeded 2 "ok"'), (2, 'a succeeded 3 "ok"'), (3, "a failed 3")],
)
def test_retry_n_means_n_further_attempts(go: Run, tmp_path: Path, failures: int, line: str) -> None:
    assert lines(go(flaky("a", tmp_path / "n", failures, retry=Retry(2))))[0] == line


@pytest.mark.parametrize(
    ("backoff", "expected"), [("constant", [2, 2, 2, 2]), ("linear", [2, 4, 6, 8]), ("exponential", [2, 4, 8, 16])]
)
def test_pauses(backoff: str, expected: list[int]) -> None:
    retry = Retry(4, seconds(2), backoff)  # type: ignore[arg-type]
    assert [pause(retry, k).total_seconds() for k in (1, 2, 3, 4)] == expected
    capped = Retry(4, seconds(2), backoff, max=seconds(5))  # type: ignore[arg-type]
    assert [pause(capped, k).total_seconds() for k in (1, 2, 3, 4)] == [min(each, 5) for each in expected]


def test_jitter_is_half_to_one_and_a_half_and_then_capped() -> None:
    retry = Retry(1, seconds(2), jitter=True, max=seconds(2.5))
    found = [pause(retry, 1).total_seconds() for _ in range(200)]
    assert 1 <= min(found) < 1.3
    assert max(found) == 2.5
    assert least_pause(retry, 1) == seconds(1)


def test_pauses_do_not_overflow() -> None:
    assert pause(Retry(5000, seconds(1), "exponential", max=seconds(9)), 5000) == seconds(9)
    assert pause(Retry(5000, seconds(1), "exponential"), 5000) == timedelta(days=36500)


def test_the_pause_is_kept(go: Run, tmp_path: Path) -> None:
    began = time.monotonic()
    go(flaky("a", tmp_path / "n", 2, retry=Retry(2, seconds(0.1), "linear")))
    assert time.monotonic() - began >= 0.3


BOOM = failure(ZeroDivisionError("boom"))


@pytest.mark.parametrize(
    ("retry", "found", "again"),
    [
        (Retry(1), BOOM, True),
        (Retry(0), BOOM, False),
        (Retry(1, on=["ZeroDivisionError"]), BOOM, True),
        (Retry(1, on=["ArithmeticError"]), BOOM, True),
        (Retry(1, on=["builtins.ArithmeticError"]), BOOM, True),
        (Retry(1, on=["KeyError"]), BOOM, False),
        (Retry(1, never=["Exception"]), BOOM, False),
        (Retry(1, on=["Exception"], never=["ZeroDivisionError"]), BOOM, False),
        (Retry(1, on=["Exception"], never=["KeyError"]), BOOM, True),
        (Retry(1, on=[3]), failure(ExitStatus(3)), True),
        (Retry(1, on=[4]), failure(ExitStatus(3)), False),
        (Retry(1, on=[503, "timeout"]), Failure("timeout", ("timeout",)), True),
        (Retry(1, never=["timeout"]), Failure("timeout", ("timeout",)), False),
    ],
)
def test_on_and_never(retry: Retry, found: Failure, again: bool) -> None:
    assert tries_again(retry, 1, found) is again


def test_an_exit_code_is_matched(go: Run) -> None:
    again = Task("a", Shell("exit 75"), retry=Retry(1, on=[75]))
    never = Task("b", Shell("exit 75"), retry=Retry(1, on=[3]))
    assert lines(go(again, never)) == ["a failed 2", "b failed 1", "run failed"]


def test_a_timeout_stops_the_whole_tree(go: Run) -> None:
    script = "(setsid sleep 297.31 &); trap '' TERM; sleep 297.31; echo never"
    task = Task("a", Shell(script), "str", timeout=seconds(0.3), retry=Retry(1, on=["timeout"]))
    began = time.monotonic()
    found = go(task, executor="processes")
    assert lines(found) == ["a failed 2", "run failed"]
    assert found.error == "timeout"
    assert time.monotonic() - began < 60
    assert sleepers("297.31") == []


def test_a_python_task_that_hangs_is_stopped_and_its_worker_replaced(go: Run) -> None:
    hangs = Task("a", Python("work:nap", lambda v: call(60)), timeout=seconds(0.3))
    found = go(hangs, ok("b", 1, [Awaits("a")]), executor="processes", jobs=1)
    assert lines(found) == ["a failed 1", "b succeeded 1 1", "run failed"]


def test_a_worker_that_dies_is_a_failed_attempt(go: Run) -> None:
    found = go(Task("a", Python("os:_exit", lambda v: call(7))), ok("b", 1, [Awaits("a")]), executor="processes")
    assert lines(found) == ["a failed 1", "b succeeded 1 1", "run failed"]
    assert found.error == "process ended: exit 7"


def test_a_deadline_fails_what_has_started_and_blocks_the_rest(go: Run, tmp_path: Path) -> None:
    marker = tmp_path / "handled"
    found = go(
        Task("a", Python("work:nap", lambda v: call(60)), retry=Retry(3), fallback="f"),
        ok("f", 1),
        bad("b", retry=Retry(1, seconds(60))),
        ok("c", 1, [Requires("a")]),
        ok("d", 4),
        Task("h", Python("work:note", lambda v: call(str(marker), v.run.failed_task)), phase="failure"),
        deadline=seconds(0.5),
        executor="processes",
    )
    assert lines(found) == [
        "a failed 1",
        "b failed 1",
        "c blocked 0",
        "d succeeded 1 4",
        "h succeeded 1",
        "run failed",
    ]
    assert marker.read_text() == "a\n"
    assert found.error == "deadline of 500ms passed"


def test_a_deadline_ends_a_fallback_too(go: Run) -> None:
    found = go(
        bad("a", fallback="f"),
        Task("f", Python("work:nap", lambda v: call(60)), "any"),
        deadline=seconds(0.4),
        executor="processes",
    )
    assert lines(found) == ["a failed 1", "f failed 1", "run failed"]


def test_a_fallback_saves_its_task(go: Run) -> None:
    found = go(bad("a", retry=Retry(1), fallback="f"), ok("f", 5), of("b", lambda v: v.value("a") + 1, [Requires("a")]))
    assert lines(found) == ["a recovered 2 5", "b succeeded 1 6", "f succeeded 1 5", "run succeeded"]


def test_a_fallback_that_is_not_needed_does_not_exist(go: Run) -> None:
    assert lines(go(ok("a", 1, fallback="f"), ok("f", 5))) == ["a succeeded 1 1", "run succeeded"]
    blocked = go(bad("x"), ok("a", 1, [Requires("x")], fallback="f"), ok("f", 5))
    assert lines(blocked) == ["a blocked 0", "x failed 1", "run failed"]


def test_fallbacks_chain(go: Run) -> None:
    found = go(bad("a", fallback="f"), bad("f", fallback="g"), ok("g", 7))
    assert lines(found) == ["a recovered 1 7", "f recovered 1 7", "g succeeded 1 7", "run succeeded"]


def test_a_fallback_that_fails_leaves_both_failed(go: Run) -> None:
    found = go(bad("a", fallback="f"), bad("f", retry=Retry(1)), ok("z", 1, [Requires("a")]))
    assert lines(found) == ["a failed 1", "f failed 2", "z blocked 0", "run failed"]


def test_a_fallback_waits_for_its_own_upstreams(go: Run) -> None:
    found = go(bad("a", fallback="f"), bad("u"), ok("f", 1, [Requires("u")]))
    assert lines(found) == ["a failed 1", "f blocked 0", "u failed 1", "run failed"]


def test_every_attempt_is_recorded(go: Run, tmp_path: Path) -> None:
    found = go(flaky("a", tmp_path / "n", 1, retry=Retry(1)))
    events = [(record["event"], record.get("attempt")) for record in read(found.folder / "journal")]
    told = [("run", None), ("start", 1), ("failure", 1), ("start", 2), ("end", None)]
    assert events == [*told, ("conclude", None), ("finish", None)]


def test_output_is_captured_by_attempt(go: Run, tmp_path: Path) -> None:
    found = go(
        Task(
            "a",
            Shell(f"echo out; echo err >&2; test -e {tmp_path}/x || {{ touch {tmp_path}/x; exit 3; }}"),
            retry=Retry(1),
        ),
        executor="processes",
    )
    logs = found.folder / "logs"
    assert (logs / "a.1.log").read_text() == "out\nerr\nexit 3\n"
    assert (logs / "a.2.log").read_text() == "out\nerr\n"


def test_a_flow_without_tasks_succeeds(go: Run) -> None:
    assert lines(go(Flow("f", []))) == ["run succeeded"]
