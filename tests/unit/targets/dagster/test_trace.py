"""Dagster's event log as the normal trace."""

from __future__ import annotations

from typing import Any

import pytest

from flowc_targets.dagster.model import Traced, TracedFlow
from flowc_targets.dagster.trace import spans, trace
from flowc_targets.engines.stories import TraceError


def event(kind: str, step: str, time: float = 0.0, **metadata: str) -> dict[str, Any]:
    return {"type": f"STEP_{kind}", "step": step, "output": None, "key": None, "metadata": metadata, "time": time}


def run(*events: dict[str, Any], state: str = "SUCCESS", **values: object) -> dict[str, Any]:
    kept = [{"step": step, "output": "result", "value": value} for step, value in values.items()]
    return {"run_id": "r", "state": state, "became": None, "events": list(events), "values": kept}


def told(found: dict[str, Any], *tasks: Traced, is_plain: bool = True) -> list[str]:
    return [" ".join(line.split()) for line in trace(found, TracedFlow("f", tasks, is_plain))]


def test_events_are_outcomes_and_what_has_none_is_blocked() -> None:
    events = [event("START", "a"), event("SUCCESS", "a"), event("START", "b"), event("FAILURE", "b")]
    found = run(*events, event("SKIPPED", "c"), state="FAILURE", a=3)
    tasks = [Traced(name, name, "int") for name in "abcd"]
    assert told(found, *tasks) == ["a succeeded 1 3", "b failed 1", "c skipped 0", "d blocked 0", "run failed"]


def test_attempts_are_starts_and_restarts() -> None:
    kinds = ("START", "UP_FOR_RETRY", "RESTARTED", "SUCCESS")
    found = run(*(event(kind, "a", number) for number, kind in enumerate(kinds)))
    assert told(found, Traced("a", "a")) == ["a succeeded 2", "run succeeded"]
    assert [
        (span.attempt, span.start, span.end) for span in spans(found, TracedFlow("f", (Traced("a", "a"),), True))
    ] == [
        (1, 0, 1),
        (2, 2, 3),
    ]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [("failed", "a failed 1"), ("skipped", "a skipped 0"), ("blocked", "a blocked 0"), ("absent", None)],
)
def test_an_outcome_stands_on_the_output(outcome: str, line: str | None) -> None:
    found = run(event("START", "a"), event("OUTPUT", "a", outcome=outcome), event("SUCCESS", "a"))
    assert told(found, Traced("a", "a", "int"), is_plain=False) == [*([line] if line else []), "run succeeded"]


def test_a_check_that_says_skip_was_tried() -> None:
    found = run(event("START", "a"), event("OUTPUT", "a", outcome="skipped", by="itself"), event("SUCCESS", "a"))
    assert told(found, Traced("check x > 0", "a"), is_plain=False) == ["check x > 0 skipped 1", "run succeeded"]


def test_a_fallback_saves_by_its_result() -> None:
    events = [event("START", "a"), event("OUTPUT", "a", outcome="failed"), event("SUCCESS", "a")]
    events += [event("START", "r"), event("OUTPUT", "r", outcome="recovered"), event("SUCCESS", "r")]
    assert told(run(*events, r=7), Traced("a", "a", "int", result="r"), is_plain=False) == [
        "a recovered 1 7",
        "run succeeded",
    ]


def test_instances_have_the_index_of_their_keys() -> None:
    events = [each for key in ("1_0", "0_2") for each in (event("START", f"a[{key}]"), event("SUCCESS", f"a[{key}]"))]
    assert told(run(*events), Traced("a", "a")) == ["a[0,2] succeeded 1", "a[1,0] succeeded 1", "run succeeded"]


def test_a_loop_that_was_not_entered_stands_once_or_by_its_length() -> None:
    task = Traced("a", "a", list="for_x")
    assert told(run(event("SKIPPED", "for_x")), task) == ["a skipped 0", "run succeeded"]
    assert told(run(state="FAILURE"), Traced("a", "a", list="for_x", length=2)) == [
        "a[0] blocked 0",
        "a[1] blocked 0",
        "run failed",
    ]


def test_an_empty_loop_has_no_instances() -> None:
    found = run(event("START", "for_x"), event("SUCCESS", "for_x"))
    assert told(found, Traced("a", "a", list="for_x")) == ["run succeeded"]


def test_a_step_that_never_ended_is_no_trace() -> None:
    with pytest.raises(TraceError, match="a has not ended"):
        told(run(event("START", "a")), Traced("a", "a"))


def test_an_attempt_that_found_that_the_run_has_to_end_has_not_begun() -> None:
    kinds = ("START", "UP_FOR_RETRY", "RESTARTED")
    events = [event(kind, "a") for kind in kinds]
    found = run(*events, event("OUTPUT", "a", outcome="failed", by="itself"), event("SUCCESS", "a"), state="FAILURE")
    assert told(found | {"became": "cancelled"}, Traced("a", "a"), is_plain=False) == ["a failed 1", "run cancelled"]


def test_a_run_that_was_dropped_has_no_trace() -> None:
    events = [event("START", "a"), event("OUTPUT", "a", outcome="skipped"), event("SUCCESS", "a")]
    assert told(run(*events) | {"became": "dropped"}, Traced("a", "a"), is_plain=False) == []
