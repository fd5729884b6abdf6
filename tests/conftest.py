"""What every test stands on: the same environment on every machine, and ways to call the command and the engines."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tools import sameness

ROOT = Path(__file__).parents[1]

# The same examples in every run: a red test is red again. `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

Flowc = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a developer's shell holds changes a result: no colours, one width, no settings of an engine."""
    for name in list(os.environ):
        if name.startswith(("AIRFLOW", "PREFECT", "DAGSTER", "FLOWC_")) or name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def flowc() -> Flowc:
    """Call the command in a process of its own: `flowc("check", "a.flow", cwd=folder, env={...}, stdin="...")`."""

    def call(
        *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        house = os.pathsep.join(str(ROOT / top) for top in ("", "grammar", "targets"))
        return subprocess.run(
            [sys.executable, "-m", "flowc", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": house, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return call


def engine_python(engine: str, version: str = "") -> Path:
    """The Python of the environment that holds a real engine, its newest version or another one."""
    python = ROOT / ".engines" / (f"{engine}-{version}" if version else engine) / "bin" / "python"
    if not python.exists():
        pytest.fail(f"no {engine} to run on: `make conformance` and `make test` set it up, `make quick` needs none")
    return python


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """The Python of the environment that holds the real Airflow."""
    return engine_python("airflow")


@pytest.fixture(scope="session")
def dagster_python() -> Path:
    """The Python of the environment that holds the real Dagster."""
    return engine_python("dagster")


@pytest.fixture(scope="session")
def prefect_python() -> Path:
    """The Python of the environment that holds the real Prefect."""
    return engine_python("prefect")


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the tests have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@contextmanager
def engine_alone(shared: Path) -> Generator[None]:
    """For a live engine: clocks tick there, and no batch may make the machine too slow for them."""
    with (shared / "engines.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def engine_with_others(shared: Path) -> Generator[None]:
    """For a batch on an engine: there are as many test processes as processors, and each may run one."""
    with (shared / "engines.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live engines come first and batches on engines last: of two test processes one begins with the ones, the other
    comes to the others once these are over, and neither waits for the other.
    """
    live, batches, others = list[pytest.Item](), list[pytest.Item](), list[pytest.Item]()
    for item in items:
        is_live = item.path.name == "test_live.py"
        (others if not item.get_closest_marker("engine") else live if is_live else batches).append(item)
    items[:] = [*live, *others, *batches]


class Scheduling(LoadScopeScheduling):
    """Whoever is free takes the next test (`--dist loadscope`); of what runs at once, the first takes all."""

    def _split_scope(self, nodeid: str) -> str:
        if re.match(r"tests/test_live\.py::\w+\[(airflow|dagster|prefect)\b", nodeid):
            return "live"
        story = re.match(r"tests/test_conformance\.py::test_engine\[(\w+)", nodeid)
        return story[1] if story else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


# ------------------------------------------------------------------ what the stories came to

_noted: dict[str, dict[str, bool]] = {}
_stories = sameness.names_of_stories()  # now: while they run on an engine, somebody may write another one
_older: dict[tuple[str, str], dict[str, str | None]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note whether a story gave its trace on an engine: its test says with `record_property` which these are."""
    told = dict(report.user_properties)
    if report.when != "call" or not report.passed or "story" not in told:
        return
    if version := told.get("version"):
        why = None if told["equal"] else str(told["why"])
        _older.setdefault((str(told["engine"]), str(version)), {})[str(told["story"])] = why
    else:
        _noted.setdefault(str(told["engine"]), {})[str(told["story"])] = bool(told["equal"])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what the matrix of the documents is made of, after a run of every story on every engine.

    A file that was stale is a failure, as a stale golden is.
    """
    if hasattr(session.config, "workerinput"):
        return
    for (engine, version), stories in _older.items():
        if stories.keys() == _stories:
            sameness.write_older(engine, version, stories)
            print(f"\ntests/conformance/versions.json has {engine} {version}: `make docs`, then commit both")
    if not sameness.is_whole(_noted) or sameness.read() == _noted:
        return
    sameness.write(_noted)
    print("\ntests/conformance/results.json was stale and is written anew: `make docs`, then commit both")
    session.exitstatus = pytest.ExitCode.TESTS_FAILED
