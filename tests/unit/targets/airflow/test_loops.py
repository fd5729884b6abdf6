"""Loops as mapped tasks and task groups."""

from pathlib import Path

from tests.unit.targets.airflow.projects import dag, rules


def test_one_task_is_expanded_by_itself(tmp_path: Path) -> None:
    text = dag(tmp_path, "flow f {\n  task ns = python work:numbers() -> list[int]\n  for n in ns {\n"
               "    task a = python work:same(n) -> int\n  }\n}")  # fmt: skip
    assert "a.expand(n=ns_task)" in text
    assert "task_group" not in text


def test_several_tasks_are_a_mapped_group(tmp_path: Path) -> None:
    text = dag(tmp_path, "flow f {\n  for n in [1, 2] limit 3 {\n    task a = python work:same(n) -> int\n"
               "    task b = python work:same(a) -> int\n  }\n}")  # fmt: skip
    assert "@task_group(prefix_group_id=False)" in text
    assert "for_n.expand(n=[1, 2])" in text
    assert text.count("max_active_tis_per_dagrun=3") == 2


def test_text_that_airflow_would_take_for_a_template_is_not_written_into_the_dag(tmp_path: Path) -> None:
    text = dag(tmp_path, 'flow f {\n  for t in ["{{ ds }}", "b"] {\n    task a = sh "echo #{t}" -> str\n  }\n}')
    assert "a.expand(t=[0, 1])" in text


def test_gathered_values_come_from_a_list(tmp_path: Path) -> None:
    source = (
        "flow f {\n  task ns = python work:numbers() -> list[int]\n  for n in ns tolerate 1 {\n"
        "    task a = python work:same(n) -> int\n  }\n  task t = python work:total(a) -> int\n}"
    )
    text = dag(tmp_path, source)
    assert 'gather(context, "a", len(pull(context, "ns")), tolerate=[1])' in text
    assert "t(flowc_gather_a_task)" in text
    assert "flowc_outcome" in rules(tmp_path, source)


def test_a_loop_is_cut_where_it_waits_for_what_waits_for_it(tmp_path: Path) -> None:
    source = """
flow f {
  task ns = python work:numbers() -> list[int]
  for n in ns {
    task a = python work:same(n) -> int
    for m in work_of {
      task b = python work:same(m) -> int
    }
    task work_of = python work:lists(n) -> list[int]
    task c = python work:total(b) -> int
  }
}"""
    text = dag(tmp_path, source)
    assert text.count("@task_group") + text.count(".expand(") >= 3
    assert '@task(trigger_rule="all_done")\n    def flowc_all_m' in text
    assert 'within=[context["ti"].map_index]' in text


def test_nested_loops_stand_side_by_side(tmp_path: Path) -> None:
    source = (
        'flow f {\n  for n in [1, 2] {\n    for m in [3, 4] {\n      task a = sh "echo #{n} #{m}" -> str\n    }\n  }\n}'
    )
    text = dag(tmp_path, source)
    assert 'flatten(context, "flowc_each_m", [1, 2], static=2)' in text
    assert "m['items'][0]" in text
    assert "m['items'][1]" in text
    assert "decide(context, inside=m)" in text


def test_a_loop_that_is_skipped_beside_a_failure_is_flattened(tmp_path: Path) -> None:
    source = """
flow f(go: bool = false, ns: list[int] = []) {
  task bad = sh "exit 1"
  if go {
    for n in ns {
      task a = sh "echo #{n}" -> str%s
    }
    task all = sh "echo #{len(a)}"
  }
}"""
    plain = dag(tmp_path, source % "")
    assert "a.expand(n=flowc_each_n_task)" in plain
    assert 'gather(context, "a", len(pull(context, "flowc_each_n")))' in plain
    text = dag(tmp_path, source % " after bad")
    assert 'entered(context, "flowc_each_n")' in text
    assert 'decide(context, requires=["bad"], inside=n)' in text
    assert "n['items'][0]" in text
    assert 'gather(context, "a", pull(context, "flowc_all_n"))' in text


def test_what_numbers_the_instances_of_a_failure_is_told_by_kind_of_loop(tmp_path: Path) -> None:
    source = (
        'flow f {\n  for n in [1, 2] {\n    task b = sh "exit 1"\n    for m in [3, 4] {\n      task a = sh "exit 1"\n'
        '    }\n  }\n  on failure {\n    task told = sh "echo #{run.failed_task}"\n  }\n}'
    )
    text = "".join(dag(tmp_path, source).split())
    assert 'over={"b":2}' in text
    assert 'flattened={"a":"flowc_all_m"}' in text
