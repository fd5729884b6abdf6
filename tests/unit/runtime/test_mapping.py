"""Rules 10 to 12: loops, gathered lists, tolerated failures, limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.journal import read
from flowc.runtime.model import (
    Accepts,
    AnyFailed,
    Awaits,
    Decision,
    Flow,
    Group,
    InArm,
    InLoop,
    Loop,
    Requires,
    Task,
    group,
)
from flowc.runtime.outcomes import tolerated
from flowc.runtime.trace import normal

from .conftest import Run, bad, lines, of, ok

X: Any = {"scope": [InLoop("x")]}


def mapped(items: Any, *more: Task, static: bool = False, **options: Any) -> Flow:
    loop = Loop("x", items, is_static=static, **options)
    return Flow("f", [of("t", lambda v: v.item("x"), **X), *more], loops=[loop])


GATHER = of("g", lambda v: v.value("t"), [Requires("t")])


def test_a_mapped_output_is_a_list_in_input_order(go: Run) -> None:
    found = go(mapped(lambda v: [3, 1, 2], GATHER))
    expected = ["g succeeded 1 [3,1,2]", "t[0] succeeded 1 3", "t[1] succeeded 1 1", "t[2] succeeded 1 2"]
    assert lines(found) == [*expected, "run succeeded"]


@pytest.mark.parametrize("static", [False, True])
def test_an_empty_list_is_a_success_and_downstream_runs(go: Run, static: bool) -> None:
    found = go(mapped(lambda v: [], GATHER, ok("after", 1, [Requires("t")]), static=static))
    assert lines(found) == ["after succeeded 1 1", "g succeeded 1 []", "run succeeded"]


def test_index_and_key(go: Run) -> None:
    keyed = of("t", lambda v: [v.key("x"), v.item("x"), v.index("x")], **X)
    found = go(Flow("f", [keyed], loops=[Loop("x", lambda v: {"b": 2, "a": 1, "B": 3})]))
    values = ['t[0] succeeded 1 ["B",3,0]', 't[1] succeeded 1 ["a",1,1]', 't[2] succeeded 1 ["b",2,2]']
    assert lines(found)[:3] == values


def test_elements_meet_inside_the_loop(go: Run) -> None:
    found = go(mapped(lambda v: [1, 2], of("u", lambda v: v.value("t") * 10, [Requires("t")], **X)))
    assert "u[1] succeeded 1 20" in lines(found)


def test_more_than_ten_elements_are_sorted_as_numbers(go: Run) -> None:
    names = [line.split()[0] for line in lines(go(mapped(lambda v: list(range(12)))))]
    assert names[:12] == [f"t[{number}]" for number in range(12)]


def test_one_failure_blocks_who_gathers_and_the_others_run(go: Run) -> None:
    fails = Task("t", Python("work:fail_if", lambda v: call(v.item("x") == 1, v.item("x"))), "any", **X)
    found = go(Flow("f", [fails, GATHER], loops=[Loop("x", lambda v: [0, 1, 2])]))
    assert lines(found) == ["g blocked 0", "t[0] succeeded 1 0", "t[1] failed 1", "t[2] succeeded 1 2", "run failed"]


@pytest.mark.parametrize(
    ("tolerate", "failing", "outcome", "gathered"),
    [
        (1, [1], "succeeded", "g succeeded 1 [0,2,3]"),
        (1, [1, 2], "failed", "g blocked 0"),
        (0.5, [1, 2], "succeeded", "g succeeded 1 [0,3]"),
        (0.49, [1, 2], "failed", "g blocked 0"),
        (1.0, [0, 1, 2, 3], "succeeded", "g succeeded 1 []"),
    ],
)
def test_tolerate(go: Run, tolerate: float, failing: list[int], outcome: str, gathered: str) -> None:
    fails = Task("t", Python("work:fail_if", lambda v: call(v.item("x") in failing, v.item("x"))), "any", **X)
    found = go(Flow("f", [fails, GATHER], loops=[Loop("x", lambda v: [0, 1, 2, 3], tolerate=tolerate)]))
    assert found.outcome == outcome
    assert lines(found)[0] == gathered


def test_fractions_are_exact_decimals() -> None:
    assert [tolerated(0.1, 10), tolerated(0.29, 100), tolerated(0.1, 9), tolerated(3, 1), tolerated(1.0, 7)] == [
        1, 29, 0, 3, 7,
    ]  # fmt: skip


def test_each_task_of_a_loop_has_its_own_tolerance(go: Run) -> None:
    def fails(name: str, at: int) -> Task:
        return Task(name, Python("work:fail_if", lambda v: call(v.item("x") == at)), "any", **X)

    found = go(Flow("f", [fails("a", 0), fails("b", 1)], loops=[Loop("x", lambda v: [0, 1], tolerate=1)]))
    assert found.outcome == "succeeded"


def test_a_skipped_element_is_null(go: Run) -> None:
    odd = Decision("odd", [lambda v: v.item("x") % 2 == 1], scope=[InLoop("x")])
    inner = of("t", lambda v: v.item("x"), scope=[InLoop("x"), InArm("odd", 0)])
    found = go(Flow("f", [inner, GATHER], loops=[Loop("x", lambda v: [1, 2, 3])], decisions=[odd]))
    assert lines(found)[:3] == ["g succeeded 1 [1,null,3]", "t[0] succeeded 1 1", "t[1] skipped 0"]


def test_all_elements_skipped_is_no_skip(go: Run) -> None:
    never = Decision("never", [lambda v: False], scope=[InLoop("x")])
    inner = ok("t", 1, scope=[InLoop("x"), InArm("never", 0)])
    found = go(Flow("f", [inner, GATHER], loops=[Loop("x", lambda v: [1])], decisions=[never]))
    assert lines(found)[0] == "g succeeded 1 [null]"


# ------------------------------------------------------------------ loops that are not entered


NO = Decision("no", [lambda v: False])


def unentered(loop: Loop, *more: Task, decisions: list[Decision] | None = None) -> Flow:
    scope = [*loop.scope, InLoop("x")]
    inner = of("t", lambda v: v.item("x"), scope=scope)
    second = of("u", lambda v: v.value("t"), [Requires("t")], scope=scope)
    return Flow("f", [inner, second, GATHER, *more], loops=[loop], decisions=decisions or [])


def test_a_list_that_failed(go: Run) -> None:
    found = go(unentered(Loop("x", lambda v: v.value("xs"), needs=[Requires("xs")]), bad("xs")))
    assert lines(found) == ["g blocked 0", "t blocked 0", "u blocked 0", "xs failed 1", "run failed"]


def test_a_list_that_cannot_be_computed(go: Run) -> None:
    found = go(unentered(Loop("x", lambda v: 1 / 0)))
    assert lines(found) == ["g blocked 0", "t blocked 0", "u blocked 0", "run failed"]


def test_what_is_no_list(go: Run) -> None:
    assert lines(go(unentered(Loop("x", lambda v: "text"))))[1] == "t blocked 0"


def test_a_list_that_is_null_or_was_skipped(go: Run) -> None:
    assert lines(go(unentered(Loop("x", lambda v: None)))) == [
        "g skipped 0",
        "t skipped 0",
        "u skipped 0",
        "run succeeded",
    ]
    loop = Loop("x", lambda v: v.value("xs"), needs=[Requires("xs")])
    found = go(unentered(loop, ok("xs", [1], scope=[InArm("no", 0)]), decisions=[NO]))
    assert lines(found) == ["g skipped 0", "t skipped 0", "u skipped 0", "xs skipped 0", "run succeeded"]


def test_an_arm_that_was_not_chosen(go: Run) -> None:
    loop = Loop("x", lambda v: [1, 2], scope=[InArm("no", 0)])
    found = go(unentered(loop, of("d", lambda v: v.value("t"), [Accepts("t")]), decisions=[NO]))
    assert lines(found) == ["d succeeded 1 null", "g skipped 0", "t skipped 0", "u skipped 0", "run succeeded"]


def test_a_list_in_the_source_stands_by_its_indexes_all_the_same(go: Run) -> None:
    loop = Loop("x", lambda v: [1, 2], scope=[InArm("no", 0)], is_static=True)
    found = go(unentered(loop, decisions=[NO]))
    outcomes = ["g skipped 0", "t[0] skipped 0", "t[1] skipped 0", "u[0] skipped 0", "u[1] skipped 0"]
    assert lines(found) == [*outcomes, "run succeeded"]


def test_in_a_loop_that_is_not_entered_a_failed_upstream_blocks(go: Run) -> None:
    loop = Loop("x", lambda v: None)
    inner = [ok("t", 1, [Requires("bad")], **X), ok("u", 1, **X)]
    found = go(Flow("f", [bad("bad"), *inner, ok("g", 1, [Requires("t")])], loops=[loop]))
    assert lines(found) == ["bad failed 1", "g blocked 0", "t blocked 0", "u skipped 0", "run failed"]


# ------------------------------------------------------------------ nested loops


def nested(outer: Loop, inner: Loop, *more: Task) -> Flow:
    deep = Task("t", Python("work:fail_if", lambda v: call(v.item("y") < 0, v.item("y"))), "any", **DEEP)
    return Flow("f", [deep, *more], loops=[outer, inner])


DEEP: Any = {"scope": [InLoop("x"), InLoop("y")]}
ROWS = Loop("x", lambda v: [[1, 2], [], [3]])
CELLS = Loop("y", lambda v: v.item("x"), scope=[InLoop("x")])
ROW = of("r", lambda v: v.value("t"), [Requires("t")], **X)


def test_nested_loops_are_indexed_by_every_level(go: Run) -> None:
    found = go(nested(ROWS, CELLS, ROW, GATHER))
    assert lines(found) == [
        "g succeeded 1 [[1,2],[],[3]]",
        "r[0] succeeded 1 [1,2]",
        "r[1] succeeded 1 []",
        "r[2] succeeded 1 [3]",
        "t[0,0] succeeded 1 1",
        "t[0,1] succeeded 1 2",
        "t[2,0] succeeded 1 3",
        "run succeeded",
    ]


def test_an_inner_loop_that_is_not_entered_stands_at_its_level(go: Run) -> None:
    found = go(nested(Loop("x", lambda v: [[1], None]), CELLS, ROW, GATHER))
    assert lines(found) == [
        "g succeeded 1 [[1],null]",
        "r[0] succeeded 1 [1]",
        "r[1] skipped 0",
        "t[0,0] succeeded 1 1",
        "t[1] skipped 0",
        "run succeeded",
    ]


def test_an_outer_loop_that_is_not_entered_leaves_out_the_inner(go: Run) -> None:
    static = Loop("y", lambda v: [1, 2], scope=[InLoop("x")], is_static=True)
    found = go(nested(Loop("x", lambda v: None), static, ROW, GATHER))
    assert lines(found) == ["g skipped 0", "r skipped 0", "t skipped 0", "run succeeded"]


def test_static_loops_nest(go: Run) -> None:
    outer = Loop("x", lambda v: [1, 2], is_static=True)
    inner = Loop("y", lambda v: [v.item("x"), 5], scope=[InLoop("x")], is_static=True)
    found = go(nested(outer, inner, ROW, GATHER))
    assert lines(found)[0] == "g succeeded 1 [[1,5],[2,5]]"
    assert len(lines(found)) == 8


def test_an_inner_excess_is_one_failed_element_of_the_outer(go: Run) -> None:
    rows = Loop("x", lambda v: [[-1, -1], [1], [2]], tolerate=1)
    found = go(nested(rows, CELLS, GATHER))
    assert lines(found)[0] == "g succeeded 1 [[1],[2]]"
    assert found.outcome == "succeeded"
    rows = Loop("x", lambda v: [[-1], [-1], [2]], tolerate=1)
    assert go(nested(rows, CELLS, GATHER)).outcome == "failed"


def test_an_inner_tolerance_covers_inside(go: Run) -> None:
    cells = Loop("y", lambda v: v.item("x"), scope=[InLoop("x")], tolerate=1)
    found = go(nested(Loop("x", lambda v: [[-1, 4], [1]]), cells, GATHER))
    assert lines(found)[0] == "g succeeded 1 [[4],[1]]"


def test_an_upstream_outside_is_one_for_all(go: Run) -> None:
    reader = of("u", lambda v: v.value("n") + v.item("x"), [Requires("n")], **X)
    found = go(ok("n", 7), reader, loops=[Loop("x", lambda v: [1, 2])])
    assert lines(found) == ["n succeeded 1 7", "u[0] succeeded 1 8", "u[1] succeeded 1 9", "run succeeded"]


def test_a_group_in_a_loop_meets_on_the_element(go: Run) -> None:
    fails = Task("t", Python("work:fail_if", lambda v: call(v.item("x") == 1)), "any", **X)
    flow = Flow(
        "f",
        [
            fails,
            ok("z", 1, [Requires(group("g"))], **X),
            ok("e", 1, [AnyFailed(group("g"))]),
            ok("d", 1, [Awaits("z")]),
        ],
        loops=[Loop("x", lambda v: [0, 1])],
        groups=[Group("g", ["t"], scope=[InLoop("x")])],
    )
    assert lines(go(flow)) == [
        "d succeeded 1 1",
        "e succeeded 1 1",
        "t[0] succeeded 1 null",
        "t[1] failed 1",
        "z[0] succeeded 1 1",
        "z[1] blocked 0",
        "run failed",
    ]


def test_a_fallback_in_a_loop_bears_the_index(go: Run) -> None:
    fails = Task("t", Python("work:fail_if", lambda v: call(v.item("x") == 1, 0)), "any", fallback="f", **X)
    found = go(
        Flow("w", [fails, of("f", lambda v: v.item("x") * 100, **X), GATHER], loops=[Loop("x", lambda v: [0, 1])])
    )
    assert lines(found) == [
        "f[1] succeeded 1 100",
        "g succeeded 1 [0,100]",
        "t[0] succeeded 1 0",
        "t[1] recovered 1 100",
        "run succeeded",
    ]


# ------------------------------------------------------------------ limits


def most_at_once(path: Path) -> int:
    """How many attempts ran at once, from the journal's order of starts and ends."""
    running = most = 0
    for record in read(path / "journal"):
        running += record["event"] == "start"
        running -= record["event"] == "end"
        most = max(most, running)
    return most


@pytest.mark.parametrize(("limit", "jobs", "most"), [(None, 4, 4), (2, 4, 2), (1, 4, 1), (8, 3, 3)])
def test_no_more_than_the_limit_run_at_once(go: Run, limit: int | None, jobs: int, most: int) -> None:
    naps = Task("t", Python("work:nap", lambda v: call(0.02)), **X)
    found = go(Flow("f", [naps], loops=[Loop("x", lambda v: [0] * 6, limit=limit)]), executor="processes", jobs=jobs)
    assert most_at_once(found.folder) == most
    assert len(normal(read(found.folder / "journal"))) == 7


def test_a_limit_counts_over_the_whole_run(go: Run) -> None:
    naps = Task("t", Python("work:nap", lambda v: call(0.02)), **DEEP)
    cells = Loop("y", lambda v: [0, 0], scope=[InLoop("x")], limit=1)
    found = go(Flow("f", [naps], loops=[Loop("x", lambda v: [0, 0]), cells]), executor="processes", jobs=4)
    assert most_at_once(found.folder) == 1
