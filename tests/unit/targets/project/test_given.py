"""Events and partitions as params."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc.ir.expr import Param, Run
from flowc.ir.graph import Graph, Program
from flowc.ir.reads import leaves
from flowc_targets.project.given import given_param, given_values, with_given

FILE = """
flow landing(event: str = "mine") {
  on file "in/*.csv"
  task land = sh "echo #{run.event.path} #{event} #{run.date}" when run.event.etag != "0"
}
"""


def compiled(text: str, folder: Path) -> Program:
    path = folder / "main.flow"
    path.write_text(text, "utf-8")
    program = compile_paths([path]).program
    assert program is not None
    return program


def graph_of(text: str, folder: Path) -> Graph:
    return with_given(compiled(text, folder)).graphs[0]


def test_an_event_that_is_read_is_a_param(tmp_path: Path) -> None:
    graph = graph_of(FILE, tmp_path)
    param = given_param(graph, "event")
    assert param is not None
    assert (param.name, str(param.type), param.default) == ("run_event", "(path: path, etag: str, size: size)", None)
    assert {leaf.name for leaf in leaves(graph) if isinstance(leaf, Run)} == {"date"}
    assert {leaf.name for leaf in leaves(graph) if isinstance(leaf, Param)} == {"run_event", "event"}


def test_where_nothing_is_asked_for_the_program_is_the_same_one(tmp_path: Path) -> None:
    plain = compiled('flow plain {\n  on file "in/*.csv"\n  task a = sh "echo #{run.date}"\n}\n', tmp_path)
    assert with_given(plain) is plain
    once = with_given(compiled(FILE, tmp_path))
    assert with_given(once) is once


def test_a_flow_that_clocks_start_too_may_have_no_event(tmp_path: Path) -> None:
    text = """
flow both {
  schedule daily, at: 03:00
  on webhook "/hooks/go"
  task a = sh "echo #{run.event ?? "none"}"
}
"""
    param = given_param(graph_of(text, tmp_path), "event")
    assert param is not None
    assert param.default is not None


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"path": "a"}, {"path": "a", "etag": None, "size": None}),
        ({"path": "a", "more": 1}, {"path": "a", "etag": None, "size": None, "more": 1}),
        ([1], [1]),
    ],
)
def test_what_a_trigger_lacks_is_null_and_nothing_is_lost(event: object, found: object, tmp_path: Path) -> None:
    assert given_values(graph_of(FILE, tmp_path), event=event, partition="eu") == {"run_event": found}


def test_a_partition_that_has_a_name_is_a_param(tmp_path: Path) -> None:
    graph = graph_of('flow r {\n  partition ["eu", "us"]\n  task a = sh "echo #{run.partition}"\n}\n', tmp_path)
    param = given_param(graph, "partition")
    assert param is not None
    assert (param.name, str(param.type)) == ("partition", '"eu" | "us"')
    assert given_values(graph, event=None, partition="eu") == {"partition": "eu"}
