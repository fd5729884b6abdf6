"""Random flows: the native runner gives what the contract says (`tests/fuzz/statement.py`), and so do the engines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, reject, settings

from tests.conftest import engine_with_others
from tests.fuzz.running import Unwanted, natively, wanted
from tests.fuzz.search import SLOW, Searcher, report, sample
from tests.fuzz.source import source
from tests.fuzz.strategy import flows
from tests.fuzz.tree import Flow
from tests.stories import ENGINES

SAMPLE, SEED = int(os.environ.get("FLOWC_FUZZ", "15")), 1
"""How many run on an engine: few here, as many as wanted and with any seed by `make fuzz`."""


@pytest.mark.slow
@settings(max_examples=1000, suppress_health_check=SLOW)
@given(flows())
def test_the_runner_gives_what_the_contract_says(flow: Flow) -> None:
    try:
        got = natively(flow)
    except Unwanted:
        reject()
    assert got == wanted(flow), source(flow)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(3600)  # it waits for the other batches, and what is wrong is made smaller
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "native"])
def test_a_sample_on(engine: str, tmp_path: Path, shared: Path) -> None:
    chosen = sample(SAMPLE, SEED)
    assert len(chosen) == SAMPLE
    with engine_with_others(shared):
        wrong = [report(engine, found) for found in Searcher(engine, tmp_path).wrong(chosen)]
    assert not wrong, "\n".join(wrong)
