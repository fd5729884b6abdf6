"""A connection that only tells where an asset lies is nobody's to connect to."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc.diagnostics import Problems
from flowc.ir.features import Feature
from flowc.ir.uses import uses_of
from flowc.target.build import build
from flowc.target.registry import target

SOURCE = """
connection lake: s3 bucket env("LAKE_BUCKET") role secret("LAKE_ROLE")
connection wh: sqlite { database "warehouse.db" }
asset raw: table = @lake "raw/orders/"
asset facts: table = @wh "facts"

flow f {
  task land = sh "true" writes raw
  task load = sql @wh "DELETE FROM facts" reads raw writes facts after land
}
"""


@pytest.mark.parametrize("name", ["native", "airflow", "dagster", "prefect"])
def test_its_settings_are_not_asked_for(name: str, tmp_path: Path) -> None:
    (tmp_path / "f.flow").write_text(SOURCE, "utf-8")
    compiled = compile_paths([tmp_path / "f.flow"])
    assert compiled.program is not None, compiled.diagnostics
    (graph,) = compiled.program.graphs
    assert [connection.name for connection in graph.connections] == ["wh"]
    assert Feature.secrets not in {use.feature for use in uses_of(graph)}
    problems = Problems()
    tree = build(target(name), compiled.program, problems)
    assert tree is not None, problems
    assert [path for path, text in tree.items() if isinstance(text, str) and "LAKE_" in text] == []
