"""Scripts as children of the runner: what they write, what they leave behind, and what their end says."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from flowc.runtime import processes, scripts
from flowc.runtime.actions import Shell
from flowc.runtime.model import Task
from tests.unit.runtime.conftest import Run, lines, sleepers


@pytest.fixture(autouse=True, params=["children", "workers"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways, where there are two: what a user sees is the same."""
    if request.param == "children" and not scripts.CAN:
        pytest.skip("this system does not tell of a child's end by a descriptor")
    monkeypatch.setattr(scripts, "CAN", request.param == "children")


def log(folder: Path, name: str = "a.1.log") -> str:
    return (folder / "logs" / name).read_text("utf-8")


def test_all_that_is_printed_is_kept(go: Run) -> None:
    found = go(Task("a", Shell(f"{sys.executable} -c 'print(\"x\" * 9_000_000)'; echo end >&2")), executor="processes")
    assert lines(found)[0] == "a succeeded 1"
    assert len(log(found.folder)) == 9_000_000 + len("\nend\n")


def test_a_value_is_printed_and_logged(go: Run) -> None:
    found = go(Task("a", Shell("echo told >&2; echo 7"), "int"), executor="processes")
    assert lines(found)[0] == "a succeeded 1 7"
    assert log(found.folder) == "told\n7\n"


def test_the_status_is_the_error(go: Run) -> None:
    found = go(
        Task("a", Shell("echo before; exit 3")),
        Task("b", Shell("kill -TERM $$")),
        Task("c", Shell("echo seven"), "int"),
        executor="processes",
    )
    assert [line.split()[:3] for line in lines(found)][:3] == [[name, "failed", "1"] for name in "abc"]
    assert log(found.folder) == "before\nexit 3\n"
    assert log(found.folder, "b.1.log") == "exit 143\n"
    assert "seven" in log(found.folder, "c.1.log")


def test_who_writes_on_in_the_background_is_not_ended_by_it(go: Run, tmp_path: Path) -> None:
    loop = "(for n in 1 2 3 4 5 6; do sleep 0.1; echo $n; done; touch done) &"
    found = go(Task("a", Shell(loop)), Task("b", Shell("sleep 1.2")), executor="processes")
    assert found.outcome == "succeeded"
    assert (tmp_path / "done").exists()


def test_a_timeout_ends_all_that_a_script_has_started(go: Run) -> None:
    script = "setsid sleep 311.25 & sleep 311.25"
    found = go(Task("a", Shell(script), timeout=timedelta(seconds=0.5)), executor="processes")
    assert (found.outcome, found.error) == ("failed", "timeout")
    assert sleepers("311.25") == []


def test_a_script_hears_of_a_pipe_that_nobody_reads(go: Run) -> None:
    """Python ignores that signal, and what it starts must not."""
    found = go(Task("a", Shell("yes | head -n 1"), "str"), executor="processes")
    assert lines(found)[0] == 'a succeeded 1 "y"'


def test_a_script_that_is_too_long_for_the_system_is_a_failed_attempt(go: Run) -> None:
    found = go(Task("a", Shell("#" * 3_000_000)), Task("b", Shell("true")), executor="processes")
    assert lines(found)[:2] == ["a failed 1", "b succeeded 1"]
    assert found.error is not None
    assert "Argument list too long" in found.error


def test_a_script_sees_its_own_environment_and_the_runners(go: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTER", "there")
    task = Task("a", Shell("echo $OUTER $INNER"), "str", env=lambda v: {"INNER": "given"})
    assert lines(go(task, executor="processes"))[0] == 'a succeeded 1 "there given"'


def test_many_at_once(go: Run) -> None:
    """Each waits for all others to have begun."""
    script = "touch here$FLOW_NUMBER; until [ $(ls here* | wc -l) = 20 ]; do sleep 0.05; done; echo 1"
    tasks = [
        Task(f"t{number}", Shell(script), "int", env=lambda v, number=number: {"FLOW_NUMBER": number})
        for number in range(20)
    ]
    assert go(*tasks, executor="processes", jobs=20).outcome == "succeeded"


def test_who_never_stops_writing_holds_up_nobody(go: Run, tmp_path: Path) -> None:
    never = Task("a", Shell("yes >&2 & echo $! > pid; echo 1"), "int")
    found = go(never, Task("b", Shell("true")), executor="processes")
    try:
        assert lines(found)[:2] == ["a succeeded 1 1", "b succeeded 1"]
    finally:
        processes.stop(int((tmp_path / "pid").read_text("utf-8")), grace=0)
