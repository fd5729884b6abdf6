"""Plain flows come out plain: Dagster's own rules where they say it exactly, outcomes elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.targets.dagster.projects import job


def test_a_plain_flow_has_no_op_but_its_own(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  task a = sh "echo 1" -> int\n  task b = python work:same(a) -> int\n}')
    assert "@dg.op\ndef a() -> int:  # main.flow:2\n" in text
    assert "@dg.op\ndef b(a: int) -> int:  # main.flow:3\n" in text
    assert text.endswith("def f():\n    a_out = a()\n    b(a=a_out)\n")
    assert "Outcome" not in text


def test_what_only_waits_has_an_input_of_nothing(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  task a = sh "true"\n  task b = sh "true"\n  task c = sh "true" after a, b\n}')
    assert '@dg.op(ins={"after": dg.In(dg.Nothing)})\ndef c() -> None:' in text
    assert "    c(after=[a_out, b_out])\n" in text


def test_an_arm_is_an_output_that_is_not_required(tmp_path: Path) -> None:
    source = """
flow f(go: bool = false) {
  if go {
    task a = sh "true"
  } else {
    task b = sh "true"
  }
}"""
    text = job(tmp_path, source)
    assert '"then": dg.Out(dg.Nothing, is_required=False),' in text
    assert "    a(if_a=if_a_out.then)\n    b(if_a=if_a_out.otherwise)\n" in text


def test_what_may_be_skipped_never_stands_in_a_list(tmp_path: Path) -> None:
    """Dagster waits for what there is of a list, and runs where one of it is skipped."""
    source = """
flow f(go: bool = false) {
  if go {
    task a = sh "true"
    task b = sh "true"
  }
  task c = sh "true" after a, b
}"""
    assert "    c(after_a=a_out, after_b=b_out)\n" in job(tmp_path, source)


@pytest.mark.parametrize(
    "lines",
    [
        'task a = sh "exit 1"\n task b = sh "true" after a, when: done',
        'task a = sh "true" fallback b\n task b = sh "true"',
        'task a = sh "echo 1" -> int when go\n task b = python work:same(a ?? 2) -> int',
        'task a = sh "exit 1"\n task b = sh "true" when go\n task c = sh "true" after a, b',
        "for x in [1, 2] tolerate 1 {\n task a = python work:same(x) -> int\n }",
        "for x in [1, 2] {\n for y in [1, 2] {\n task a = python work:same(y) -> int\n }\n }",
        'task a = sh "true"\n finally {\n task b = sh "true"\n }',
        'deadline 1h\n task a = sh "true"',
        'max_runs 1, overlap: skip\n task a = sh "true"',
        'max_runs 1, overlap: cancel_old\n task a = sh "true"',
        'task a = sh "true" env { X: secret("S") }',
    ],
)
def test_where_others_have_a_say_ops_keep_what_they_came_to(tmp_path: Path, lines: str) -> None:
    text = job(tmp_path, f"flow f(go: bool = false) {{\n {lines}\n}}")
    assert "@guarded(" in text
    assert "    outcome(tasks=" in text


def test_one_loop_is_mapped_and_collected(tmp_path: Path) -> None:
    source = """
flow f {
  for x in [1, 2] {
    task a = python work:same(x) -> int
    task b = python work:same(a) -> int
  }
  task c = python builtins:sum(b) -> int
}"""
    text = job(tmp_path, source)
    assert "        yield dg.DynamicOutput(x, mapping_key=str(number))\n" in text
    assert "    b_out = for_x_elements.map(each_x)\n    c(b=b_out.collect())\n" in text


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("retry 2, delay: 5s", "retry_policy=dg.RetryPolicy(max_retries=2, delay=5)"),
        (
            "retry 2, delay: 500ms, backoff: linear",
            "dg.RetryPolicy(max_retries=2, delay=0.5, backoff=dg.Backoff.LINEAR)",
        ),
        (
            "retry 2, delay: 5s, backoff: exponential",
            '@retried(Backoff(2, timedelta(seconds=5), growth="exponential"))',
        ),
        ("retry 1, on: [75]", "@retried(Backoff(1, on=(75,)))"),
    ],
)
def test_pauses_are_dagsters_own_where_they_are_exact(tmp_path: Path, clause: str, said: str) -> None:
    assert said in job(tmp_path, f'flow f {{\n  task a = sh "true" {clause}\n}}')


def test_bookkeeping_is_in_no_tasks_way(tmp_path: Path) -> None:
    source = """
flow f(n: int in 1..3) -> int {
  task check_params = sh "true"
  task returned = sh "echo #{n}" -> int
  task outcome = sh "true" after returned, when: done
  return returned
}"""
    text = job(tmp_path, source)
    made = ("check_params", "returns", "outcome")
    assert [name for name in made if f'@dg.op(name="flowc_{name}"' not in text] == []
    assert [name for name in made if f"\ndef {name}(" not in text] == []
    assert "def check_params_(context: dg.OpExecutionContext, params: FParams) -> None:" in text


def test_names_that_dagster_has_for_itself_get_a_stroke(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  task config = sh "echo 1" -> int\n  task b = python work:same(config) -> int\n}')
    assert "def config_() -> int:" in text


def test_ops_of_several_jobs_have_different_names(tmp_path: Path) -> None:
    source = """
flow f {
  task a = run g()
  task b = sh "true"
}
flow g {
  task b = sh "true"
}"""
    text = job(tmp_path, source)
    assert '@dg.op(name="f__b")' in text
    assert '    b.alias("b")()\n' in text
    assert '@dg.op(name="g__b")' in job(tmp_path, source, "g")


def test_runs_that_may_be_dropped_are_in_no_queue(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  max_runs 2, overlap: skip\n  task a = sh "true"\n}')
    assert "    come_in(context, 2)\n" in text
    assert "max_runs" not in text.partition("@dg.job(")[2]


def test_the_oldest_run_ends_for_one_in_the_queue(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  max_runs 2, overlap: cancel_old\n  task a = sh "true"\n}')
    assert "DEADLINE = Deadline(max_runs=2)  # when a newer run waits behind so many\n" in text
    assert '"max_runs": "f 2"' in text.partition("@dg.job(")[2]
    assert "    DEADLINE.fail_if_cancelled(context)\n" in text


@pytest.mark.parametrize(
    ("lines", "is_apart"),
    [
        ('task b = sh "true" after a', False),
        ('task b = sh "true" after a\n task c = sh "true" when go\n task d = sh "true" after b, c', False),
        ('task b = sh "true" after a, when: done', True),
        ('task b = sh "true" after a\n task c = sh "true" after b, when: failed', True),
        ('finally {\n task b = sh "true"\n }', True),
    ],
)
def test_a_task_that_others_outlive_has_a_process_of_its_own(tmp_path: Path, lines: str, *, is_apart: bool) -> None:
    text = job(tmp_path, f"flow f(go: bool = false) {{\n task a = python work:same(1) -> int\n {lines}\n}}")
    assert ('    return apart(None, "int", work.same, 1)\n' in text) == is_apart
    assert ("work.same(1)" in text) != is_apart


@pytest.mark.parametrize(
    ("retry", "said"),
    [
        ("retry 1", "@exits_fail\ndef a() -> int:"),
        ("retry 1, on: [3]", 'apart(None, "int", work.same, 1)'),
    ],
)
def test_what_exits_or_dies_is_tried_again(tmp_path: Path, retry: str, said: str) -> None:
    assert said in job(tmp_path, f"flow f {{\n  task a = python work:same(1) -> int {retry}\n}}")


def test_an_asset_is_told_of_when_the_value_is_known_to_fit(tmp_path: Path) -> None:
    source = """
asset out: path = "out"
flow f(go: bool = false) {
  task a = python work:same(1) -> int writes out
  task b = sh "true" when go
  task c = sh "true" after a, b
}"""
    text = job(tmp_path, source)
    assert '    value = fitting(work.same(1), "int")\n    context.log_event(' in text


def test_a_param_has_no_name_that_pydantic_has(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f(model_config: str = "x") {\n  task a = sh "echo #{model_config}" -> str\n}')
    assert '    model_config_: str = "x"\n' in text
    assert "params.model_config_" in text


def test_what_is_said_of_a_group_stands_with_the_job(tmp_path: Path) -> None:
    text = job(tmp_path, 'flow f {\n  ## What comes in.\n  group g {\n    task a = sh "true"\n  }\n}')
    assert "\ng: What comes in.\n" in text


def test_runs_that_tasks_start_wait_for_their_turn(tmp_path: Path) -> None:
    source = """
flow f {
  task a = run g()
}
flow g {
  max_runs 2
  task b = sh "true"
}"""
    assert "run_flow(context, g, {}, max_runs=2)" in job(tmp_path, source)
