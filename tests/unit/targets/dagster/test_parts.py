"""Large flows: a graph for each part, nested in the job's."""

from __future__ import annotations

from pathlib import Path

from tests.unit.targets.dagster.projects import job

CHAIN = """
flow f {
  task a = sh "echo 1" -> int
  task b = sh "echo #{a}" -> int
  task c = sh "echo #{b}" -> int
  task d = sh "echo #{a + c}" -> int
}"""
LOOP = """
flow f {
  for x in [1, 2] {
    task a = sh "echo #{x}" -> int
  }
  task b = python builtins:sum(a) -> int
  task c = sh "exit 1" after b
  finally { task d = sh "true" }
}"""


def test_a_part_takes_and_gives_what_others_read(tmp_path: Path) -> None:
    text = job(tmp_path, CHAIN, most=2)
    assert "@dg.graph(out={\n" not in text, "few enough for a line"
    assert '@dg.graph(out={"a_out": dg.GraphOut(), "b_out": dg.GraphOut()})\ndef f_1():\n' in text
    assert "@dg.graph\ndef f_2(b_out, a_out):\n" in text
    assert text.endswith("def f():\n    a_out, b_out = f_1()\n    f_2(b_out=b_out, a_out=a_out)\n")
    assert "Outcome" not in text, "and is as plain as a whole job"


def test_a_loop_is_gathered_in_its_part(tmp_path: Path) -> None:
    text = job(tmp_path, LOOP, most=2)
    part = text[text.index("def f_1(") : text.index("\n@dg.job")]
    assert "def each_x(x):" in part
    assert "list_a_out = list_a(a=a_out.collect()" in part
    assert "collect()" not in text.replace(part, "")
    assert "at_the_end_out = at_the_end(" in text[text.index("\n@dg.job") :], "handlers are the flow's own"


def test_few_tasks_are_one_graph(tmp_path: Path) -> None:
    assert "@dg.graph" not in job(tmp_path, CHAIN)


def test_a_name_that_another_op_has_is_the_parts_no_more(tmp_path: Path) -> None:
    others = '\nflow g {\n  task f_1 = sh "true"\n}'
    assert '@dg.graph(name="f__f_1"' in job(tmp_path, CHAIN + others, most=2)
