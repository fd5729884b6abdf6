"""Jobs are run by a process of the engine's Python; here an engine of a few lines stands for a real one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest
from attrs import frozen

from flowc.target.contract import EngineError
from flowc_targets.engines import process

WARM = """
import os
from contextlib import contextmanager

SHARES_POOLS = os.environ["SHARES_POOLS"] == "yes"

@contextmanager
def ready():
    if os.environ.get("COLD"):
        raise SystemExit("nothing is warm")
    print("ready")
    yield
"""
JOB = """
import importlib, os, subprocess, sys, time
from pathlib import Path

def run(spec):
    print("does", spec["does"])
    match spec["does"]:
        case "end":
            return {"status": "finished", "runs": [spec["env"]]}
        case "refuse":
            return {"status": "refused", "error": "bad params"}
        case "raise":
            raise ValueError("no such thing")
        case "exit":
            os._exit(0)
        case "hang":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
            Path(spec["home"], "child").write_text(str(child.pid))
            time.sleep(600)
        case "import":
            sys.path.insert(0, spec["project"])
            return {"status": "finished", "runs": [importlib.import_module("job").WHOSE]}
        case "meet":
            # with another at the same time there would be two files
            mark = Path(spec["project"], f"here-{os.getpid()}")
            mark.touch()
            time.sleep(0.1)
            met = len(list(mark.parent.glob("here-*")))
            mark.unlink()
            return {"status": "finished", "runs": [met]}
"""


@frozen(kw_only=True)
class Job(process.Job):
    does: str
    timeout: float = 60.0


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside" / "flowc_inside"
    folder.mkdir(parents=True)
    (folder / "warm.py").write_text(WARM)
    (folder / "job.py").write_text(JOB)
    return folder.parent


def run(inside: Path, *jobs: Job, **env: str) -> list[process.Record]:
    home = inside.parent / "home"
    home.mkdir(exist_ok=True)
    return process.run(
        "Toy",
        jobs,
        inside=inside,
        python=Path(sys.executable),
        home=home,
        env={**os.environ, "SHARES_POOLS": "no", **env},
        workers=2,
        timeout=120,
    )


def test_each_job_has_its_record_in_the_order_of_the_jobs(inside: Path, tmp_path: Path) -> None:
    told = run(
        inside,
        Job(id="a", project=tmp_path, does="refuse"),
        Job(id="b", project=tmp_path, does="end", env={"TOKEN": "s3cret"}),
        Job(id="c", project=tmp_path, does="raise"),
        Job(id="d", project=tmp_path, does="exit"),
    )
    assert told[0] == {"id": "a", "status": "refused", "error": "bad params", "runs": []}
    assert told[1] == {"id": "b", "status": "finished", "error": None, "runs": [{"TOKEN": "s3cret"}]}
    assert [each["id"] for each in told] == ["a", "b", "c", "d"]
    assert [each["status"] for each in told[2:]] == ["crashed", "crashed"]
    assert "ValueError: no such thing" in told[2]["error"]
    assert "does exit" in told[3]["error"], "what it said last"


def test_a_job_that_does_not_end_is_killed_with_what_it_has_started(inside: Path, tmp_path: Path) -> None:
    (told,) = run(inside, Job(id="a", project=tmp_path, does="hang", timeout=2.0))
    assert told["status"] == "timeout"
    assert told["error"].startswith("not ended after 2.0 s")
    assert "job.py" in told["error"], "where it stood"
    child = int((tmp_path / "home" / "jobs" / "0" / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(("shares", "pools", "most"), [("yes", {"db": 1}, 1), ("yes", {}, 2), ("no", {"db": 1}, 2)])
def test_jobs_that_share_pools_run_one_after_the_other(
    inside: Path, tmp_path: Path, shares: str, pools: dict[str, int], most: int
) -> None:
    jobs = [Job(id=str(n), project=tmp_path, does="meet", pools=pools) for n in range(6)]
    met = [each["runs"][0] for each in run(inside, *jobs, SHARES_POOLS=shares)]
    assert max(met) <= most
    assert most == 2 or met == [1] * 6


def test_a_users_module_may_be_called_as_ours_are(inside: Path, tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text("WHOSE = 'theirs'\n")
    (told,) = run(inside, Job(id="a", project=tmp_path, does="import"))
    assert told["runs"] == ["theirs"]


def test_an_engine_that_does_not_start_says_why(inside: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"Toy ended with 1:\nnothing is warm"):
        run(inside, Job(id="a", project=tmp_path, does="end"), COLD="yes")


def test_variables_of_python_and_of_the_engine_stay_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOY_HOME", "PYTHONPATH", "OTHER"):
        monkeypatch.setenv(name, "x")
    found = process.variables("TOY")
    assert found["OTHER"] == "x"
    assert not {"TOY_HOME", "PYTHONPATH"} & found.keys()
