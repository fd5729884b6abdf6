"""Rules 8 and 9: conditions, arms, `match`, and errors in them."""

from __future__ import annotations

from typing import Any

import pytest

from flowc.runtime.actions import Fail
from flowc.runtime.model import Accepts, Decision, InArm, Match, Requires, Task

from .conftest import Run, bad, lines, of, ok


def test_if_and_else(go: Run) -> None:
    choose = Decision("if", [lambda v: v.value("n") > 2], needs=[Requires("n")])
    found = go(ok("n", 3), ok("a", 1, scope=[InArm("if", 0)]), ok("b", 1, scope=[InArm("if", 1)]), decisions=[choose])
    assert lines(found) == ["a succeeded 1 1", "b skipped 0", "n succeeded 1 3", "run succeeded"]


@pytest.mark.parametrize(("n", "chosen"), [(0, "zero"), (1, "few"), (10, "few"), (11, "rest"), (-1, "rest")])
def test_match_takes_the_first_pattern_that_fits(go: Run, n: int, chosen: str) -> None:
    choose = Match("m", lambda v: v.value("n"), [[0], [(1, 10)], []], needs=[Requires("n")])
    arms = [ok(name, "here", scope=[InArm("m", arm)]) for arm, name in enumerate(["zero", "few", "rest"])]
    found = go(ok("n", n), *arms, decisions=[choose])
    assert [line.split()[0] for line in lines(found) if line.endswith('"here"')] == [chosen]


def test_match_of_a_skipped_value_reads_null(go: Run) -> None:
    choose = Match("m", lambda v: v.value("n"), [[None], []], needs=[Accepts("n")])
    no = Decision("no", [lambda v: False])
    found = go(ok("n", 1, scope=[InArm("no", 0)]), ok("a", 1, scope=[InArm("m", 0)]), decisions=[choose, no])
    assert lines(found)[0] == "a succeeded 1 1"


def test_an_inner_condition_is_evaluated_only_where_the_outer_chose_its_arm(go: Run) -> None:
    outer = Decision("outer", [lambda v: False])
    inner = Decision("inner", [lambda v: 1 / 0 > 0], scope=[InArm("outer", 0)])
    found = go(ok("a", 1, scope=[InArm("outer", 0), InArm("inner", 0)]), decisions=[outer, inner])
    assert lines(found) == ["a skipped 0", "run succeeded"]


def test_an_error_in_a_condition_blocks_all_that_it_guards(go: Run) -> None:
    heard: list[dict[str, Any]] = []
    broken = Decision("broken", [lambda v: 1 / 0])
    inner = Decision("inner", [lambda v: True], scope=[InArm("broken", 0)])
    found = go(
        ok("a", 1, scope=[InArm("broken", 0)]),
        ok("b", 1, scope=[InArm("broken", 1)]),
        ok("c", 1, scope=[InArm("broken", 0), InArm("inner", 0)]),
        decisions=[broken, inner],
        listener=heard.append,
    )
    assert lines(found) == ["a blocked 0", "b blocked 0", "c blocked 0", "run failed"]
    assert [event["message"] for event in heard if event["event"] == "problem"] == [
        "ZeroDivisionError: division by zero"
    ]


def test_what_a_condition_reads_counts_at_any_depth(go: Run) -> None:
    outer = Decision("outer", [lambda v: False])
    inner = Decision("inner", [lambda v: v.value("x")], scope=[InArm("outer", 0)], needs=[Requires("x")])
    found = go(bad("x"), ok("a", 1, scope=[InArm("outer", 0), InArm("inner", 0)]), decisions=[outer, inner])
    assert lines(found) == ["a blocked 0", "x failed 1", "run failed"]


def test_what_a_condition_reads_may_have_been_skipped(go: Run) -> None:
    no = Decision("no", [lambda v: False])
    choose = Decision("if", [lambda v: v.value("x")], needs=[Requires("x")])
    found = go(
        ok("x", 1, scope=[InArm("no", 0)]),
        ok("a", 1, scope=[InArm("if", 0)]),
        ok("b", 1, scope=[InArm("if", 1)]),
        decisions=[no, choose],
    )
    assert lines(found) == ["a skipped 0", "b skipped 0", "x skipped 0", "run succeeded"]


def test_a_fail_arm_fails_the_run_where_it_is_chosen(go: Run) -> None:
    arm = Task('fail "none"', Fail(lambda v: f"none of {v.value('n')}"), scope=[InArm("m", 0)])

    def match(n: int) -> Any:
        choose = Match("m", lambda v: v.value("n"), [[0], []], needs=[Requires("n")])
        return go(ok("n", n), arm, decisions=[choose])

    assert lines(match(0)) == ['fail "none" failed 1', "n succeeded 1 0", "run failed"]
    assert match(0).error == "none of 0"
    assert lines(match(1)) == ['fail "none" skipped 0', "n succeeded 1 1", "run succeeded"]


def test_a_when_of_the_flow_skips_all_and_finally_runs(go: Run) -> None:
    when = Decision("when", [lambda v: False])
    tasks = [ok("a", 1, scope=[InArm("when", 0)]), ok("b", 1, [Requires("a")], scope=[InArm("when", 0)])]
    found = go(*tasks, ok("end", 1, phase="finally"), decisions=[when])
    assert lines(found) == ["a skipped 0", "b skipped 0", "end succeeded 1 1", "run succeeded"]


def test_nested_arms(go: Run) -> None:
    outer = Decision("outer", [lambda v: True])
    inner = Decision("inner", [lambda v: v.value("a") == 1], scope=[InArm("outer", 0)], needs=[Requires("a")])
    here = [InArm("outer", 0)]
    found = go(
        ok("a", 1, scope=here),
        of("b", lambda v: v.value("a"), [Requires("a")], scope=[*here, InArm("inner", 0)]),
        ok("c", 1, scope=[*here, InArm("inner", 1)]),
        decisions=[outer, inner],
    )
    assert lines(found) == ["a succeeded 1 1", "b succeeded 1 1", "c skipped 0", "run succeeded"]
