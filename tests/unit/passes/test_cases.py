"""What a pass makes of a flow, as a diff of the graph's text: `tests/cases/passes/PASS-story/`.

`pytest --force-regen` writes `expected.diff` anew; look at what it wrote.
"""

from difflib import unified_diff
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowc.compiler import compile_text
from flowc.ir.graph import Graph
from flowc.ir.text import write
from flowc.ir.verify import verify
from flowc.passes.base import Pass
from flowc.passes.pipeline import PIPELINE
from flowc.sema.build import build

CASES = sorted((Path(__file__).parents[2] / "cases/passes").iterdir())
PASSES = {step.name: step for step in PIPELINE if isinstance(step, Pass)}


def diff(before: Graph, after: Graph) -> str:
    lines = unified_diff(write(before).splitlines(True), write(after).splitlines(True), "before", "after", n=2)
    return "".join(lines) or "no change\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case: Path, file_regression: FileRegressionFixture) -> None:
    step = PASSES[case.name.split("-")[0]]
    compiled = compile_text((case / "input.flow").read_text("utf-8"), "input.flow")
    assert compiled.module is not None and not compiled.has_errors
    [graph] = [build(flow) for flow in compiled.module.flows]
    lean = step.change(graph)
    assert verify(lean) == []
    file_regression.check(diff(graph, lean), fullpath=case / "expected.diff")


def test_a_case_holds_nothing_else() -> None:
    assert {tuple(sorted(file.name for file in case.iterdir())) for case in CASES} == {("expected.diff", "input.flow")}
