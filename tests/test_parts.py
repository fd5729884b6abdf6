"""Flows that are split, on the engines that can run parts: random ones give the trace of the flow as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.compiler import division
from flowc.ir.features import Feature
from flowc.ir.graph import Program
from flowc.target.contract import Refused
from flowc.target.registry import target
from tests.conftest import engine_python, engine_with_others
from tests.fuzz.running import batch, laid, wanted
from tests.fuzz.search import sample
from tests.fuzz.source import source
from tests.stories import ENGINES

SAMPLE, SEED, MOST = 8, 7, 2
ABLE = [
    engine for engine in ENGINES if engine != "native" and not isinstance(target(engine).answer(Feature.split), Refused)
]


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(3600)  # it waits for the other batches
@pytest.mark.parametrize("engine", ABLE)
def test_parts_give_the_trace_of_the_whole_on(engine: str, tmp_path: Path, shared: Path) -> None:
    found = sample(4 * SAMPLE, SEED)
    chosen = [flow for number, flow in enumerate(found) if _is_split(laid(flow, tmp_path / f"flow{number}"))][:SAMPLE]
    assert len(chosen) == SAMPLE
    with engine_with_others(shared):
        ran = batch(engine, engine_python(engine), chosen, tmp_path / "batch", most=MOST)
    assert [(source(each.flow), wanted(each.flow), each.lines) for each in ran if each.is_wrong] == []
    assert sum(each.lines is None for each in ran) < SAMPLE / 4, "most are not refused"


def _is_split(program: Program) -> bool:
    return any(division(graph, MOST).parts for graph in program.graphs)
