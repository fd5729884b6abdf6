"""Airflow's own rules where they say it exactly, a gate elsewhere."""

from pathlib import Path

import pytest

from tests.unit.targets.airflow.projects import dag, rules


def test_a_plain_flow_has_no_task_but_its_own(tmp_path: Path) -> None:
    found = rules(tmp_path, 'flow f {\n  task a = sh "echo 1" -> int\n  task b = python work:same(a) -> int\n}')
    assert found == {"a": "all_success", "b": "all_success"}


def test_where_one_can_fail_and_another_be_skipped_a_gate_waits_for_both(tmp_path: Path) -> None:
    source = """
flow f(go: bool = false) {
  task bad  = sh "exit 1"
  task gone = sh "true" when go
  task both = sh "true" after bad, gone
  task one  = sh "true" after gone
}"""
    found = rules(tmp_path, source)
    assert found["flowc_gate_both"] == "own"
    assert "flowc_gate_one" not in found


@pytest.mark.parametrize(
    ("edge", "rule"),
    [
        ("after a, when: done", "all_done"),
        ("after a, when: failed", "one_failed"),
        ("after a, b, when: failed", "own"),
    ],
)
def test_lenient_edges(tmp_path: Path, edge: str, rule: str) -> None:
    source = f'flow f {{\n  task a = sh "true"\n  task b = sh "true"\n  task c = sh "true" {edge}\n}}'
    found = rules(tmp_path, source)
    assert found.get("flowc_gate_c", found["c"]) == rule


def test_with_params_nothing_runs_after_a_failed_check_of_them(tmp_path: Path) -> None:
    source = 'flow f(n: int = 1) {\n  task a = sh "true"\n  task b = sh "true" after a, when: done\n}'
    assert rules(tmp_path, source)["flowc_gate_b"] == "own"
    assert 'require(context, "flowc_check_params")' in dag(tmp_path, source)


def test_the_join_of_two_arms(tmp_path: Path) -> None:
    source = """
flow f(go: bool = false) {
  task n = sh "echo 1" -> int
  if n > 0 {
    task a = sh "echo 1" -> int
  } else {
    task b = sh "echo 2" -> int
  }
  task c = python work:same(a ?? b) -> int
}"""
    found = rules(tmp_path, source)
    assert found["c"] in ("none_failed", "none_failed_min_one_success")
    assert "@task.branch\n" in dag(tmp_path, source)


def test_one_condition_short_circuits_what_follows_directly(tmp_path: Path) -> None:
    text = dag(tmp_path, 'flow f {\n  task n = sh "echo 1" -> int\n  task a = sh "true" when n > 0\n}')
    assert "@task.short_circuit(ignore_downstream_trigger_rules=False)" in text
    assert "return n > 0" in text


def test_in_a_loop_decisions_are_looked_up(tmp_path: Path) -> None:
    source = 'flow f {\n  for n in [1, 2] {\n    task a = sh "echo #{n}" -> int when n > 1\n  }\n}'
    assert rules(tmp_path, source)["flowc_gate_a"] == "own"
    assert 'arms=[("flowc_when_a", 0)]' in dag(tmp_path, source)


def test_a_deadline_gates_everything(tmp_path: Path) -> None:
    source = 'flow f {\n  deadline 1h\n  task a = sh "true"\n  finally {\n    task b = sh "true"\n  }\n}'
    found = rules(tmp_path, source)
    assert "flowc_gate_a" in found
    assert "flowc_gate_b" not in found


def test_the_run_fails_for_a_failure_that_reaches_no_leaf(tmp_path: Path) -> None:
    plain = 'flow f {\n  task a = sh "true"\n  task b = sh "true" after a\n}'
    lenient = 'flow f {\n  task a = sh "true"\n  task b = sh "true" after a, when: done\n}'
    assert "flowc_outcome" not in rules(tmp_path, plain)
    assert "flowc_outcome" in rules(tmp_path, lenient)
