"""For pytest: the `test` blocks of `.flow` files are tests as others are. A file without one costs a look."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flowc.ir.tests import Test
    from flowc.testing.bench import Bench
    from flowc.testing.loading import Loaded


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FlowFile | None:
    """A `.flow` file that may hold tests."""
    if file_path.suffix != ".flow":
        return None
    from flowc.testing.words import may_have_tests

    text = file_path.read_text("utf-8", errors="replace")
    return _child(FlowFile, parent, path=file_path) if may_have_tests(text) else None


def _child(kind: type[Any], parent: pytest.Collector, **more: Any) -> Any:
    """A node below another one; how they are made is not typed."""
    return kind.from_parent(parent, **more)


class FlowFile(pytest.File):
    """The tests of one file."""

    loaded: Loaded
    _bench: Bench | None = None

    def collect(self) -> Iterable[FlowTest]:
        """Each test by its title; what is wrong in the file as `flowc check` says it."""
        from flowc.compiler import compile_sources
        from flowc.diagnostics import Problems, Severity
        from flowc.diagnostics.reading import read_source
        from flowc.diagnostics.render import render
        from flowc.testing.loading import load

        problems = Problems()
        source = read_source(self.path, problems, shown=os.path.relpath(self.path))
        compilation = compile_sources([(self.path, source)]) if source else None
        if compilation:
            problems.extend(compilation.diagnostics)
        if compilation is None or problems.has_errors:
            grave = [each for each in problems.sorted() if each.severity is Severity.ERROR]
            raise self.CollectError(render(grave, "terminal"))
        self.loaded = load(compilation)
        for test in self.loaded.tests:
            yield _child(FlowTest, self, name=test.title, test=test)

    def bench(self) -> Bench:
        """Where its tests are run."""
        from flowc.testing.bench import Bench

        if self._bench is None:
            self._bench = Bench()
        return self._bench

    def teardown(self) -> None:
        """Give back what they were run in."""
        if self._bench is not None:
            self._bench.close()
            self._bench = None


class Fails(Exception):
    """A test that does not pass; what is said of it is for people."""


class FlowTest(pytest.Item):
    """One `test` block."""

    parent: FlowFile  # type: ignore[assignment]

    def __init__(self, *, test: Test, **more: Any) -> None:
        super().__init__(**more)  # pyright: ignore[reportUnknownMemberType]
        self.test = test

    def runtest(self) -> None:
        """Fails where something is expected that does not hold."""
        from flowc.diagnostics.render import render
        from flowc.testing.trial import run_test

        found = run_test(self.test, self.parent.loaded, self.parent.bench())
        if found.outcome != "passed":
            raise Fails(render(found.diagnostics, "terminal"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The places in the flow, and no traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, Fails) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands."""
        return self.path, self.test.at.line - 1, f"{self.test.flow}: {self.test.title}"
