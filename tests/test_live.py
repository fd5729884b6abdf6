"""The same flows on live engines, with all their servers, started over the engines' own APIs: each gives its trace.

Stories run in one warm process for an engine. Here values pass between processes, retries pause for seconds, schedules
fire by themselves, and what is asked comes over HTTP as it does from a user.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import pytest

from flowc.cli import main
from flowc.runtime import api, journal
from flowc.runtime.trace import normal
from tests.conftest import ROOT, engine_alone, engine_python
from tests.live import catchup, crowd, examples, overlap, waiting
from tests.live.asked import HEARING, PROJECT, RUNS, SECRETS, WRONG, Asked, Seen, all_traces, lay_source, program
from tests.live.backfills import FILLED, NOTED, RUN, noted, traces_of
from tests.live.catchup import MADE_UP
from tests.live.events import HOW_OFTEN
from tests.live.read import told
from tests.live.servers import serving, tails
from tests.stories import ENGINES, columns

Live = Callable[[str], Mapping[str, Any]]
REAL = [engine for engine in ENGINES if engine != "native"]
AT = datetime(2024, 5, 1, 6, 30, tzinfo=UTC)


# ------------------------------------------------------------------ natively


@pytest.mark.slow
@pytest.mark.parametrize("asked", RUNS, ids=lambda asked: asked.flow)
def test_native(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traces are those of the reference."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(PROJECT, tmp_path / "project")
    flows = import_module("flowc_targets.native.load").load(program())
    result = api.run(
        flows[asked.flow],
        read(asked),
        at=AT,
        trigger="schedule" if asked.is_scheduled else "manual",
        root=tmp_path / "project",
        flows=flows.values(),
    )
    assert asked.trace == columns(result.trace)


@pytest.mark.slow
@pytest.mark.parametrize("flow", NOTED)
def test_a_native_backfill(flow: str, tmp_path: Path) -> None:
    """What the engines' backfills are held against."""
    project = shutil.copytree(FILLED, tmp_path / "project")
    asked = ["backfill", str(project / "filled.flow"), "--flow", flow]
    assert [main(asked), main(asked)] == ([1, 0] if flow == "days" else [0, 0])
    journals = sorted(project.glob(".flowc/runs/*/journal"))
    assert sorted(columns(normal(journal.read(path))) for path in journals) == traces_of(flow)
    assert noted(project)[flow] == [*NOTED[flow]]


@pytest.mark.slow
def test_native_runs_give_way(tmp_path: Path) -> None:
    """What those of the engines are held against."""
    project = shutil.copytree(overlap.OVERLAP, tmp_path / "project")
    flowc = [sys.executable, "-m", "flowc", "run", str(project / "overlap.flow"), "--trace"]
    runs: list[subprocess.Popen[str]] = []

    def start(flow: str, params: Mapping[str, str]) -> str:
        given = [word for name, value in params.items() for word in ("--param", f"{name}={value}")]
        command = [*flowc, "--flow", flow, *given]
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        return str(len(runs) - 1)

    with serving(tmp_path / "home", "none", {}) as servers:
        asked = overlap.play(servers, start, lambda _, run: runs[int(run)].wait(), project)
    told = {flow: [columns(runs[int(run)].communicate()[0].splitlines()) for run in ids] for flow, ids in asked.items()}
    assert told == {flow: overlap.traces_of(flow) for flow in asked}


def read(asked: Asked) -> dict[str, Any]:
    """The params of a request as Python values."""
    from flowc.cli.native import flow_params

    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.params.items()}
    return flow_params(program(), asked.flow, texts)


# ------------------------------------------------------------------ live


def live_engines(test: Callable[..., None]) -> Callable[..., None]:
    """A test that looks at what came of the runs; the first to come runs all of them, hence the time."""
    return pytest.mark.engine(pytest.mark.slow(pytest.mark.timeout(1800)(test)))


@pytest.fixture(scope="session")
def live(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Live:
    """What came of all runs on an engine. It is started once, in the one process that has these tests."""
    kept: dict[str, Mapping[str, Any]] = {}

    def ran(engine: str) -> Mapping[str, Any]:
        if engine not in kept:
            with engine_alone(shared):
                found = batch(engine, tmp_path_factory.mktemp(f"live-{engine}"))
            kept[engine] = json.loads(json.dumps(found))  # plain lists, as traces are
        return kept[engine]

    return ran


def batch(engine: str, home: Path) -> dict[str, Any]:
    """Build the project as a user does, run what is asked, and note what is to be compared."""
    project = home / "project"
    source = lay_source(engine, home / "source")
    assert main(["build", str(source), "--target", engine, "-o", str(project)]) == 0
    with examples.standing_in() as variables:
        given = {**variables, **SECRETS}
        try:
            seen: Seen = import_module(f"tests.live.{engine}").see(engine_python(engine), project, home, given)
        except Exception:
            return {"problem": f"{traceback.format_exc()}\n{tails(home)}"}
    secrets = {**SECRETS, "SNOWFLAKE_URL": given["SNOWFLAKE_URL"]}
    return {
        "runs": {asked.flow: told(engine, asked.flow, seen, seen.runs[asked.flow]) for asked in RUNS},
        "started": {flow: [told(engine, flow, seen, run) for run in runs] for flow, runs in seen.started.items()},
        "caught": {flow: [told(engine, flow, seen, run) for run in runs] for flow, runs in seen.caught.items()},
        "filled": {flow: [told(engine, flow, seen, run) for run in runs] for flow, runs in seen.filled.items()},
        "overlapping": {
            flow: [told(engine, flow, seen, run) for run in runs] for flow, runs in seen.overlapping.items()
        },
        "waited": {name: told(engine, waiting.ASKED[name], seen, run) for name, run in seen.waited.items()},
        "ages": seen.ages,
        "noted": noted(project),
        "crowd": crowd.noted(project),
        "landed": [path.read_text("utf-8") for path in project.rglob("out/arrivals.txt")],
        "refusal": seen.refusal,
        "leaks": list(leaks(home, json.dumps(seen.records) + seen.kept, secrets)),
        "logs": seen.logs,
    }


def leaks(home: Path, kept: str, secrets: Mapping[str, str]) -> Iterator[str]:
    """Where a secret stands: in a file below, or in what is kept elsewhere."""
    for name, value in secrets.items():
        if value in kept:
            yield f"the records hold {name}"
        files = (path for path in home.rglob("*") if path.is_file() and not path.is_symlink())
        yield from (f"{path} holds {name}" for path in files if value.encode() in path.read_bytes())


@live_engines
@pytest.mark.parametrize("asked", RUNS, ids=lambda asked: asked.flow)
@pytest.mark.parametrize("engine", REAL)
def test_a_run_gives_its_trace(engine: str, asked: Asked, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    lines, broken = found["runs"][asked.flow]
    assert asked.trace == lines, found["logs"]
    assert broken == []


@live_engines
@pytest.mark.parametrize("flow", HOW_OFTEN)
@pytest.mark.parametrize("engine", HEARING)
def test_an_event_starts_one_run(engine: str, flow: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    wanted = sorted(all_traces(flow, HOW_OFTEN[flow]))
    assert sorted(lines for lines, _ in found["started"][flow]) == wanted, found["logs"]
    assert found["landed"] == ["new.csv\n"]


@live_engines
@pytest.mark.parametrize("flow", MADE_UP)
@pytest.mark.parametrize("engine", REAL)
def test_what_was_missed_is_made_up_for(engine: str, flow: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert [lines for lines, _ in found["caught"][flow]] == catchup.traces_of(flow), found["logs"]


@live_engines
@pytest.mark.parametrize("flow", RUN)
@pytest.mark.parametrize("engine", REAL)
def test_a_backfill_runs_each_partition_once(engine: str, flow: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert sorted(lines for lines, _ in found["filled"][flow]) == traces_of(flow), found["logs"]
    assert [broken for _, broken in found["filled"][flow]] == [[]] * len(traces_of(flow))
    assert found["noted"].get(flow) == (None if flow not in NOTED else [*NOTED[flow]])


@live_engines
@pytest.mark.parametrize("engine", REAL)
def test_runs_that_share_come_one_after_another(engine: str, live: Live) -> None:
    """By `max_runs`, and by a pool of two flows."""
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["crowd"] == crowd.WANTED


@live_engines
@pytest.mark.parametrize("flow", overlap.WANTED)
@pytest.mark.parametrize("engine", REAL)
def test_a_further_run_is_dropped_or_the_oldest_ends_for_it(engine: str, flow: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert [lines for lines, _ in found["overlapping"][flow]] == overlap.traces_of(flow), found["logs"]
    assert [broken for _, broken in found["overlapping"][flow]] == [[]] * len(overlap.WANTED[flow])


@live_engines
@pytest.mark.parametrize("engine", REAL)
def test_an_asset_is_late_until_it_is_written_again(engine: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["ages"] == waiting.LATE


@live_engines
@pytest.mark.parametrize("run", waiting.TRACES)
@pytest.mark.parametrize("engine", REAL)
def test_a_wait_gives_its_trace(engine: str, run: str, live: Live) -> None:
    """For an asset that another run writes, and for an approval, of which one is given and one refused."""
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["waited"][run] == [waiting.TRACES[run], []], found["logs"]


@live_engines
@pytest.mark.parametrize("engine", REAL)
def test_bad_params_are_refused(engine: str, live: Live) -> None:
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["refusal"], "it was started"
    assert set(WRONG.params) == {name for name in WRONG.params if name in found["refusal"]}


@live_engines
@pytest.mark.parametrize("engine", REAL)
def test_no_secret_is_left_behind(engine: str, live: Live) -> None:
    """In no log of a server or of a task, no database, no result."""
    found = live(engine)
    assert "problem" not in found, found["problem"]
    assert found["leaks"] == []


# ------------------------------------------------------------------ how servers end

SLEEPERS = """
import subprocess, sys, time
sleeper = [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]]
subprocess.Popen(sleeper, start_new_session=True)
subprocess.Popen(sleeper, env={})
time.sleep(600)
"""
STARTED = f"""
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # which what is started in the background ignores
sys.path[:0] = {[str(ROOT), str(ROOT / "grammar"), str(ROOT / "targets")]!r}
from tests.live.servers import serving

with serving(Path(sys.argv[1]), "none", {{}}) as servers:
    servers.start("sleepers", sys.executable, "-c", {SLEEPERS!r}, sys.argv[1])
    time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_servers_end_however_their_test_ends(how: signal.Signals, tmp_path: Path) -> None:
    """What they have started too, in a session of its own or with another environment."""
    with subprocess.Popen([sys.executable, "-c", STARTED, str(tmp_path)], stderr=subprocess.DEVNULL) as test:
        until(lambda: len(called_with(tmp_path)) == 4)
        test.send_signal(how)
        until(lambda: not called_with(tmp_path))


def test_servers_end_when_all_is_well(tmp_path: Path) -> None:
    with serving(tmp_path, "none", {}) as servers:
        servers.start("sleepers", sys.executable, "-c", SLEEPERS, str(tmp_path))
        until(lambda: len(called_with(tmp_path)) == 3)
    assert called_with(tmp_path) == []


def until(holds: Callable[[], bool]) -> None:
    """Wait as long as the test may last."""
    while not holds():
        time.sleep(0.1)


def called_with(argument: Path) -> list[int]:
    """The processes that were given an argument."""
    found: list[int] = []
    for process in psutil.process_iter():
        try:
            if str(argument) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found
