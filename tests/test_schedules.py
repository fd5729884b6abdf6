"""The schedule certificate: each engine is due at the instants of the contract, or its target says that it is not.

CI looks at two years. `make schedules` looks at ten.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

import pytest
from attrs import evolve

from flowc.compiler import compile_paths
from flowc.ir.graph import Program
from flowc.ir.triggers import Cron, Every
from flowc.sema.outside.firings import firings
from flowc.target.contract import Refused, Weaker
from flowc.target.registry import target
from flowc.target.report import account
from tests.conftest import engine_python
from tests.schedules import CLAUSES, WORDS, source
from tests.stories import ENGINES

# Ten years from here end before 2037, where the zones of dateutil end, by which Prefect reckons
FIRST = datetime(2027, 1, 1, tzinfo=UTC)
YEARS = int(os.environ.get("FLOWC_YEARS", "2"))
LAST = FIRST.replace(year=FIRST.year + YEARS)


@cache
def program() -> Program:
    """All flows, compiled."""
    path = Path(mkdtemp()) / "schedules.flow"
    path.write_text(source(), encoding="utf-8")
    compilation = compile_paths([path])
    assert compilation.program is not None, [found.message for found in compilation.diagnostics]
    return compilation.program


def contract(flow: str) -> list[datetime]:
    """When a flow is due: by its words where these are worked out, else by what the compiler makes of them."""
    return WORDS[flow].between(FIRST, LAST) if flow in WORDS else compiled(flow, LAST)


@cache
def compiled(flow: str, until: datetime) -> list[datetime]:
    """When a flow is due by what was made of its clause."""
    (trigger,) = program().graph(flow).triggers
    assert isinstance(trigger, Cron | Every)
    return [instant.astimezone(UTC) for instant in firings(trigger, FIRST, until)]


def told(engine: str) -> set[str]:
    """The flows of which a target says that it cannot say when they are due, or not so exactly."""
    rows = account(target(engine), program())
    return {
        row.flow
        for row in rows
        if isinstance(row.answer, Refused | Weaker) and row.feature.name.startswith(("schedule", "every"))
    }


@pytest.mark.parametrize("flow", sorted(WORDS))
def test_a_clause_is_compiled_to_what_its_words_say(flow: str) -> None:
    until = FIRST.replace(year=FIRST.year + 2)
    found = compiled(flow, until)
    assert found != []
    assert difference(found, WORDS[flow].between(FIRST, until)) == "0 missing [], 0 too many []"


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "native"])
def test_an_engine_is_due_at_the_contracts_instants(engine: str, tmp_path: Path) -> None:
    left = told(engine)
    flows = tuple(graph for graph in program().graphs if graph.name not in left)
    verify = import_module(f"flowc_targets.{engine}.verify")
    asked = {graph.name: (FIRST, LAST) for graph in flows}
    found = verify.due(evolve(program(), graphs=flows), asked, python=engine_python(engine), home=tmp_path)
    differing = {name: difference(found[name], contract(name)) for name in asked if found[name] != contract(name)}
    assert differing == {}
    assert len(flows) >= EXACT[engine], f"of {len(CLAUSES)} schedules {sorted(left)} are left out"


EXACT = {"airflow": len(CLAUSES), "dagster": len(CLAUSES), "prefect": len(CLAUSES)}
"""So many schedules a target says exactly."""


def difference(found: list[datetime], due: list[datetime]) -> str:
    """What is missing and what is too much."""
    missing, more = sorted(set(due) - set(found)), sorted(set(found) - set(due))
    return f"{len(missing)} missing {missing[:2]}, {len(more)} too many {more[:2]}"
