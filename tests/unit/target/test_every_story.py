"""Every story, every flow of the live tests, every example is built for every target, whole and in parts.

What a target cannot say it refuses at its place; what it builds, it builds without anything being left unread.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.compiler import compile_paths, in_parts
from flowc.diagnostics import Problems
from flowc.target.build import build
from flowc.target.registry import target
from flowc_targets import BUILTIN

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path
    for folder in ("tests/conformance", "tests/live", "examples")
    for path in (ROOT / folder).rglob("*.flow")
    if ".flowc" not in path.parts
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_dropped(path: Path) -> None:
    program = compile_paths([path]).program
    if program is None:  # a story of what is wrong, or a file that others import
        return
    for each in map(target, BUILTIN):
        for one in (program, in_parts(program, 1, nests=each.nests)):
            problems = Problems()
            assert (build(each, one, problems) is None) == problems.has_errors
