"""What runs ask people: told over the API, answered there or with `flowc runs approve`, and at once gone on with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from typing import Any

import pytest

from tests.serve.serving import Served, effects, project

pytestmark = pytest.mark.slow
FLOWS = """
flow release(what: str) {
  task ask = wait approval("Release #{what}?", by: ["ann", "bob"]) poll 200ms
  task out = python work:note("out", what) after ask
}
flow each {
  for x in ["a", "b"] {
    task ask = wait approval("#{x}?") poll 200ms
  }
}
flow above {
  task all = run release("below")
}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    with Served(project(tmp_path_factory.mktemp("questions"), FLOWS)) as server:
        yield server


def start(served: Served, flow: str, **params: Any) -> str:
    return served.ask(f"/api/flows/{flow}/runs", {"params": params})[1]["id"]


def asked(served: Served, run: str, count: int = 1) -> list[Any]:
    found = served.until(f"/api/runs/{run}", lambda found: len(found.get("questions", ())) == count)
    return found["questions"]


def said(served: Served, run: str, *, yes: bool = True, by: str = "ann", **more: Any) -> tuple[int, Any]:
    return served.ask(f"/api/runs/{run}/answers", {"task": "ask", "yes": yes, "by": by, **more})


def test_a_yes_goes_on(served: Served) -> None:
    run = start(served, "release", what="one")
    (question,) = asked(served, run)
    assert question == {
        "run": run, "flow": "release", "task": "ask", "index": [], "text": "Release one?", "by": ["ann", "bob"]
    }  # fmt: skip
    assert question in served.ask("/api/questions")[1]
    assert said(served, run, by="eve") == (422, {"detail": "ask asks ann, bob, and not eve"})
    assert said(served, run)[0] == 202
    assert served.ended(run)["run"]["state"] == "succeeded"
    assert "out one" in effects(served.folder)
    assert served.ask("/api/questions")[1] == []
    assert said(served, run) == (409, {"detail": f"run {run} asks nothing of that name"})


def test_a_no_fails(served: Served) -> None:
    run = start(served, "release", what="two")
    asked(served, run)
    assert said(served, run, yes=False, by="bob")[0] == 202
    found = served.ended(run)
    assert (found["run"]["state"], found["instances"][0]["message"]) == ("failed", "refused by bob")
    assert "out two" not in effects(served.folder)


def test_elements_are_asked_each(served: Served) -> None:
    run = start(served, "each")
    assert [question["index"] for question in asked(served, run, 2)] == [[0], [1]]
    assert said(served, run)[0] == 409
    assert [said(served, run, index=[number])[0] for number in (0, 1)] == [202, 202]
    assert served.ended(run)["run"]["state"] == "succeeded"


def test_a_run_that_another_one_has_started_asks_too_and_is_answered_on_the_machine(served: Served) -> None:
    run = start(served, "above")
    (question,) = served.until("/api/questions", lambda found: len(found) == 1)
    assert (question["flow"], question["text"]) == ("release", "Release below?")
    approve = [sys.executable, "-m", "flowc", "runs", "--in", "p.flow", "approve", question["run"], "--as"]
    wrong, right = (
        subprocess.run([*approve, name], cwd=served.folder, capture_output=True, text=True, check=False)
        for name in ("eve", "bob")
    )
    assert (wrong.returncode, wrong.stderr) == (1, "Error: ask asks ann, bob, and not eve\n")
    assert (right.returncode, right.stdout) == (0, "yes to ask: Release below?\n")
    assert served.ended(run)["run"]["state"] == "succeeded"


def test_what_is_no_answer_is_refused(served: Served) -> None:
    run = start(served, "release", what="three")
    asked(served, run)
    for body in ({}, {"task": "ask", "yes": True, "by": ""}, {"task": "ask", "yes": "perhaps", "by": "ann"}):
        assert served.ask(f"/api/runs/{run}/answers", body)[0] == 422
    assert said(served, "20240101-000000-abcdef")[0] == 404
    assert served.ask(f"/api/runs/{run}/cancel", {})[0] == 202
    assert served.ended(run)["run"]["state"] == "cancelled"
    assert said(served, run)[0] == 409
