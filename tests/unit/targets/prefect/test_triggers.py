"""What a deployment's triggers tell a run of the event that has started it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from flowc_targets.prefect.triggers import triggers
from flowc_targets.project.given import with_given
from tests.unit.targets.prefect.projects import program

SOURCE = """
asset days: path = "days" partition day
asset plain: path = "plain"

flow made {
  partition day, start: 2024-01-01
  task make = sh "make" writes days, plain
}
flow strict {
  on asset days
  task a = sh "echo #{run.event.partition}"
}
flow lenient {
  on asset days or asset plain
  task a = sh "echo #{run.event.partition == null}"
}
"""
IF_ANY = "{{ event.payload.partition | default(none) | tojson }}"


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        ("strict", ["{{ event.payload.partition }}"]),
        ("lenient", [{"__prefect_kind": "json", "value": {"__prefect_kind": "jinja", "template": IF_ANY}}, None]),
    ],
)
def test_the_partition_is_the_one_that_stands_in_the_event(flow: str, told: list[Any], tmp_path: Path) -> None:
    known = with_given(program(tmp_path, SOURCE))
    found: list[Any] = triggers(known.graph(flow), known)
    assert [each["parameters"]["event"]["partition"] for each in found] == told


def test_a_partition_that_one_of_two_assets_lacks_may_be_null(tmp_path: Path) -> None:
    known = program(tmp_path, SOURCE)
    shapes = [str(known.graph(flow).event) for flow in ("strict", "lenient")]
    assert shapes == ["(name: str, partition: date)", "(name: str, partition: date?)"]


@pytest.mark.parametrize("overlap", ["queue", "skip"])
def test_whatever_end_of_a_flow_may_be_one_of_several_events(overlap: str, tmp_path: Path) -> None:
    source = f"""
asset prices: path = "prices.csv"
flow price {{ task a = sh "true" writes prices }}
flow load {{
  max_runs 1, overlap: {overlap}
  target prefect {{ accept [overlap_queue] }}
  task a = sh "true"
}}
flow both {{
  on asset prices and flow load(when: done)
  task a = sh "true"
}}"""
    known = with_given(program(tmp_path, source))
    (compound,) = triggers(known.graph("both"), known)
    asset, end = cast("list[dict[str, Any]]", compound["triggers"])
    assert asset["expect"] == ["prefect.asset.materialization.succeeded"]
    states = ("Completed", "Failed", "Crashed", "TimedOut", "Cancelled")
    assert end["expect"] == [f"prefect.flow-run.{state}" for state in states]
    dropped = {"prefect.state-message": "!Deployment concurrency limit reached."}
    assert end.get("match") == (dropped if overlap == "skip" else None)
