"""The plugin for pytest: `.flow` files with tests are collected, run and told of as other tests are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOOD = """flow nightly {
  task load = sh "wc -l < a.csv" -> int
  task deep = sh "make deep" when load > 10
}
test "a large day" for nightly {
  set load = 11
  expect ran(deep)
}
test "a small day" for nightly {
  set load = 1
  expect skipped(deep)
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(folder: Path, *words: str, python: str = "") -> tuple[int, str]:
    """Pytest in a process of its own; `python` runs in it last."""
    command = f"""
import sys
sys.path[:0] = {[str(ROOT), str(ROOT / "targets"), str(ROOT / "grammar")]!r}
import pytest
code = pytest.main(["-p", "flowc.pytest_plugin", "-p", "no:cacheprovider", *{list(words)!r}])
{python}
sys.exit(code)
"""
    environment = {"PATH": "/usr/bin:/bin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    return done.returncode, done.stdout + done.stderr


def test_tests_of_flows_are_tests(folder: Path) -> None:
    (folder / "a.flow").write_text(GOOD)
    (folder / "test_b.py").write_text("def test_b():\n    pass\n")
    code, out = run(folder, "-v")
    assert code == 0, out
    assert "a.flow::a large day PASSED" in out
    assert "a.flow::a small day PASSED" in out
    assert "3 passed" in out
    code, out = run(folder, "-v", "-k", "large")
    assert code == 0, out
    assert "1 passed, 2 deselected" in out


def test_what_does_not_hold_has_its_place_and_no_traceback(folder: Path) -> None:
    (folder / "a.flow").write_text(GOOD.replace("set load = 11", "set load = 9"))
    code, out = run(folder)
    assert code == 1, out
    assert "error[FLOW831 expectation-failed]: `ran(deep)` does not hold\n --> a.flow:7:10\n" in out
    assert "  = note: deep: skipped\n" in out
    assert "nightly: a large day" in out
    assert "Traceback" not in out
    assert "runtest" not in out
    assert "1 failed, 1 passed" in out


def test_mistakes_of_the_source_are_told_as_ever(folder: Path) -> None:
    (folder / "a.flow").write_text(GOOD.replace("ran(deep)", "ran(dep)"))
    code, out = run(folder)
    assert code == 2, out
    assert "error[FLOW201 unknown-name]: `dep` is no task or group of this flow\n --> a.flow:7:14\n" in out
    assert "Traceback" not in out


def test_nothing_heavy_is_imported_where_no_flow_has_a_test(folder: Path) -> None:
    (folder / "a.flow").write_text('flow f {\n  task a = sh "true"\n}\n')
    (folder / "test_b.py").write_text("def test_b():\n    pass\n")
    shown = (
        'print("HEAVY", [name for name in ("attrs", "lark", "flowc.compiler", "flowc.runtime") if name in sys.modules])'
    )
    code, out = run(folder, python=shown)
    assert code == 0, out
    assert "HEAVY []" in out
