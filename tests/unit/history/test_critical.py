"""The critical path: back from what ended last, each time to what was waited for last."""

from __future__ import annotations

from typing import Any

from flowc.history.critical import critical_path

NEEDS = {"load": [], "clean": ["load"], "score": ["clean"], "report": ["load", "score"], "alone": [], "bye": []}


def ran(task: str, *attempts: tuple[float, float], index: tuple[int, ...] = ()) -> dict[str, Any]:
    spans = [{"number": number, "start": start, "end": end} for number, (start, end) in enumerate(attempts, 1)]
    return {"task": task, "index": list(index), "label": task + str(list(index) or ""), "attempts": spans}


def path(instances: list[dict[str, Any]], began: float = 0) -> list[tuple[str, float, float]]:
    steps = critical_path(instances, NEEDS, {"bye"}, began)
    return [(step.instance["label"], round(step.waited, 6), round(step.took, 6)) for step in steps]


def test_it_goes_back_from_what_ended_last() -> None:
    found = [
        ran("load", (1, 3)),
        ran("alone", (0, 4)),
        ran("clean", (3.5, 5)),
        ran("score", (5, 6)),
        ran("report", (7, 9)),
    ]
    assert path(found) == [("load", 1, 2), ("clean", 0.5, 1.5), ("score", 0, 1), ("report", 1, 2)]


def test_the_pauses_between_attempts_are_its_own_time() -> None:
    assert path([ran("load", (1, 2), (5, 6)), ran("clean", (6, 7))]) == [("load", 1, 5), ("clean", 0, 1)]


def test_of_a_loop_it_is_the_element_that_ended_last() -> None:
    found = [ran("clean", (0, 1), index=(0,)), ran("clean", (1, 4), index=(1,)), ran("score", (4, 5))]
    assert path(found) == [("clean[1]", 1, 3), ("score", 0, 1)]


def test_a_handler_waits_for_all_that_is_none() -> None:
    assert path([ran("load", (0, 1)), ran("alone", (0, 3)), ran("bye", (3, 4))]) == [("alone", 0, 3), ("bye", 0, 1)]


def test_what_had_no_attempt_or_goes_on_is_not_on_it() -> None:
    found = [
        ran("load", (0, 1)),
        ran("clean"),
        {**ran("alone", (0, 9)), "attempts": [{"number": 1, "start": 0, "end": None}]},
    ]
    assert path(found) == [("load", 0, 1)]
    assert path([]) == []
