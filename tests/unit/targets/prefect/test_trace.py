"""What Prefect's records are in the normal trace."""

import pytest

from flowc.runtime.facts import Span
from flowc_targets.engines.stories import TraceError
from flowc_targets.prefect.model import Traced, TracedFlow
from flowc_targets.prefect.trace import spans, trace

FLOW = TracedFlow(
    "flows.f:f", (Traced("a", "a", "int"), Traced("b", "b", "int", saves="a"), Traced("check n > [1]", "c"))
)


def told(*rows: tuple[str, str, str, int, str | None], run: str = "FAILED", message: str = "") -> list[str]:
    tasks = [
        {**dict(zip(("name", "type", "state", "attempts", "value"), row, strict=True)), "message": message}
        for row in rows
    ]
    return [" ".join(line.split()) for line in trace({"type": run, "tasks": tasks}, FLOW)]


def test_states_are_outcomes() -> None:
    assert told(
        ("a[10]", "COMPLETED", "Completed", 2, "7"),
        ("a[2]", "FAILED", "Failed", 3, None),
        ("a[0]", "COMPLETED", "Skipped", 0, None),
        ("a[1]", "FAILED", "UpstreamFailed", 0, None),
        ("a[3]", "PENDING", "NotReady", 0, None),
        ("c", "CRASHED", "Crashed", 1, None),
    ) == [
        "a[0] skipped 0",
        "a[1] blocked 0",
        "a[2] failed 3",
        "a[3] blocked 0",
        "a[10] succeeded 2 7",
        "check n > [1] failed 1",
        "run failed",
    ]


def test_a_fallback_saves_the_element_that_it_stands_at() -> None:
    assert told(
        ("a[0]", "FAILED", "Failed", 1, None),
        ("a[1]", "FAILED", "Failed", 1, None),
        ("b[0]", "COMPLETED", "Completed", 1, "5"),
        ("b[1]", "FAILED", "Failed", 1, None),
    ) == ["a[0] recovered 1 5", "a[1] failed 1", "b[0] succeeded 1 5", "b[1] failed 1", "run failed"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("a", "RUNNING", "Running", 1, None), "has not ended"),
        (("x", "COMPLETED", "Completed", 1, None), "nobody knows"),
    ],
)
def test_what_is_not_whole_is_no_trace(row: tuple[str, str, str, int, str | None], said: str) -> None:
    with pytest.raises(TraceError, match=said):
        told(row)


def test_an_attempt_that_found_that_the_run_has_to_end_has_not_begun() -> None:
    said = "Task run encountered an exception NotBegun: cancelled"
    assert told(("a", "FAILED", "Failed", 2, None), run="CANCELLED", message=said) == ["a failed 1", "run cancelled"]
    assert told(("a", "FAILED", "Failed", 1, None), run="CANCELLED", message=said) == ["a blocked 0", "run cancelled"]


def test_a_run_that_was_dropped_has_no_trace() -> None:
    assert told(run="CANCELLED") == []


def test_attempts_that_wait_for_a_pool_are_no_witness_of_it_but_of_all_else() -> None:
    flow = TracedFlow("flows.f:f", (Traced("a", "a"), Traced("b", "b", waits=True)))
    tasks = [{"name": name, "spans": [(1.0, 2.0), (4.0, 5.0)]} for name in ("a", "b")]
    assert spans({"tasks": tasks}, flow) == [
        Span("a", (), 1, 1.0, 2.0),
        Span("a", (), 2, 4.0, 5.0),
        Span("b", (), 1, 1.0, 2.0, waits=True),
        Span("b", (), 2, 4.0, 5.0, waits=True),
    ]
