"""How a flow is started by hand, as the README of a project has it: what is given there is taken."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flowc.compiler import compile_paths
from flowc.ir.graph import Program
from flowc.runtime.params import bind
from flowc.runtime.reading import from_json
from flowc.runtime.values import conform
from flowc.runtime.view import View
from flowc.target.registry import target
from flowc.target.types import spelled
from flowc_targets.native.load import load
from flowc_targets.project.examples import example, required

ROOT = Path(__file__).parents[4]
SOURCE = """
schema Row {
  id: int
  when: date
}

enum Mode = "a b", "it's $HOME"

flow many(
  low: int in 7..9,
  below: float in -2.5..0.5,
  since: date in 2031-05-01..2031-05-31,
  sure: int = 3,
  rows: list[Row],
  by: map[str, list[decimal(9, 4)]],
  whole: decimal(9, 0),
  raw: bytes,
  into: table,
  side: "it's" | "a b",
  perhaps: Mode?,
) {
  task a = sh "true"
}

flow none(n: int = 1) {
  task a = sh "true"
}

flow date(day: date) {
  task a = sh "true"
}
"""


@cache
def program(file: Path) -> Program:
    found = compile_paths([file])
    assert found.program is not None
    return found.program


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "main.flow"
    file.write_text(SOURCE)
    return file


def accepted(file: Path, flow: str, given: Mapping[str, Any]) -> None:
    """The native runner takes the params; all else is an error."""
    bind(load(program(file))[flow], given, cast(View, SimpleNamespace()))


def test_what_has_to_be_given_is_taken(source: Path) -> None:
    given = required(program(source).graph("many"))
    assert given.keys() == {"low", "below", "since", "rows", "by", "whole", "raw", "into", "side", "perhaps"}
    assert (given["low"], given["below"], given["since"]) == (7, -2.5, "2031-05-01"), "an end of the range"
    assert given["rows"] == [{"id": 1, "when": "2024-01-31"}]
    accepted(source, "many", given)


def test_an_example_of_every_type_is_one(tmp_path: Path) -> None:
    graph = program(ROOT / "tests" / "conformance" / "params_of_every_type" / "main.flow").graphs[0]
    for param in graph.params:
        conform(from_json(example(param.type), spelled(param.type)), spelled(param.type))


@pytest.mark.parametrize("engine", ["airflow", "dagster", "prefect"])
def test_a_readme_starts_each_flow_with_what_has_to_be_given(engine: str, source: Path) -> None:
    """The values survive the shell, whatever they hold."""
    chosen = target(engine)
    readme = chosen.render(chosen.lower(program(source))).text("README.md")
    begins = {"airflow": "airflow dags trigger", "dagster": "dg launch --job", "prefect": "prefect deployment run"}
    commands = [shlex.split(line) for line in readme.splitlines() if line.startswith(begins[engine])]
    many, none, date = (command[len(begins[engine].split()) :] for command in commands)
    option = {"airflow": "--conf", "dagster": "--config-json", "prefect": "--params"}[engine]
    assert many[1] == option
    given = json.loads(many[2])
    if engine == "dagster":
        given = given["resources"]["params"]["config"]
    accepted(source, "many", given)
    assert len(none) == 1
    assert date[0] == {"airflow": "date", "dagster": "date", "prefect": "date/date"}[engine], "as the engine knows it"


def test_a_readme_posts_the_event_to_a_flow_that_clocks_start_too(tmp_path: Path) -> None:
    """Its event has a default, as a schedule has none to give."""
    source = tmp_path / "posted.flow"
    flow = 'flow posted {\n  every 1h\n  on webhook "/orders" body Order\n  task order = sh "echo"\n}\n'
    source.write_text(f"schema Order {{ id: int }}\n{flow}", "utf-8")
    chosen = target("prefect")
    readme = chosen.render(chosen.lower(program(source))).text("README.md")
    _, _, rest = readme.partition("curl -X POST ")
    words = shlex.split(rest.partition("\n```")[0])
    assert json.loads(words[words.index("-d") + 1])["parameters"] == {"event": {"id": 1}}
