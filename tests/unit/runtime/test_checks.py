"""Rule 7: checks, and what they are to those who wait for what they judge."""

from __future__ import annotations

from typing import Any

import pytest

from flowc.runtime.actions import Check
from flowc.runtime.model import (
    Accepts,
    AnyFailed,
    Awaits,
    Decision,
    Flow,
    InArm,
    InLoop,
    Loop,
    Requires,
    Task,
    Upstream,
)

from .conftest import Run, bad, check, lines, of, ok

N = check("check n > 0", lambda v: v.value("n") > 0, ["n"], text=lambda v: f"n is {v.value('n')}")
SKIP = check("check n > 0", lambda v: v.value("n") > 0, ["n"], "skip")
CHECKED: Any = {"checks": ["check n > 0"]}


def test_a_check_that_holds(go: Run) -> None:
    found = go(ok("n", 1), N, ok("z", 1, [Requires("n", **CHECKED)]))
    assert lines(found) == ["check n > 0 succeeded 1", "n succeeded 1 1", "z succeeded 1 1", "run succeeded"]


def test_a_check_that_does_not_hold_fails_the_run_and_blocks(go: Run) -> None:
    found = go(ok("n", 0), N, ok("z", 1, [Requires("n", **CHECKED)]))
    assert lines(found) == ["check n > 0 failed 1", "n succeeded 1 0", "z blocked 0", "run failed"]
    assert found.error == "n is 0"


def test_when_failed_and_done_see_the_verdict(go: Run) -> None:
    found = go(ok("n", 0), N, ok("f", 1, [AnyFailed(Upstream("n", **CHECKED))]), ok("d", 1, [Awaits("n", **CHECKED)]))
    assert lines(found)[1:3] == ["d succeeded 1 1", "f succeeded 1 1"]


def test_a_skip_verdict_is_skipped_with_one_attempt(go: Run) -> None:
    found = go(
        ok("n", 0),
        SKIP,
        ok("r", 1, [Requires("n", **CHECKED)]),
        of("d", lambda v: v.value("n") or "default", [Accepts("n", **CHECKED)]),
    )
    assert lines(found) == [
        "check n > 0 skipped 1",
        'd succeeded 1 "default"',
        "n succeeded 1 0",
        "r skipped 0",
        "run succeeded",
    ]


def test_a_skip_verdict_hides_a_value_that_is_there(go: Run) -> None:
    negative = check("check n > 0", lambda v: v.value("n") > 0, ["n"], "skip")
    found = go(ok("n", -1), negative, of("d", lambda v: v.value("n"), [Accepts("n", **CHECKED)]))
    assert lines(found)[1] == "d succeeded 1 null"


def test_a_warning_reports_and_succeeds(go: Run) -> None:
    heard: list[dict[str, Any]] = []
    warn = check("check n > 0", lambda v: v.value("n") > 0, ["n"], "warn", text="too few")
    found = go(ok("n", 0), warn, ok("z", 1, [Requires("n", **CHECKED)]), listener=heard.append)
    assert lines(found)[0] == "check n > 0 succeeded 1"
    assert found.outcome == "succeeded"
    assert [event["message"] for event in heard if event["event"] == "warning"] == ["too few"]


@pytest.mark.parametrize("verdict", ["fail", "skip", "warn"])
def test_an_error_in_the_condition_fails_it(go: Run, verdict: str) -> None:
    found = go(ok("n", 0), check("check n > 0", lambda v: 1 / 0, ["n"], verdict))
    assert lines(found)[0] == "check n > 0 failed 1"
    assert found.error == "ZeroDivisionError: division by zero"


def test_a_check_of_what_failed_is_blocked_and_of_what_was_skipped_says_nothing(go: Run) -> None:
    found = go(bad("n"), N)
    assert lines(found) == ["check n > 0 blocked 0", "n failed 1", "run failed"]
    no = [Decision("no", [lambda v: False])]
    reader = of("d", lambda v: v.value("n") or 3, [Accepts("n", **CHECKED)])
    found = go(ok("n", 1, scope=[InArm("no", 0)]), N, reader, decisions=no)
    assert lines(found) == ["check n > 0 skipped 0", "d succeeded 1 3", "n skipped 0", "run succeeded"]


def looped(verdict: str, tolerate: float = 0, limit: int | None = None) -> Flow:
    loop = Loop("x", lambda v: [1, 0, 2], limit=limit, tolerate=tolerate)
    inner: Any = {"scope": [InLoop("x")]}
    test = Task("check t", Check(lambda v: v.value("t") > 0, None, verdict), needs=[Requires("t")], **inner)  # type: ignore[arg-type]
    return Flow(
        "f",
        [
            of("t", lambda v: v.item("x"), **inner),
            test,
            of("u", lambda v: v.value("t"), [Requires("t", checks=["check t"])], **inner),
            of("g", lambda v: v.value("t"), [Requires("t", checks=["check t"])]),
        ],
        loops=[loop],
    )


def test_in_a_loop_it_judges_the_same_element_only(go: Run) -> None:
    assert lines(go(looped("fail"))) == [
        "check t[0] succeeded 1",
        "check t[1] failed 1",
        "check t[2] succeeded 1",
        "g blocked 0",
        "t[0] succeeded 1 1",
        "t[1] succeeded 1 0",
        "t[2] succeeded 1 2",
        "u[0] succeeded 1 1",
        "u[1] blocked 0",
        "u[2] succeeded 1 2",
        "run failed",
    ]


def test_a_skip_verdict_is_null_in_a_gathered_list(go: Run) -> None:
    found = lines(go(looped("skip")))
    assert "g succeeded 1 [1,null,2]" in found
    assert "u[1] skipped 0" in found
    assert found[-1] == "run succeeded"


def test_a_tolerated_verdict_leaves_its_element_out(go: Run) -> None:
    found = lines(go(looped("fail", tolerate=1)))
    assert "g succeeded 1 [1,2]" in found
    assert found[-1] == "run succeeded"


def test_a_check_outside_of_a_loop_judges_all_of_it(go: Run) -> None:
    loop = Loop("x", lambda v: [1, 2])
    total = check("check sum(t) > 9", lambda v: sum(v.value("t")) > 9, ["t"])
    reader = of("g", lambda v: v.value("t"), [Requires("t", checks=[total.name])])
    found = go(Flow("f", [of("t", lambda v: v.item("x"), scope=[InLoop("x")]), total, reader], loops=[loop]))
    assert lines(found) == [
        "check sum(t) > 9 failed 1",
        "g blocked 0",
        "t[0] succeeded 1 1",
        "t[1] succeeded 1 2",
        "run failed",
    ]
