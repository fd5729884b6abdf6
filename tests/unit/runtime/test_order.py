"""Rules 1 to 3: who starts, who is skipped, who is blocked, and whether the run failed."""

from __future__ import annotations

from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.model import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Flow,
    Group,
    InArm,
    Requires,
    Task,
    Upstream,
    group,
)

from .conftest import Run, bad, lines, of, ok

SKIPPED: Any = {"scope": [InArm("no", 0)]}
NO = [Decision("no", [lambda v: False])]


def test_a_value_goes_on(go: Run) -> None:
    found = go(ok("a", 2), of("b", lambda v: v.value("a") + 1, [Requires("a")]))
    assert lines(found) == ["a succeeded 1 2", "b succeeded 1 3", "run succeeded"]


def test_what_follows_a_failure_is_blocked_and_what_follows_that(go: Run) -> None:
    found = go(bad("a"), ok("b", 1, [Requires("a")]), ok("c", 1, [Requires("b")]), ok("d", 1))
    assert lines(found) == ["a failed 1", "b blocked 0", "c blocked 0", "d succeeded 1 1", "run failed"]


def test_blocked_wins_over_skipped_whoever_ends_first(go: Run) -> None:
    late = Task("late", Python("work:boom"), "any", needs=[Requires("first")])
    tasks = [ok("skipped", 1, **SKIPPED), ok("first", 1), late]
    reader = ok("reader", 1, [Requires("skipped"), Requires("late")])
    found = go(*tasks, reader, decisions=NO)
    assert lines(found)[2:] == ["reader blocked 0", "skipped skipped 0", "run failed"]


def test_blocked_wins_over_an_arm_that_was_not_chosen(go: Run) -> None:
    found = go(bad("a"), ok("b", 1, [Requires("a")], **SKIPPED), decisions=NO)
    assert lines(found) == ["a failed 1", "b blocked 0", "run failed"]


def test_a_skip_goes_on_and_the_run_succeeds(go: Run) -> None:
    found = go(ok("a", 1, **SKIPPED), ok("b", 1, [Requires("a")]), decisions=NO)
    assert lines(found) == ["a skipped 0", "b skipped 0", "run succeeded"]


def test_a_skip_stands_for_null_where_it_is_accepted(go: Run) -> None:
    reader = of("b", lambda v: v.value("a") or "default", [Accepts("a")])
    found = go(ok("a", 1, **SKIPPED), reader, decisions=NO)
    assert lines(found) == ["a skipped 0", 'b succeeded 1 "default"', "run succeeded"]


def test_a_failure_is_not_accepted(go: Run) -> None:
    found = go(bad("a"), of("b", lambda v: v.value("a") or 1, [Accepts("a")]))
    assert lines(found) == ["a failed 1", "b blocked 0", "run failed"]


def test_the_join_takes_the_arm_that_ran(go: Run) -> None:
    yes = Decision("if", [lambda v: True])
    found = go(
        ok("a", 1, scope=[InArm("if", 0)]),
        ok("b", 2, scope=[InArm("if", 1)]),
        of("c", lambda v: v.value("b") or v.value("a"), [AnyOf("a", "b")]),
        decisions=[yes],
    )
    assert lines(found) == ["a succeeded 1 1", "b skipped 0", "c succeeded 1 1", "run succeeded"]


def test_the_join_of_nothing_is_skipped(go: Run) -> None:
    found = go(ok("a", 1, **SKIPPED), ok("b", 2, **SKIPPED), ok("c", 3, [AnyOf("a", "b")]), decisions=NO)
    assert lines(found)[2] == "c skipped 0"


def test_the_join_is_blocked_by_any_failure(go: Run) -> None:
    found = go(ok("a", 1), bad("b"), ok("c", 3, [AnyOf("a", "b")]))
    assert lines(found)[2] == "c blocked 0"


@pytest.mark.parametrize("first", [ok("a", 1), bad("a"), ok("a", 1, **SKIPPED)], ids=["succeeded", "failed", "skipped"])
def test_done_waits_for_any_outcome(go: Run, first: Task) -> None:
    found = go(first, ok("b", 2, [Awaits("a")]), decisions=NO)
    assert lines(found)[1] == "b succeeded 1 2"


def test_a_failure_that_only_a_lenient_task_follows_fails_the_run(go: Run) -> None:
    assert go(bad("a"), ok("b", 2, [Awaits("a")])).outcome == "failed"


def test_when_failed_runs_only_then(go: Run) -> None:
    found = go(bad("a"), ok("b", 1), ok("c", 1, [AnyFailed("a", "b")]), ok("d", 1, [AnyFailed("b")]))
    assert lines(found)[2:4] == ["c succeeded 1 1", "d skipped 0"]


def test_when_failed_counts_what_is_blocked(go: Run) -> None:
    found = go(bad("a"), ok("b", 1, [Requires("a")]), ok("c", 1, [AnyFailed("b")]))
    assert lines(found)[2] == "c succeeded 1 1"


def test_when_failed_comes_after_other_needs_and_before_conditions(go: Run) -> None:
    broken = [Decision("broken", [lambda v: 1 / 0])]
    blocked = go(bad("a"), bad("x"), ok("c", 1, [AnyFailed("a"), Requires("x")]))
    assert lines(blocked)[1] == "c blocked 0"
    skipped = go(ok("a", 1), ok("c", 1, [AnyFailed("a")]), decisions=NO)
    assert lines(skipped)[1] == "c skipped 0"
    assert lines(go(ok("a", 1), ok("c", 1, [AnyFailed("a")], scope=[InArm("broken", 0)]), decisions=broken))[1] == (
        "c blocked 0"
    )


def test_all_skipped_is_a_success(go: Run) -> None:
    assert go(ok("a", 1, **SKIPPED), decisions=NO).outcome == "succeeded"


# ------------------------------------------------------------------ groups


def grouped(*tasks: Task, members: list[str]) -> Flow:
    return Flow("f", list(tasks), groups=[Group("g", members)], decisions=NO)


def test_after_a_group_waits_for_all_of_it(go: Run) -> None:
    found = go(grouped(ok("a", 1), ok("b", 1), ok("z", 1, [Requires(group("g"))]), members=["a", "b"]))
    assert lines(found)[2] == "z succeeded 1 1"


def test_a_group_with_a_failure_has_failed(go: Run) -> None:
    found = go(grouped(ok("a", 1), bad("b"), ok("z", 1, [Requires(group("g"))]), members=["a", "b"]))
    assert lines(found)[2] == "z blocked 0"


def test_a_group_is_skipped_if_all_of_it_is(go: Run) -> None:
    both = grouped(ok("a", 1, **SKIPPED), ok("b", 1, **SKIPPED), ok("z", 1, [Requires(group("g"))]), members=["a", "b"])
    assert lines(go(both))[2] == "z skipped 0"
    one = grouped(ok("a", 1, **SKIPPED), ok("b", 1), ok("z", 1, [Requires(group("g"))]), members=["a", "b"])
    assert lines(go(one))[2] == "z succeeded 1 1"


def test_an_empty_group_has_succeeded(go: Run) -> None:
    assert lines(go(grouped(ok("z", 1, [Requires(group("g"))]), members=[])))[0] == "z succeeded 1 1"


def test_an_upstream_may_be_a_task_or_a_group() -> None:
    assert Requires("a").upstreams == (Upstream("a"),)
    assert Requires(group("g")).upstreams == (Upstream("g", True),)


def test_arguments_that_fail_are_a_failed_attempt(go: Run) -> None:
    found = go(Task("a", Python("work:give", lambda v: call(1 / 0)), "any"))
    assert lines(found) == ["a failed 1", "run failed"]
    assert found.error == "ZeroDivisionError: division by zero"
