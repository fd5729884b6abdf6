"""Random flows: the native runner gives what the contract says (`tests/flows.py`), and so do the engines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings

from flowc.compiler import compile_paths
from flowc.diagnostics.render import render
from flowc.ir.graph import Program
from flowc.runtime import api
from flowc_targets.native.load import load
from tests.flows import WORK, Flow, Statement, source
from tests.stories import columns
from tests.strategies import flows

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
UNWISE = {
    "FLOW413",  # what is required of both arms never comes
}
"""Errors of a flow that has a meaning all the same, but none that anybody wants."""


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=SLOW)
@given(flows())
def test_the_runner_gives_what_the_contract_says(flow: Flow) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        program = written(flow, folder)
        patch.chdir(folder)
        patch.syspath_prepend(folder)
        patch.delitem(sys.modules, "fuzz_work", raising=False)
        found = load(program)["fuzzed"]
        result = api.run(found, {"off": sorted(flow.off)}, root=folder, sync=False, inline=True)
        assert columns(result.trace) == Statement(flow).lines(), source(flow)


def written(flow: Flow, folder: Path) -> Program:
    """Put a flow and what belongs to it in a folder, and compile it."""
    (folder / "fuzz_work.py").write_text(WORK)
    (folder / "does.json").write_text(json.dumps(flow.does))
    (folder / "fuzzed.flow").write_text(source(flow))
    compilation = compile_paths([folder / "fuzzed.flow"])
    assume(not any(found.code.number in UNWISE for found in compilation.diagnostics))
    assert compilation.program is not None, source(flow) + render(list(compilation.diagnostics), "oneline")
    return compilation.program
