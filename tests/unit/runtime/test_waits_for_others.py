"""Waits for what other runs write, and for what people say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime import api
from flowc.runtime.actions import WaitApproval, WaitAsset
from flowc.runtime.approvals import Answer, Question, answer, answer_one, open_questions, take
from flowc.runtime.errors import UsageError
from flowc.runtime.journal import read
from flowc.runtime.model import Facts, Flow, Requires, Retry, Task
from flowc.runtime.triggers import Windows
from flowc.runtime.written import Write, note
from tests.unit.runtime.conftest import Run, bad, lines, ok

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
SOON = timedelta(milliseconds=50)
BRIEFLY = timedelta(seconds=0.4)
READY = Task("ready", WaitAsset("sales", poll=SOON), timeout=BRIEFLY)


def writes(asset: str) -> dict[str, Any]:
    return {"facts": Facts(writes=[asset])}


# ------------------------------------------------------------------ assets


@pytest.mark.parametrize(("minutes", "outcome"), [(-1, "failed"), (0, "succeeded"), (1, "succeeded")])
def test_what_was_written_since_the_runs_instant_counts(go: Run, tmp_path: Path, minutes: int, outcome: str) -> None:
    note(tmp_path / ".flowc", "sales", Write(NOON + minutes * timedelta(minutes=1), "other", "t"))
    assert lines(go(READY, at=NOON))[0] == f"ready {outcome} 1"


def test_a_run_that_is_for_later_counts_from_its_start(go: Run, tmp_path: Path) -> None:
    note(tmp_path / ".flowc", "sales", Write(datetime.now(UTC) + timedelta(seconds=1), "other", "t"))
    assert lines(go(READY, at=datetime.now(UTC) + timedelta(days=9)))[0] == "ready succeeded 1"


def test_the_run_itself_may_write_it(go: Run) -> None:
    write = ok("write", 1, **writes("sales"))
    assert lines(go(Task("ready", WaitAsset("sales", poll=SOON)), write))[:1] == ["ready succeeded 1"]


def test_what_failed_or_was_saved_has_written_nothing(go: Run) -> None:
    tasks = [bad("write", fallback="instead", **writes("sales")), ok("instead"), READY]
    assert lines(go(*tasks))[1:] == ["ready failed 1", "write recovered 1 null", "run failed"]


@pytest.mark.parametrize(("partition", "outcome"), [("2024-03-01", "succeeded"), ("2024-03-02", "failed")])
def test_a_window_counts_whenever_it_was_written(go: Run, tmp_path: Path, partition: str, outcome: str) -> None:
    note(tmp_path / ".flowc", "sales", Write(NOON - timedelta(days=99), "other", "t", "2024-03-01"))
    task = Task("ready", WaitAsset("sales", by_partition=True, poll=SOON), timeout=BRIEFLY)
    flow = Flow("f", [task], partition=Windows("day", start=date(2024, 1, 1)))
    found = api.run(flow, partition=partition, root=tmp_path, executor="inline", sync=False)
    assert lines(found)[0] == f"ready {outcome} 1"


# ------------------------------------------------------------------ people


def answering(folder: Path, *said: Answer) -> Callable[[Any], None]:
    """A listener who answers each question as it comes, by the first answers first."""
    left = list(said)

    def hear(event: Any) -> None:
        if event["event"] == "ask" and left:
            run = folder / ".flowc" / "runs" / event["run"]
            threading.Timer(0.3, answer_one, (run, None, left.pop(0))).start()

    return hear


def asking(**more: Any) -> Task:
    return Task("ask", WaitApproval(lambda v: f"Go on, {v.params['who']}?", poll=SOON, **more.pop("asked", {})), **more)


def flow(*tasks: Task) -> Flow:
    from flowc.runtime.model import Param

    return Flow("f", [*tasks, ok("next", 1, [Requires("ask")])], [Param("who", "str", "ann")])


@pytest.mark.parametrize(
    ("is_yes", "trace", "error"),
    [
        (True, ["ask succeeded 1", "next succeeded 1 1", "run succeeded"], None),
        (False, ["ask failed 1", "next blocked 0", "run failed"], "refused by ann"),
    ],
)
def test_yes_goes_on_and_no_fails(go: Run, tmp_path: Path, is_yes: bool, trace: list[str], error: str | None) -> None:
    found = go(flow(asking()), listener=answering(tmp_path, Answer(is_yes, "ann")))
    assert (lines(found), found.error) == (trace, error)
    (asked,) = [record for record in read(found.folder / "journal") if record["event"] == "ask"]
    assert (asked["task"], asked["text"], asked["by"]) == ("ask", "Go on, ann?", [])


def test_a_retry_asks_again_and_can_be_told_not_to(go: Run, tmp_path: Path) -> None:
    no_then_yes = (Answer(False, "ann"), Answer(True, "ann"))
    again = go(flow(asking(retry=Retry(1))), listener=answering(tmp_path, *no_then_yes))
    assert lines(again)[0] == "ask succeeded 2"
    never = go(flow(asking(retry=Retry(1, never=["Refused"]))), listener=answering(tmp_path, Answer(False, "ann")))
    assert lines(never)[0] == "ask failed 1"


def test_nobody_answers(go: Run) -> None:
    found = go(flow(asking(timeout=BRIEFLY)))
    assert (lines(found)[0], found.error) == ("ask failed 1", "timeout")
    assert open_questions(read(found.folder / "journal")) == []
    with pytest.raises(UsageError, match="does not ask for anything"):
        answer_one(found.folder, None, Answer(True, "ann"))


def test_who_is_not_asked_has_no_say_and_the_first_answer_counts(tmp_path: Path) -> None:
    question = Question("ask", (2,), "Go?", ("ann", "bob"))
    with pytest.raises(UsageError, match=r"ask\[2\] asks ann, bob, and not eve"):
        answer(tmp_path, question, Answer(True, "eve"))
    answer(tmp_path, question, Answer(False, "bob"))
    with pytest.raises(UsageError, match="was answered already"):
        answer(tmp_path, question, Answer(True, "ann"))
    assert take(tmp_path, "ask[2]") == Answer(False, "bob")
    assert take(tmp_path, "ask[2]") is None


def test_what_is_open_is_told_by_the_journal() -> None:
    asks = [{"event": "ask", "task": "a", "index": [n], "text": f"{n}?", "by": ["ann"]} for n in (0, 1)]
    failed = {"event": "failure", "task": "a", "index": [0]}
    assert open_questions([*asks, failed]) == [Question("a", (1,), "1?", ("ann",))]
    assert open_questions([*asks, failed, asks[0]]) == [
        Question("a", (1,), "1?", ("ann",)),
        Question("a", (0,), "0?", ("ann",)),
    ]
    assert open_questions([*asks, {"event": "resume"}]) == []
    assert open_questions([*asks, {"event": "finish"}]) == []
