"""Tests of tests: a program with `test` blocks, and what came of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc.testing.loading import load
from flowc.testing.report import Report
from flowc.testing.trial import run_tests

Tried = Callable[..., list[Report]]


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tried:
    """Runs the tests of a text, in a folder of their own with other files beside."""
    monkeypatch.chdir(tmp_path)

    def tried(text: str, **files: str) -> list[Report]:
        for name, content in {**files, "input": text}.items():
            Path(f"{name}.flow").write_text(content, "utf-8")
        compilation = compile_paths([Path("input.flow")])
        assert [each.message for each in compilation.diagnostics] == []
        return list(run_tests(load(compilation)))

    return tried
