"""What the functions of a DAG say."""

import ast
from pathlib import Path

import pytest

from tests.unit.targets.airflow.projects import dag, project, refusals


def body(text: str, name: str) -> str:
    """The source of one function."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and node.name == name]
    return ast.unparse(found[0])


@pytest.mark.parametrize(
    ("clause", "options"),
    [
        ("retry 3, delay: 30s", "retries=3, retry_delay=timedelta(seconds=30)"),
        ("retry 2", "retries=2, retry_delay=timedelta(0)"),
        (
            "retry 2, delay: 1s, backoff: linear",
            (
                "\n        retries=2,\n        retry_delay=timedelta(seconds=1),"
                '\n        retry_policy=Backoff(timedelta(seconds=1), "linear"),\n    '
            ),
        ),
        ("retry 1, delay: 1m, max: 5s", "retries=1, retry_delay=timedelta(seconds=5)"),
        (
            'retry 1, never: ["timeout", 404]',
            'retries=1, retry_delay=timedelta(0), retry_policy=Backoff(never=("timeout", 404))',
        ),
    ],
)
def test_retries(tmp_path: Path, clause: str, options: str) -> None:
    assert f"@task({options})\n" in dag(tmp_path, f'flow f {{\n  task a = sh "true" {clause}\n}}')


def test_what_could_outlive_its_timeout_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    text = dag(tmp_path, "flow f {\n  task a = python work:total([1]) -> int timeout 5s\n}")
    assert 'return apart("int", total, [1])' in text
    assert "execution_timeout=timedelta(seconds=5)" in text


def test_holes_are_words_parameters_and_parts_of_addresses(tmp_path: Path) -> None:
    source = """
connection db: sqlite { database "x.db" }
flow f(name: str = "a") {
  task a = sh "echo #{name}" -> str
  task b = sql @db "SELECT #{a}" -> str
  task c = http get("https://example.org/#{b}") -> str
}"""
    text = dag(tmp_path, source)
    assert "quoted(params['name'])" in text
    assert 'statement("SELECT {}", a)' in text
    assert 'f"https://example.org/{encoded(b)}"' in text


def test_a_text_of_several_lines_is_not_indented(tmp_path: Path) -> None:
    source = 'flow f {\n  for n in [1] {\n    task a = sh """\n      cat <<E\n      x\n      E\n    """ -> str\n'
    source += '    task b = sh "true" after a\n  }\n}'
    text = dag(tmp_path, source)
    script = next(
        node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and "cat" in str(node.value)
    )
    assert str(script).splitlines() == ["cat <<E", "x", "E"]


def test_a_check_says_the_opposite(tmp_path: Path) -> None:
    source = 'flow f {\n  task n = sh "echo 1" -> int\n  check n > 0, fail: "none: #{n}"\n}'
    assert body(dag(tmp_path, source), "check_n_gt_0").splitlines()[2:] == [
        "    if n <= 0:",
        "        raise AirflowFailException(f'none: {n}')",
    ]


def test_names_that_python_or_the_dag_has_for_itself_keep_their_ids(tmp_path: Path) -> None:
    text = dag(tmp_path, 'flow f {\n  task sum = sh "true"\n  task shell = sh "true"\n  task class = sh "true"\n}')
    assert all(f'@task(task_id="{name}")\n    def {name}_(' in text for name in ("sum", "shell", "class"))


def test_secrets_stand_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    source = """
connection api: http { url "https://example.org" token secret("TOKEN") }
flow f {
  task a = http @api get("/x") -> json
  task b = sh "true" env { T: secret("TOKEN") }
}"""
    tree = project(tmp_path, source)
    assert all(b"hunter2" not in (text.encode() if isinstance(text, str) else text) for _, text in tree.items())
    assert "`TOKEN`" in tree.text("README.md")
    assert 'secret("TOKEN")' in tree.text("dagkit/connections.py")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('flow f(l: str = "x") {\n  task a = sh "true" lock l\n}', "a pool's name is known"),
        ('set pools.p = 1\nflow f {\n  task a = sh "true" pool "p" lock "l"\n}', "a task has one pool"),
    ],
)
def test_what_airflow_cannot_say_is_refused(tmp_path: Path, source: str, why: str) -> None:
    found = refusals(tmp_path, source)
    assert len(found) == 1
    assert why in found[0]


@pytest.mark.parametrize(
    ("task", "is_needed"),
    [
        ('sh "true"', True),
        ("python work:numbers() -> list[int]", True),
        ('http get("https://example.org") -> json', False),
        ('http get("https://example.org") -> path', True),
        ("wait time(5s)", False),
    ],
)
def test_tasks_run_in_the_project_where_they_may_touch_files(tmp_path: Path, task: str, is_needed: bool) -> None:
    assert ('"pre_execute": in_project' in dag(tmp_path, f"flow f {{\n  task a = {task}\n}}")) == is_needed


def test_params_are_checked_once_more_only_where_the_schema_does_not_tell(tmp_path: Path) -> None:
    source = 'flow f(a: str, b: int in 1..9, c: date, d: bool = true) {\n  task t = sh "echo #{a} #{b} #{c} #{d}"\n}'
    text = dag(tmp_path, source)
    assert 'verify_params(context, {"b": "int", "c": "date"})' in text
    assert '"b": Param(type="integer", minimum=1, maximum=9)' in text


def test_a_secret_in_a_value_is_looked_for_where_the_task_was_given_one(tmp_path: Path) -> None:
    source = """
connection api: http { url "https://example.org" token secret("TOKEN") }
flow f {
  task a = http @api get("/x") -> str
  task b = http get("https://example.org") -> str
  task c = sh "echo 1" -> int env { T: secret("TOKEN") }
}"""
    text = dag(tmp_path, source)
    assert [name for name in "abc" if "without_secrets" in body(text, name)] == ["a"]


def test_a_flow_that_others_run_is_not_paused_when_it_is_new(tmp_path: Path) -> None:
    """A run of a paused DAG waits, and with it the task that has started it."""
    source = """
flow parent { task a = run child() }
flow child { task a = sh "true" }
flow timed {
  every 1h
  task a = run also_timed()
}
flow also_timed {
  every 1h
  task a = sh "true"
}"""
    found = project(tmp_path, source)
    told = {path: "is_paused_upon_creation=False" in found.text(path) for path in found if path.startswith("dags/")}
    assert told == {
        "dags/parent.py": False,
        "dags/child.py": True,
        "dags/timed.py": False,
        "dags/also_timed.py": False,
    }


def test_a_further_run_is_dropped_by_a_first_task(tmp_path: Path) -> None:
    text = dag(tmp_path, 'flow f {\n  max_runs 2, overlap: skip\n  task a = sh "true"\n}')
    assert "@task.short_circuit(max_active_tis_per_dag=1)\n" in text
    assert "return come_in(context, 2)" in body(text, "flowc_turn")
    assert "flowc_turn_task >> a()" in text
    assert "max_active_runs=18" in text  # those that are dropped have to be there first


def test_the_oldest_run_ends_for_a_newer_one(tmp_path: Path) -> None:
    source = """flow f {
  max_runs 1, overlap: cancel_old
  task a = sh "true"
  task b = run g()
  on failure { task c = sh "true" }
}
flow g { task a = sh "true" }"""
    text = str(project(tmp_path, source)["dags/f.py"])
    assert 'DEADLINE = Deadline(turn="flowc_turn")  # when a newer run waits\n' in text
    assert "return wait_for_turn(context, 1)" in body(text, "flowc_turn")
    assert "run_apart(shell.run, 'true')" in body(text, "a")
    assert "start_flow(context, 'g', {}, deadline=DEADLINE)" in body(text, "b")
    assert "shell.run('true')" in body(text, "c")  # a handler is not stopped
    assert "unless_cancelled(context, 'flowc_cancelled')" in body(text, "flowc_on_failure")


def test_a_run_that_was_started_is_told_when_its_time_is_over(tmp_path: Path) -> None:
    source = 'flow f {\n  task a = run g() timeout 5s retry 1\n}\nflow g {\n  task a = sh "true"\n}'
    text = str(project(tmp_path, source)["dags/f.py"])
    assert "start_flow(context, 'g', {}, timeout=timedelta(seconds=5))" in body(text, "a")
    assert "execution_timeout" not in text


def test_a_cancelled_run_has_an_end_too(tmp_path: Path) -> None:
    source = """flow f {
  task a = sh "true"
}
flow g {
  on flow f(when: done)
  task a = sh "true"
}"""
    text = str(project(tmp_path, source)["dags/g_events.py"])
    assert 'schedule=(ended("f", "succeeded") | ended("f", "failed") | ended("f", "cancelled")),' in text
