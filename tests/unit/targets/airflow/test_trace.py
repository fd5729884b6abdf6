"""Airflow's records as the normal trace."""

import json
from typing import Any

import pytest

from flowc_targets.airflow.model import Traced, TracedFlow, Value
from flowc_targets.airflow.trace import spans, trace
from flowc_targets.engines.stories import TraceError


def row(task_id: str, state: str | None, attempts: int = 0, map_index: int = -1) -> dict[str, Any]:
    times = {"state": state, "start": "2024-01-01T00:00:00+00:00", "end": "2024-01-01T00:00:01+00:00"}
    tries = [{"try_number": n + 1, **times} for n in range(attempts)]
    return {"task_id": task_id, "map_index": map_index, "state": state, "attempts": tries}


def xcom(task_id: str, value: object, map_index: int = -1, key: str = "return_value") -> dict[str, Any]:
    return {"task_id": task_id, "map_index": map_index, "key": key, "value": json.dumps(value)}


def record(rows: list[dict[str, Any]], values: list[dict[str, Any]], state: str = "success") -> dict[str, Any]:
    return {"run_id": "r", "state": state, "instances": rows, "values": values}


def told(run: dict[str, Any], *tasks: Traced, runs: tuple[dict[str, Any], ...] = ()) -> list[str]:
    return [" ".join(line.split()) for line in trace(run, TracedFlow("f", tasks), runs)]


def test_states_are_outcomes() -> None:
    states = {"a": "success", "b": "failed", "c": "skipped", "d": "upstream_failed"}
    run = record([row(name, state, name in "ab") for name, state in states.items()], [xcom("a", 3)], "failed")
    tasks = [Traced(name, name, Value("int")) for name in states]
    assert told(run, *tasks) == ["a succeeded 1 3", "b failed 1", "c skipped 0", "d blocked 0", "run failed"]


def test_values_stand_as_their_types_say() -> None:
    run = record([row("d", "success", 1), row("n", "success", 1)], [xcom("d", "2024-01-31")])
    tasks = [Traced("d", "d", Value("date")), Traced("n", "n", Value("str?"))]
    assert told(run, *tasks) == ["d succeeded 1 2024-01-31", "n succeeded 1 null", "run succeeded"]


def test_a_fallback_exists_where_its_task_has_failed() -> None:
    tasks = [Traced("t", "t", Value("int"), result="t_or_f"), Traced("f", "f", Value("int"), saves="t")]
    saved = record(
        [row("t", "failed", 2), row("f", "success", 1), row("t_or_f", "success", 1)],
        [xcom("f", 7), xcom("t_or_f", 7)],
    )
    assert told(saved, *tasks) == ["f succeeded 1 7", "t recovered 2 7", "run succeeded"]
    spared = record([row("t", "success", 1), row("f", "skipped"), row("t_or_f", "success", 1)], [xcom("t", 1)])
    assert told(spared, *tasks) == ["t succeeded 1 1", "run succeeded"]


def test_handlers_are_there_where_they_were_due() -> None:
    handler = Traced("page", "page", due="on_failure")
    run = record([row("page", "skipped"), row("on_failure", "skipped", 1)], [])
    assert told(run, handler) == ["run succeeded"]
    run = record([row("page", "success", 1), row("on_failure", "success", 1)], [], "failed")
    assert told(run, handler) == ["page succeeded 1", "run failed"]


@pytest.mark.parametrize(
    ("state", "values", "lines"),
    [
        ("success", [xcom("xs", [])], ["run succeeded"]),
        ("failed", [], ["a blocked 0", "run succeeded"]),
        ("skipped", [], ["a skipped 0", "run succeeded"]),
    ],
)
def test_an_empty_list_is_not_a_loop_that_was_not_entered(
    state: str, values: list[dict[str, Any]], lines: list[str]
) -> None:
    own = "upstream_failed" if state == "failed" else "skipped"
    run = record([row("xs", state, 1), row("a", own)], values)
    assert told(run, Traced("a", "a", loops=("for_x",), over="xs")) == lines


def test_indexes_of_nested_loops_are_in_their_list() -> None:
    elements = [{"index": [0, 1]}, {"index": [1], "not_entered": "failed"}]
    rows = [row("flowc_all_m", "success", 1), row("a", "success", 1, 0), row("a", "upstream_failed", 0, 1)]
    run = record(rows, [xcom("flowc_all_m", elements)])
    task = Traced("a", "a", loops=("for_n", "for_m"), over="flowc_all_m", is_flattened=True)
    assert told(run, task) == ["a[0,1] succeeded 1", "a[1] blocked 0", "run succeeded"]


def test_one_record_may_stand_for_every_element() -> None:
    blocked = [row("xs", "success", 1), row("a", "upstream_failed")]
    run = record(blocked, [xcom("xs", ["p", "q"])])
    assert told(run, Traced("a", "a", loops=("for_x",), over="xs")) == [
        "a[0] blocked 0",
        "a[1] blocked 0",
        "run succeeded",
    ]


def test_the_value_of_a_flow_that_was_run_is_what_it_returned() -> None:
    run = record([row("s", "success", 1)], [xcom("s", "child", key="trigger_run_id")])
    child = {"run_id": "child", "values": [xcom("flowc_returns", 5)]}
    task = Traced("s", "s", Value("int", "flowc_returns"))
    assert told(run, task, runs=(run, child)) == ["s succeeded 1 5", "run succeeded"]


def test_an_instance_that_never_ended_is_told() -> None:
    with pytest.raises(TraceError, match="a.* is None"):
        told(record([row("a", None)], []), Traced("a", "a"))


def test_attempts_have_their_times() -> None:
    (first, second) = spans(record([row("a", "success", 2)], []), TracedFlow("f", (Traced("a", "a"),)))
    assert (first.attempt, second.attempt, first.end - first.start) == (1, 2, 1.0)


def test_an_attempt_that_found_that_the_run_has_to_end_has_not_begun() -> None:
    rows = [row("a", "failed", 2), row("b", "failed", 1), row("flowc_cancelled", "success", 1)]
    idle = [xcom(name, True, key="not_begun") for name in "ab"]
    found = told(record(rows, idle, "failed"), Traced("a", "a"), Traced("b", "b"))
    assert found == ["a failed 1", "b blocked 0", "run cancelled"]


def test_a_run_that_was_dropped_has_no_trace() -> None:
    rows = [row("flowc_turn", "success", 1), row("a", "skipped")]
    assert told(record(rows, []), Traced("a", "a")) == []
    assert told(record(rows, [xcom("flowc_turn", True)]), Traced("a", "a")) == ["a skipped 0", "run succeeded"]
