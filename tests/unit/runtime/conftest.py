"""Flows made by hand, run in this process unless a test is about processes."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Check, Python, call
from flowc.runtime.api import Result, run
from flowc.runtime.model import Flow, Need, Requires, Task

WORK = '''
import os, pathlib, time

def give(value=None):
    return value

def boom(text="boom"):
    raise RuntimeError(text)

def fail_if(condition, value=None):
    if condition:
        raise RuntimeError("boom")
    return value

def flaky(path, failures, value=None):
    """Fails so many times, counted in a file."""
    file = pathlib.Path(path)
    count = len(file.read_text()) if file.exists() else 0
    file.write_text("x" * (count + 1))
    if count < failures:
        raise RuntimeError("boom %d" % (count + 1))
    return value

def note(path, text, value=None):
    with open(path, "a") as file:
        file.write(text + "\\n")
    return value

def nap(seconds, path=None, value=None):
    if path:
        note(path, "start %.6f" % time.monotonic())
    time.sleep(seconds)
    if path:
        note(path, "end %.6f" % time.monotonic())
    return value
'''


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module `work`, in this process and for workers."""
    module = types.ModuleType("work")
    exec(WORK, module.__dict__)
    monkeypatch.setitem(sys.modules, "work", module)
    (tmp_path / "work.py").write_text(WORK)


def ok(name: str, value: Any = None, needs: Sequence[Need] = (), output: str | None = "any", **more: Any) -> Task:
    """A task that gives a value."""
    return Task(name, Python("work:give", lambda v: call(value)), output, needs=needs, **more)


def of(name: str, function: Callable[[Any], Any], needs: Sequence[Need] = (), **more: Any) -> Task:
    """A task whose value is computed from the view."""
    return Task(name, Python("work:give", lambda v: call(function(v))), more.pop("output", "any"), needs=needs, **more)


def bad(name: str, needs: Sequence[Need] = (), **more: Any) -> Task:
    """A task that fails."""
    return Task(name, Python("work:boom"), more.pop("output", "any"), needs=needs, **more)


def check(name: str, condition: Callable[[Any], Any], reads: Iterable[str], verdict: Any = "fail", **more: Any) -> Task:
    """A check."""
    text = more.pop("text", None)
    return Task(name, Check(condition, text, verdict), needs=[Requires(read) for read in reads], **more)


Run = Callable[..., Result]


@pytest.fixture
def go(tmp_path: Path) -> Run:
    """Run tasks, or a flow, in this process; two at a time."""

    def go(*tasks: Task | Flow, params: dict[str, Any] | None = None, **more: Any) -> Result:
        options = {
            name: more.pop(name) for name in ("at", "flows", "listener", "jobs", "executor", "state") if name in more
        }
        flow = tasks[0] if isinstance(tasks[0], Flow) else Flow("f", [t for t in tasks if isinstance(t, Task)], **more)
        defaults: dict[str, Any] = {"executor": "inline", "sync": False, "jobs": 2}
        return run(flow, params, root=tmp_path, **defaults | options)

    return go


def lines(result: Result) -> list[str]:
    """The trace, blanks made single."""
    return [" ".join(line.split()) for line in result.trace]


def sleepers(seconds: str) -> list[str]:
    """The processes that sleep for so long: a number that tells them from all others."""
    found: list[str] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"sleep\0{seconds}\0".encode() in (folder / "cmdline").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found
