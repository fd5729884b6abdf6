"""`--executor dask`: a real scheduler and real workers on loopback, whose traces are the native ones.

One cluster sees the project's folder, the other one works in copies of it and has a store in S3.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime import api
from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.engine import Engine
from flowc.runtime.errors import UsageError
from flowc.runtime.executor import made
from flowc.runtime.journal import read
from flowc.runtime.launch import prepare
from flowc.runtime.model import Flow, InLoop, Loop, Requires, Retry, Task
from flowc.runtime.parts import normal
from flowc.verify import natively
from tests.conftest import ROOT, Flowc
from tests.dasks import Cluster, Wire, cluster
from tests.server import serving
from tests.stories import stories
from tests.test_conformance import mistake
from tests.unit.runtime import conftest as unit
from tests.unit.runtime import test_executor as executors
from tests.unit.runtime.conftest import lines, sleepers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NEAR = (
    "attempts_counted", "environment", "loop_nested", "paths", "secrets", "shell_outputs", "subflow",
    "timeout_kills_python", "timeout_kills_shell", "waits_ask",
)  # fmt: skip
"""Stories on workers that see the folder: what a run can show, but for what the runner alone does."""
FAR = ("return_values", "several_outputs", "shell_outputs")
"""On workers with copies of the folder: those whose tasks leave no files for others."""
LEAVE_FILES = frozenset((
    "attempts_counted", "cache", "control_edges", "handlers_of_failure", "pools_and_locks", "priorities",
    "retry_pauses", "sql_duckdb", "sql_hostile_text", "sql_rolled_back", "sql_sqlite", "subflow", "subflow_fails",
    "subflow_timeout",
))  # fmt: skip
"""Files that are no task's value, through which tasks tell others something: a copy of the folder has its own."""
if os.environ.get("FLOWC_DASK") == "all":
    NEAR = tuple(story.name for story in stories())
    FAR = tuple(name for name in NEAR if name not in LEAVE_FILES)

WORK = """
import os, pathlib, time

def note(text, seconds=0.0, value=None):
    with open("notes.txt", "a") as file:
        file.write(text + "\\n")
    time.sleep(seconds)
    return value

def held(number, seconds):
    note("%d %d" % (number, os.getppid()), seconds)
    return number

def large(n):
    return ["x" * 1000] * n

def length(items):
    return len(items)

def where():
    return [os.getcwd(), os.environ.get("OUTER", ""), str(os.getpid())]

def file(name, text):
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path

def text(path):
    return path.read_text()

def loud(n):
    print("first")
    for _ in range(n):
        print("x" * 99)
    print("secret hunter2, last")
"""
FLOW = """
flow longs {
  task first  = sh "echo first >> notes.txt; echo 1" -> int
  task slow   = sh "echo slow >> notes.txt; sleep 299.77; echo 2" -> int after first
  task other  = python work:note("other", 300.0) after first
  finally {
    task left = sh "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\\\0' ' ' | grep -o 'sleep 299[.]77' | wc -l" -> int
  }
}
"""


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    with cluster(tmp_path_factory.mktemp("near"), 2) as found:
        yield found


@pytest.fixture(scope="module")
def s3() -> Generator[str]:
    """The address of an S3 of our own, which this process and those that it starts use meanwhile."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    given = {"AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**given, "AWS_DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem(endpoint_url=url, key="local", secret="local").makedirs("lake")
        yield url
    server.stop()


@pytest.fixture(scope="module")
def far(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    """Two workers, neither of which sees the folder of a project."""
    with cluster(tmp_path_factory.mktemp("far"), 2, sees_folders=False) as found:
        yield found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "work.py").write_text(WORK)
    (tmp_path / "longs.flow").write_text(FLOW)
    return tmp_path


def notes(root: Path) -> list[str]:
    path = root / "notes.txt"
    return path.read_text().splitlines() if path.exists() else []


def until(what: Any, patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


# ------------------------------------------------------------------ the same trace


def told(names: tuple[str, ...], home: Path, executor: str, store: str | None = None) -> dict[str, str | None]:
    with serving() as server:
        return {
            story.name: mistake(
                story,
                natively(
                    story.request(story.program("native"), f"{server.url}/{story.name}"),
                    home / story.name,
                    executor,
                    store,
                ),
                home / story.name,
            )
            for story in stories()
            if story.name in names
        }


def test_stories_give_their_traces(near: Cluster, tmp_path: Path) -> None:
    assert told(NEAR, tmp_path, f"dask={near.address}") == dict.fromkeys(NEAR)


def test_stories_give_their_traces_in_copies_of_the_folder(far: Cluster, tmp_path: Path) -> None:
    assert told(FAR, tmp_path, f"dask={far.address}", "s3://lake/stories") == dict.fromkeys(FAR)


def test_the_contract_of_executors(near: Cluster, root: Path) -> None:
    """The same tests as of the other executors."""
    (root / "work.py").write_text(unit.WORK)

    def go(*tasks: Task, executor: str, jobs: int | None = None, **more: Any) -> api.Result:
        return api.run(Flow("f", [*tasks], **more), root=root, executor=executor, jobs=jobs, sync=False)

    executors.test_values_failures_and_retries_are_the_same(go, root, f"dask={near.address}")
    executors.test_many_attempts(go, f"dask={near.address}")
    place = executors.place_of(root)
    executors.stops_nothing_else(made(f"dask={near.address}", place))
    assert [*place.selector.get_map()] == []


def test_no_secret_is_in_what_dask_leaves(near: Cluster, far: Cluster) -> None:
    secrets = [value.encode() for story in stories() if story.name in NEAR for value in story.secrets.values()]
    assert secrets
    files = [path for each in (near, far) for path in each.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if any(secret in path.read_bytes() for secret in secrets)] == []


def test_a_cluster_of_its_own_is_gone_with_the_run(root: Path, flowc: Flowc) -> None:
    source = "flow f { task a = python work:where() -> list[str] }"
    (root / "f.flow").write_text(source)
    done = flowc("run", "f.flow", "--executor", "dask", "--json", "--jobs", "2", cwd=root, env={"OUTER": "seen"})
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    said = re.fullmatch(
        r"Dask at tcp://127[.]0[.]0[.]1:\d+: (2 workers|1 worker) with 2 threads in this folder", events[0]["executor"]
    )
    assert said, events[0]
    shown = flowc("runs", "show", events[0]["run"], cwd=root)
    assert f'["{root}","seen",' in shown.stdout
    assert not [*(root / ".flowc" / "dask").iterdir()]


def test_an_address_where_nobody_answers(root: Path, flowc: Flowc) -> None:
    began = time.monotonic()
    done = flowc("run", "longs.flow", "--executor", "dask=tcp://127.0.0.1:9", cwd=root)
    assert done.returncode == 2
    assert "no scheduler of Dask answers at tcp://127.0.0.1:9: " in done.stderr
    assert time.monotonic() - began < 60
    assert not (root / ".flowc" / "runs").exists()


# ------------------------------------------------------------------ what is lost


def test_workers_that_are_killed_are_failed_attempts_and_none_runs_twice(near: Cluster, root: Path) -> None:
    """Every attempt writes a line when it begins: never more lines than attempts, whatever Dask does with its tasks."""
    dice = random.Random(20260301)
    count = 12
    retry = Retry(20, on=["ProcessEnded"])
    held = Python("work:held", lambda v: call(v.item("x"), 1.0))
    length = Python("work:length", lambda v: call(v.value("n")))
    tasks = [
        Task("n", held, "int", scope=[InLoop("x")], retry=retry),
        Task("total", length, "int", needs=[Requires("n")], retry=retry),
    ]
    flow = Flow("f", tasks, loops=[Loop("x", lambda v: list(range(count)))])
    is_over = threading.Event()

    def kill() -> None:
        for _ in range(2):
            while not is_over.wait(0.02):
                at_work = {worker.pid: worker for worker in near.workers}
                begun = [line.split() for line in notes(root)[-1:]]  # it has a second to go
                if begun and int(begun[0][1]) in at_work:
                    near.kill(at_work[int(begun[0][1])])
                    near.hire()
                    break
            is_over.wait(dice.random())

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        found = api.run(flow, root=root, executor=f"dask={near.address}", sync=False)
    finally:
        is_over.set()
        killer.join()
    assert [re.sub(r"succeeded \d+", "succeeded", line) for line in lines(found)] == [
        *(f"n[{number}] succeeded {number}" for number in range(count)),
        f"total succeeded {count}",
        "run succeeded",
    ]
    attempts = {int(line[2:].split("]")[0]): int(line.split()[2]) for line in lines(found) if line.startswith("n[")}
    begun = Counter(int(line.split()[0]) for line in notes(root))
    assert all(1 <= begun[number] <= attempts[number] for number in range(count)), (begun, attempts)
    lost = [record for record in read(found.folder / "journal") if record["event"] == "failure"]
    assert lost, "nobody was killed at work"
    assert {record["message"] for record in lost} == {"process ended: the worker of Dask that ran it is gone"}
    assert sum(attempts.values()) == count + sum(record["task"] == "n" for record in lost)


def test_a_connection_that_is_cut_and_back_loses_the_attempts_that_went_on(near: Cluster, root: Path) -> None:
    again = Retry(3, on=["ProcessEnded"])
    flow = Flow("f", [
        Task("a", Shell("echo a >> notes.txt; test $(grep -c a notes.txt) = 2 || sleep 288.12"), retry=again),
        Task("b", Python("work:note", lambda v: call("b", 0.0, 2)), "int", needs=[Requires("a")]),
    ])  # fmt: skip
    wire = Wire(near.address)

    def cut() -> None:
        until(lambda: bool(notes(root)))
        wire.cut()

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        found = api.run(flow, root=root, executor=f"dask={wire.address}", sync=False)
    finally:
        cutter.join()
        wire.close()
    assert lines(found) == ["a succeeded 2", "b succeeded 1 2", "run succeeded"]
    assert notes(root) == ["a", "a", "b"]
    assert sleepers("288.12") == []


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    house = os.pathsep.join(str(ROOT / top) for top in ("", "grammar", "targets"))
    return subprocess.Popen(
        [sys.executable, "-m", "flowc", "run", "longs.flow", *options],
        cwd=root, env={**os.environ, "PYTHONPATH": house}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def test_an_interrupt_ends_all_before_finally_runs(near: Cluster, root: Path) -> None:
    run = start(root, "--executor", f"dask={near.address}", "--trace")
    until(lambda: {*notes(root)} == {"first", "slow", "other"})
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert [" ".join(line.split()) for line in said.splitlines()] == [
        "first succeeded 1 1",
        "left succeeded 1 0",
        "other failed 1",
        "slow failed 1",
        "run cancelled",
    ]
    assert sleepers("299.77") == []


def test_a_runner_that_is_killed_leaves_nothing_and_its_run_is_resumed(near: Cluster, root: Path, flowc: Flowc) -> None:
    run = start(root, "--executor", f"dask={near.address}", "--json")
    until(lambda: {*notes(root)} == {"first", "slow", "other"})
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    until(lambda: not sleepers("299.77"), 20)
    text = (root / "longs.flow").read_text()
    (root / "longs.flow").write_text(text.replace("sleep 299.77; ", "").replace("300.0", "0.0"))
    (identity,) = (path.name for path in (root / ".flowc" / "runs").iterdir())
    again = flowc("run", "longs.flow", "--resume", identity, "--executor", f"dask={near.address}", "--trace", cwd=root)
    assert [" ".join(line.split()) for line in again.stdout.splitlines()] == [
        "first succeeded 1 1",
        "left succeeded 1 0",
        "other succeeded 1",
        "slow succeeded 1 2",
        "run succeeded",
    ], again.stderr
    assert Counter(notes(root)) == {"first": 1, "slow": 2, "other": 2}


def test_a_scheduler_that_is_gone_ends_the_runner_and_all_that_it_ran(root: Path) -> None:
    with cluster(root / "cluster", 1) as found:
        run = start(root, "--executor", f"dask={found.address}", "--quiet")
        until(lambda: {*notes(root)} == {"first", "slow", "other"})
        found.scheduler.kill()
        said, _ = run.communicate(timeout=60)
        assert run.returncode == 1
        gone = r"Error: the scheduler of Dask at \S+ does not answer any more; once that is mended, the run goes on "
        assert re.match(gone + r"with --resume \S+\n$", said), said
        until(lambda: not sleepers("299.77"), 20)


@pytest.mark.parametrize("name", ["near", "far"])
def test_what_begins_after_a_change_sees_it(name: str, root: Path, request: pytest.FixtureRequest) -> None:
    """As `flowc serve` has it, whose runner lives on."""
    address = request.getfixturevalue(name).address
    flow = Flow("f", [Task("a", Python("changed:value"), "int")])
    engine = Engine(root, flows={"f": flow}, executor=f"dask={address}", sync=False)
    try:
        for number in (1, 2):
            (root / "changed.py").write_text(f"def value():\n    return {number}{'0' * number}\n")
            engine.executor.renew()
            run = prepare(engine, flow, {})
            engine.add(run)
            engine.work()
            assert normal(run.folder)[0].split()[-1] == f"{number}{'0' * number}"
    finally:
        engine.close()


def test_nothing_is_left_at_the_scheduler(near: Cluster) -> None:
    import distributed

    client: Any = distributed.Client(near.address)
    with client:
        assert client.list_datasets() == ()
        assert not any(client.processing().values())


# ------------------------------------------------------------------ what is large, what is elsewhere


def test_large_values_and_files_go_through_a_store(far: Cluster, root: Path) -> None:
    flow = Flow("f", [
        Task("a", Python("work:large", lambda v: call(300)), "list[str]"),
        Task("b", Python("work:length", lambda v: call(v.value("a"))), "int", needs=[Requires("a")]),
        Task("c", Python("work:file", lambda v: call("build/c.txt", "from c")), "path"),
        Task("d", Python("work:text", lambda v: call(v.value("c"))), "str", needs=[Requires("c")]),
        Task("e", Shell("mkdir $FLOW_OUT $FLOW_OUT/empty; echo from e > $FLOW_OUT/one.txt"), "path"),
        Task("g", Shell(lambda v: f"ls {v.value('e')}; cat {v.value('e')}/one.txt"), "str", needs=[Requires("e")]),
        Task("w", Python("work:where"), "list[str]"),
    ])  # fmt: skip
    found = api.run(flow, root=root, executor=f"dask={far.address}", store="s3://lake/values", sync=False)
    told = {line.split()[0]: line for line in lines(found)}
    assert told["b"] == "b succeeded 1 300"
    assert told["d"] == 'd succeeded 1 "from c"'
    assert told["g"] == 'g succeeded 1 "empty\\none.txt\\nfrom e"'
    assert str(root) not in told["w"]
    assert told["c"] == 'c succeeded 1 "build/c.txt"'
    assert (root / "build" / "c.txt").read_text() == "from c"
    import s3fs

    assert s3fs.S3FileSystem(skip_instance_cache=True).find("lake/values") == []


def test_a_path_without_a_store_says_what_to_do(far: Cluster, root: Path) -> None:
    flow = Flow("f", [Task("c", Python("work:file", lambda v: call("build/c.txt", "from c")), "path")])
    found = api.run(flow, root=root, executor=f"dask={far.address}", sync=False)
    assert found.outcome == "failed"
    assert "needs a store that all can reach: --store URL" in str(found.error)


def test_what_is_printed_comes_back_without_secrets(near: Cluster, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    flow = Flow("f", [Task("a", Python("work:loud", lambda v: call(30_000)))], secrets=["TOKEN"])
    found = api.run(flow, root=root, executor=f"dask={near.address}", sync=False)
    log = (found.folder / "logs" / "a.1.log").read_text()
    assert log.startswith("first\nxxx")
    assert log.endswith("secret ***, last\n")
    assert re.search(r"\n[.]{3} \d+ bytes are left out here [.]{3}\n", log)
    assert len(log) < 1_100_000


def test_a_store_that_is_a_folder(near: Cluster, root: Path) -> None:
    """Large values of workers that see the folder lie there, and are gone with the run."""
    flow = Flow("f", [
        Task("a", Python("work:large", lambda v: call(300)), "list[str]"),
        Task("b", Python("work:length", lambda v: call(v.value("a"))), "int", needs=[Requires("a")]),
        Task("c", Shell("find .flowc/dask -type f | grep -c store"), "int", needs=[Requires("b")]),
    ])  # fmt: skip
    found = api.run(flow, root=root, executor=f"dask={near.address}", sync=False)
    assert lines(found)[1:] == ["b succeeded 1 300", "c succeeded 1 1", "run succeeded"]
    assert not [*(root / ".flowc" / "dask").iterdir()]


def test_none_is_had_without_the_package(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    needed = "needs the package distributed, 2026[.]8 or newer: pip install 'flowc\\[dask\\]'"
    monkeypatch.setattr("flowc.runtime.executor_dask.version", lambda name: "2026.7.1")
    with pytest.raises(UsageError, match=f"{needed}; here is 2026.7.1"):
        api.run(Flow("f", []), root=root, executor="dask")
    monkeypatch.setattr("flowc.runtime.executor_dask.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=f"{needed}$"):
        api.run(Flow("f", []), root=root, executor="dask")
