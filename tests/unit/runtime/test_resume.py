"""Rule 23: what a resumed run keeps; and a runner that is killed at any moment loses nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, call
from flowc.runtime.api import Result, resume
from flowc.runtime.errors import UsageError
from flowc.runtime.journal import read
from flowc.runtime.model import Accepts, Awaits, Decision, Flow, InArm, InLoop, Loop, Param, Requires, Task
from flowc.runtime.trace import normal

from .conftest import Run, lines, of, ok


def noted(name: str, value: Any = None, **more: Any) -> Task:
    """A task that notes each of its attempts."""
    return Task(name, Python("work:note", lambda v: call("log", name, value)), "any", **more)


def guarded(name: str, **more: Any) -> Task:
    """A task that fails until the file `mended` is there."""
    function = Python("work:fail_if", lambda v: call(not Path("mended").exists(), name))
    return Task(name, function, "any", **more)


def again(found: Result, flow: Flow, root: Path, **more: Any) -> Result:
    return resume(found.id, flow, root=root, executor="inline", sync=False, **more)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def log() -> list[str]:
    return sorted(Path("log").read_text().split())


def test_successes_are_kept_and_the_rest_runs_afresh(go: Run, tmp_path: Path) -> None:
    flow = Flow(
        "f", [noted("a", 1), guarded("b"), noted("c", needs=[Requires("b")]), noted("d", needs=[Requires("a")])]
    )
    first = go(flow)
    assert lines(first) == ["a succeeded 1 1", "b failed 1", "c blocked 0", "d succeeded 1 null", "run failed"]
    Path("mended").touch()
    second = again(first, flow, tmp_path)
    assert second.id == first.id
    assert lines(second) == [
        "a succeeded 1 1",
        'b succeeded 1 "b"',
        "c succeeded 1 null",
        "d succeeded 1 null",
        "run succeeded",
    ]
    assert log() == ["a", "c", "d"]


def test_what_is_downstream_of_what_runs_again_runs_again(go: Run, tmp_path: Path) -> None:
    flow = Flow("f", [guarded("a"), noted("b", needs=[Awaits("a")]), noted("c", needs=[Requires("b")])])
    first = go(flow)
    assert log() == ["b", "c"]
    again(first, flow, tmp_path)
    assert log() == ["b", "b", "c", "c"]


def test_what_depends_on_a_skip_alone_is_kept(go: Run, tmp_path: Path) -> None:
    no = Decision("no", [lambda v: False])
    flow = Flow(
        "f", [noted("a", scope=[InArm("no", 0)]), noted("b", needs=[Accepts("a")]), guarded("c")], decisions=[no]
    )
    first = go(flow)
    Path("mended").touch()
    second = again(first, flow, tmp_path)
    assert lines(second)[:2] == ["a skipped 0", "b succeeded 1 null"]
    assert log() == ["b"]


def test_attempts_are_counted_anew_and_handlers_run_again(go: Run, tmp_path: Path) -> None:
    from flowc.runtime.model import Retry

    flow = Flow("f", [guarded("a", retry=Retry(2)), noted("bad", phase="failure"), noted("end", phase="finally")])
    first = go(flow)
    assert lines(first) == ["a failed 3", "bad succeeded 1 null", "end succeeded 1 null", "run failed"]
    Path("mended").touch()
    second = again(first, flow, tmp_path)
    assert lines(second) == ['a succeeded 1 "a"', "end succeeded 1 null", "run succeeded"]
    assert log() == ["bad", "end", "end"]


def test_a_recovered_task_is_kept_with_its_fallback(go: Run, tmp_path: Path) -> None:
    tasks = [guarded("a", fallback="f"), noted("f", 9), guarded("b"), of("c", lambda v: v.value("a"), [Requires("a")])]
    first = go(Flow("w", tasks))
    Path("mended").touch()
    second = again(first, Flow("w", tasks), tmp_path)
    assert lines(second) == [
        "a recovered 1 9",
        'b succeeded 1 "b"',
        "c succeeded 1 9",
        "f succeeded 1 9",
        "run succeeded",
    ]
    assert log() == ["f"]


def test_a_recovered_task_runs_again_where_its_fallbacks_upstream_does(go: Run, tmp_path: Path) -> None:
    tasks = [guarded("a", fallback="f"), noted("f", 9, needs=[Awaits("u")]), guarded("u")]
    first = go(Flow("w", tasks))
    assert lines(first)[0] == "a recovered 1 9"
    Path("mended").touch()
    second = again(first, Flow("w", tasks), tmp_path)
    assert lines(second) == ['a succeeded 1 "a"', 'u succeeded 1 "u"', "run succeeded"]


def test_elements_of_a_loop_are_kept_one_by_one(go: Run, tmp_path: Path) -> None:
    inner: Any = {"scope": [InLoop("x")]}
    fails = Task(
        "t",
        Python("work:fail_if", lambda v: call(v.item("x") == 1 and not Path("mended").exists(), v.item("x"))),
        "any",
        **inner,
    )
    note = Task("n", Python("work:note", lambda v: call("log", f"n{v.item('x')}")), "any", **inner)
    gather = of("g", lambda v: v.value("t"), [Requires("t")])
    flow = Flow("f", [fails, note, gather], loops=[Loop("x", lambda v: [0, 1, 2])])
    first = go(flow)
    Path("mended").touch()
    assert "g succeeded 1 [0,1,2]" in lines(again(first, flow, tmp_path))
    assert log() == ["n0", "n1", "n2"]


def test_a_list_that_is_shorter_the_second_time_leaves_nothing_behind(go: Run, tmp_path: Path) -> None:
    items = Task("xs", Python("work:give", lambda v: call([1] if Path("mended").exists() else [1, 2])), "any")
    flow = Flow(
        "f",
        [guarded("a"), Task("xs", items.action, "any", needs=[Awaits("a")]), ok("t", 1, scope=[InLoop("x")])],
        loops=[Loop("x", lambda v: v.value("xs"), needs=[Requires("xs")])],
    )
    first = go(flow)
    assert "t[1] succeeded 1 1" in lines(first)
    Path("mended").touch()
    assert lines(again(first, flow, tmp_path)) == [
        'a succeeded 1 "a"',
        "t[0] succeeded 1 1",
        "xs succeeded 1 [1]",
        "run succeeded",
    ]


def test_params_and_instant_are_those_of_the_first_time(go: Run, tmp_path: Path) -> None:
    flow = Flow("f", [of("a", lambda v: [v.params["n"], v.run.at]), guarded("b")], params=[Param("n", "int")])
    from datetime import datetime

    first = go(flow, params={"n": 5}, at=datetime(2024, 1, 1, tzinfo=UTC))
    changed = Flow("f", [of("a", lambda v: 0), of("b", lambda v: [v.params["n"], v.run.at])], params=flow.params)
    found = lines(again(first, changed, tmp_path))
    assert found[:2] == ['a succeeded 1 [5,"2024-01-01T00:00:00Z"]', 'b succeeded 1 [5,"2024-01-01T00:00:00Z"]']


def test_what_cannot_be_resumed(go: Run, tmp_path: Path) -> None:
    flow = Flow("f", [ok("a", 1)])
    with pytest.raises(UsageError, match="there is no run nope"):
        resume("nope", flow, root=tmp_path)
    found = go(flow)
    (found.folder / "journal").write_bytes(b"")
    with pytest.raises(UsageError, match="cut short before its first record"):
        again(found, flow, tmp_path)
    with pytest.raises(UsageError, match="one of f, which is not here"):
        resume(go(flow).id, Flow("g", []), root=tmp_path)


def test_every_prefix_of_the_journal_resumes_to_the_same_trace(go: Run, tmp_path: Path) -> None:
    """Whole records and torn ones: whatever a kill leaves on the disk."""
    inner: Any = {"scope": [InLoop("x")]}
    tasks = [
        noted("a", [1, 2]),
        Task("t", Python("work:note", lambda v: call("log", f"t{v.item('x')}", v.item("x"))), "any", **inner),
        of("g", lambda v: sum(v.value("t")), [Requires("t")]),
        noted("z", phase="finally"),
    ]
    flow = Flow("f", tasks, loops=[Loop("x", lambda v: v.value("a"), needs=[Requires("a")])])
    found = go(flow)
    whole = (found.folder / "journal").read_bytes()
    expected = lines(found)
    first_record = whole.index(b"\n") + 1
    for size in range(first_record, len(whole), 23):
        Path("log").write_text("")
        (found.folder / "journal").write_bytes(whole[:size])
        kept = {
            r["task"] + str(r["index"])
            for r in read(found.folder / "journal")
            if r["event"] == "end" and r["task"] != "z"
        }
        assert lines(again(found, flow, tmp_path)) == expected, size
        ran = {name.replace("t1", "t[0]").replace("t2", "t[1]").replace("a", "a[]") for name in log()}
        assert not kept & ran, size


KILLED = """
import sys
from pathlib import Path
from flowc.runtime import run, resume
from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.model import *

def step(name, needs, **more):
    function = Python("work:nap", lambda v: call(0.01, f"done/{name}", name))
    return Task(name, function, "str", needs=[Requires(need) for need in needs], **more)

tasks = [step("a", []), step("b", ["a"]), step("c", ["a"]), step("d", ["b", "c"])]
def line(v):
    x = v.item("x")
    return f"echo x >> done/t{x}; sleep 0.01; echo y >> done/t{x}; echo {x}"

tasks += [Task("t", Shell(line), "int", scope=[InLoop("x")], needs=[Requires("a")])]
tasks += [Task("sum", Python("builtins:sum", lambda v: call(v.value("t"))), "int", needs=[Requires("t")])]
tasks += [step(f"s{i}", [f"s{i-1}"] if i else []) for i in range(10)]
flow = Flow("f", tasks, loops=[Loop("x", lambda v: list(range(8)))])
root = Path.cwd()
if len(sys.argv) > 1:
    result = resume(sys.argv[1], flow, root=root)
else:
    result = run(flow, root=root)
print("\\n".join(result.trace))
"""


def runner(root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    expected = runner(tmp_path).communicate(timeout=60)[0]
    assert expected.endswith("succeeded\n")
    chance = random.Random(7)
    for _ in range(3):
        _kill_and_resume(tmp_path, chance, expected)


def _kill_and_resume(root: Path, chance: random.Random, expected: str) -> None:
    """Killed and resumed until it ends: the same trace, and no recorded success ran again."""
    for name in ("done", ".flowc"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "done").mkdir()
    arguments: list[str] = []
    recorded: set[str] = set()
    for trial in range(60):
        before = {name: (root / "done" / name).read_bytes() for name in recorded}
        process = runner(root, *arguments)
        try:
            found = process.communicate(timeout=chance.uniform(0.1, 0.5) * (1 + trial / 5))[0]
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            found = process.communicate()[0]
            process.returncode = -9
        assert {name: (root / "done" / name).read_bytes() for name in recorded} == before
        if process.returncode == 0:
            assert found == expected
            return
        journals = list(root.glob(".flowc/runs/*/journal"))
        if journals and journals[0].stat().st_size:
            arguments = [journals[0].parent.name]
            time.sleep(0.05)  # what the runner left behind notices its death by itself, or is stopped by the next
            recorded = {_file(r) for r in read(journals[0]) if r["event"] == "end" and r["task"] != "sum"}
        elif journals:
            shutil.rmtree(journals[0].parent)
    raise AssertionError("it never ended")


def _file(record: dict[str, Any]) -> str:
    return record["task"] + (str(record["index"][0]) if record["index"] else "")


@pytest.mark.slow
def test_what_a_killed_runner_left_behind_is_stopped(tmp_path: Path) -> None:
    script = KILLED.replace("sleep 0.01", "sleep 300.25")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    for _ in range(10):  # the moment matters: a script that is about to start another process
        shutil.rmtree(tmp_path / "done", ignore_errors=True)
        (tmp_path / "done").mkdir()
        command = [sys.executable, "-c", script]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, env=environment)
        assert until(lambda: list((tmp_path / "done").glob("t*")))
        process.kill()
        process.wait()
        assert until(lambda: not working_in(tmp_path)), working_in(tmp_path)


def until(holds: Callable[[], object]) -> bool:
    """Whether something comes to hold within twenty seconds."""
    deadline = time.monotonic() + 20
    while not (held := bool(holds())) and time.monotonic() < deadline:
        time.sleep(0.005)
    return held


def working_in(folder: Path) -> list[str]:
    """The command lines of the other processes whose working directory is a folder."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text().replace("\0", " ").strip())
        except OSError:
            continue
    return found


def test_a_run_that_still_goes_on_is_not_resumed(go: Run, tmp_path: Path) -> None:
    from flowc.runtime.launch import claim

    flow = Flow("f", [ok("a", 1)])
    found = go(flow)
    lock = claim(found.folder)
    assert lock is not None
    with pytest.raises(UsageError, match="still going on"):
        again(found, flow, tmp_path)
    os.close(lock)
    assert normal(read(found.folder / "journal")) == found.trace


def test_a_cancelled_run_goes_on(go: Run, tmp_path: Path) -> None:
    from flowc.runtime.admission import CANCEL

    def ask(event: dict[str, Any]) -> None:
        if event["event"] == "start" and event["task"] == "b":
            (tmp_path / ".flowc" / "runs" / event["run"] / CANCEL).touch()

    flow = Flow(
        "f", [noted("a", 1), Task("b", Python("work:nap", lambda v: call(60)), needs=[Requires("a")])], max_runs=1
    )
    first = go(flow, executor="processes", listener=ask)
    assert lines(first) == ["a succeeded 1 1", "b failed 1", "run cancelled"]
    quick = Flow("f", [noted("a", 1), noted("b", 2, needs=[Requires("a")])], max_runs=1)
    assert lines(again(first, quick, tmp_path)) == ["a succeeded 1 1", "b succeeded 1 2", "run succeeded"]
    assert log() == ["a", "b"]


def test_params_of_every_type_come_back(go: Run, tmp_path: Path) -> None:
    from datetime import date, timedelta
    from decimal import Decimal

    from flowc.runtime.paths import path

    given: dict[str, tuple[str, Any]] = {
        "d": ("date", date(2024, 1, 31)),
        "t": ("duration", timedelta(minutes=90)),
        "s": ("size", 4096),
        "m": ("decimal(10, 2)", Decimal("1.50")),
        "p": ("path", path("s3://a/b")),
        "l": ("list[date]", [date(2024, 1, 1)]),
        "j": ("json", {"$x": [1, None]}),
        "o": ("int?", None),
    }
    params = [Param(name, kind) for name, (kind, _) in given.items()]
    flow = Flow("f", [of("a", lambda v: {**v.params, "p": str(v.params["p"])}), guarded("b")], params=params)
    first = go(flow, params={name: value for name, (_, value) in given.items()})
    changed = Flow("f", [of("b", lambda v: {**v.params, "p": str(v.params["p"])})], params=params)
    assert lines(again(first, changed, tmp_path))[0].partition("1 ")[2] == lines(first)[0].partition("1 ")[2]
