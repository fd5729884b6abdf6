"""What is handed out works by itself: the built wheel in an empty environment, far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """The standard output of a command that must end well, started without anything of this checkout."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=clean, capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    [built] = folder.glob("flowc-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an empty environment into which the wheel was installed; its dependencies come from uv's cache."""
    folder = tmp_path_factory.mktemp("installed")
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--python", sys.executable, folder / "env", cwd=folder)
    scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    locked = ("--offline", "--constraint", ROOT / "locks" / "dev.txt")
    run(*uv, "pip", "install", "--quiet", *locked, "--python", scripts / "python", wheel, cwd=folder)
    return scripts


def test_the_wheel_holds_the_packages_and_their_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"flowc", "flowc_grammar", "flowc_targets", f"{wheel.name.split('-py3')[0]}.dist-info"}
    for top in ("flowc", "grammar/flowc_grammar", "targets/flowc_targets"):
        tracked = run("git", "ls-files", "-z", top, cwd=ROOT).split("\0")[:-1]
        inside = [name.removeprefix("grammar/").removeprefix("targets/") for name in tracked if (ROOT / name).exists()]
        assert sorted(set(inside) - set(names)) == []


def test_the_sdist_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    [sdist] = tmp_path.glob("flowc-*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = (path for path in tmp_path.iterdir() if path.is_dir())
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again", cwd=unpacked)
    [again] = (tmp_path / "again").glob("*.whl")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


FLOW = """\
flow greetings(name: str = "world") {
  task greet = sh "printf 'hello %s' #{name}" -> str
  task shout = python loud:shout(greet) -> str
}
"""


def test_the_command_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "greetings.flow").write_text(FLOW)
    (tmp_path / "loud.py").write_text("def shout(text: str) -> str:\n    return text.upper()\n")
    flowc = installed / "flowc"
    assert "check" in run(flowc, "--help", cwd=tmp_path)
    run(flowc, "check", "greetings.flow", cwd=tmp_path)
    assert run(flowc, "run", "greetings.flow", "--trace", "--param", "name=moon", cwd=tmp_path).split("\n") == [
        'greet  succeeded  1  "hello moon"',
        'shout  succeeded  1  "HELLO MOON"',
        "run    succeeded",
        "",
    ]


def test_the_command_is_the_module(installed: Path, tmp_path: Path) -> None:
    module = run(installed / "python", "-m", "flowc", "--version", cwd=tmp_path)
    assert module == run(installed / "flowc", "--version", cwd=tmp_path)


def test_every_target_is_found_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "greetings.flow").write_text(FLOW)
    (tmp_path / "loud.py").write_text("def shout(text: str) -> str:\n    return text.upper()\n")
    for target in ("airflow", "dagster", "native", "prefect"):
        run(installed / "flowc", "build", "greetings.flow", "--target", target, "-o", target, cwd=tmp_path)
        assert list((tmp_path / target).rglob("*.py")) != []


def test_pytest_collects_the_tests_of_flows(installed: Path, tmp_path: Path) -> None:
    """By the entry point: nothing is said to pytest."""
    locked = ("--offline", "--constraint", ROOT / "locks" / "dev.txt")
    uv = (sys.executable, "-m", "uv", "pip", "install", "--quiet", *locked)
    run(*uv, "--python", installed / "python", "pytest", cwd=tmp_path)
    (tmp_path / "a.flow").write_text(
        'flow f {\n  task a = sh "true" retry 2\n}\n'
        'test "thrice" for f {\n  set a = failed\n  expect attempts(a) == 3\n}\n'
    )
    assert "a.flow::thrice PASSED" in run(installed / "python", "-m", "pytest", "-v", cwd=tmp_path)
