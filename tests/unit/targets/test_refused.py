"""What is refused in part is documented: every such answer of a target has a case, and every case is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.refusals import cases, refused

TARGETS = Path(__file__).parents[3] / "targets" / "flowc_targets"


@pytest.mark.parametrize("case", cases(), ids=lambda path: path.stem)
def test_the_case_is_refused(case: Path) -> None:
    assert refused(case)


def test_every_answer_has_a_case() -> None:
    told = {because for case in cases() for because, _ in refused(case)}
    unheard = [said for said in _reasons() if not any(all(part in because for part in said) for because in told)]
    assert unheard == []


def _reasons() -> Iterator[tuple[str, ...]]:
    """The constant parts of every reason that stands in the targets' code; templates are of the projects."""
    for path in TARGETS.rglob("*.py"):
        if "templates" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                constants = (each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant))
                yield tuple(value for value in constants if isinstance(value, str))
