"""Kinds and targets of other packages: built as wheels, laid on the path, and used by the command like our own."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

OUTSIDE = Path(__file__).parent / "outside"
FLOW = """\
flow greeting(name: str = "o'neil") {
  ## Says it.
  task hello = shout "hello #{name}" -> str
  task ready = sh "true"
  task again = sh "echo #{hello}" after ready
}
"""
Flowc = Callable[..., "subprocess.CompletedProcess[str]"]


def wheel(project: Path, folder: Path) -> Path:
    """A folder to put on the path: what an installer makes of the project's wheel."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheels"],
        cwd=project,
        check=True,
        capture_output=True,
    )
    [built] = (folder / "wheels").iterdir()
    zipfile.ZipFile(built).extractall(folder / "site")
    return folder / "site"


def copied(folder: Path, **changes: str) -> Path:
    """The project of the package under other names."""
    project = shutil.copytree(OUTSIDE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (path for path in project.rglob("*") if path.is_file()):
        text = file.read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
    for old, new in changes.items():
        if (project / old).exists():
            (project / old).rename(project / new)
    return project


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    return wheel(copied(folder / "project"), folder)


@pytest.fixture
def with_packages(flowc: Flowc, tmp_path: Path) -> Flowc:
    """Call the command in a folder that has the flow, with packages on the path."""
    (tmp_path / "greeting.flow").write_text(FLOW, "utf-8")
    house = [str(Path(__file__).parents[1] / top) for top in ("", "grammar", "targets")]

    def call(*words: str, sites: tuple[Path, ...]) -> subprocess.CompletedProcess[str]:
        return flowc(*words, cwd=tmp_path, env={"PYTHONPATH": os.pathsep.join([*map(str, sites), *house])})

    return call


def test_the_kind_runs_like_ours(with_packages: Flowc, site: Path) -> None:
    checked = with_packages("check", "greeting.flow", sites=(site,))
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "nothing wrong in 1 file\n", "")
    done = with_packages("run", "greeting.flow", "--trace", sites=(site,))
    assert done.returncode == 0, done.stderr
    assert 'hello  succeeded  1  "HELLO O\'NEIL"\n' in done.stdout


def test_without_the_package_there_is_no_such_kind(with_packages: Flowc) -> None:
    done = with_packages("check", "greeting.flow", sites=())
    assert done.returncode == 1
    assert "`shout`" in done.stdout + done.stderr


def test_the_target_builds(with_packages: Flowc, site: Path, tmp_path: Path) -> None:
    done = with_packages("build", "greeting.flow", "--target", "listing", "-o", "out", sites=(site,))
    assert done.returncode == 1
    assert "FLOW901" in done.stderr
    assert "params" in done.stderr
    (tmp_path / "greeting.flow").write_text(FLOW.replace('(name: str = "o\'neil")', "").replace("#{name}", "you"))
    done = with_packages("build", "greeting.flow", "--target", "listing", "-o", "out", sites=(site,))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "greeting.txt").read_text().splitlines() == [
        "hello (shell): Says it.",
        "ready (shell)",
        "again (shell) after hello, ready",
    ]
    assert "listing" in with_packages("targets", sites=(site,)).stdout.splitlines()[0]


def test_our_targets_take_the_kind(with_packages: Flowc, site: Path, tmp_path: Path) -> None:
    done = with_packages("build", "greeting.flow", "--target", "airflow", "-o", "out", sites=(site,))
    assert done.returncode == 0, done.stderr
    assert "tr '[:lower:]' '[:upper:]'" in (tmp_path / "out" / "dags" / "greeting.py").read_text("utf-8")


@pytest.mark.parametrize("command", [("check",), ("run",), ("build", "--target", "listing")])
def test_two_that_bring_the_same_name_are_both_named(
    with_packages: Flowc, site: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    names = {"flowc-shout": "flowc-louder", "flowc_shout": "flowc_louder"}
    other = wheel(copied(tmp_path / "other", **names), tmp_path / "louder")
    name, *options = command
    done = with_packages(name, "greeting.flow", *options, sites=(site, other))
    assert done.returncode == 1
    assert "the package flowc-shout" in done.stderr
    assert "the package flowc-louder" in done.stderr
    assert "FLOW900" not in done.stderr
