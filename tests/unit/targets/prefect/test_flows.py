"""What the files of flows say."""

from pathlib import Path

import pytest

from tests.unit.targets.prefect.projects import flow, project, refusals


def lines(text: str) -> list[str]:
    """The lines of the flow function."""
    return [line[4:] for line in text.partition("\n@flow(")[2].splitlines() if line.startswith("    ")]


def test_plain_edges_are_prefects_own(tmp_path: Path) -> None:
    source = """flow f(n: int = 1) {
  task a = python work:same(n) -> int
  task b = python work:same(a) -> int
  task c = sh "true" after a, b
}"""
    text = flow(tmp_path, source)
    assert lines(text) == [
        '"""Source: `main.flow`, line 1."""',
        "a_run = a.submit(n)",
        "b_run = b.submit(a_run)",
        "c_run = c.submit(wait_for=[b_run])",  # and so after `a`
        "return final_state(a_run, b_run, c_run)",
    ]
    assert "flowkit.run" not in text


def test_other_edges_say_what_they_need(tmp_path: Path) -> None:
    source = """flow f {
  task a = python work:same(1) -> int
  if a > 1 { task b = python work:same(a) -> int } else { task c = python work:same(2) -> int }
  task d = python work:same(b ?? c) -> int
  task e = sh "true" after a, d, when: failed
  task g = sh "true" after d, when: done
}"""
    text = lines(flow(tmp_path, source))
    assert "if_a = run.when(lambda a: a > 1, a_run)  # main.flow:3" in [line.replace("if_b", "if_a") for line in text]
    assert any(line.startswith("with ") and line.endswith(".arm(1):") for line in text)
    assert "d_run = run.submit(d, optional(b_run), optional(c_run), wait_for=[any_of(b_run, c_run)])" in text
    assert "run.submit(e, wait_for=[failed(a_run, d_run)])" in text
    assert "run.submit(g, wait_for=[finished(d_run)])" in text
    assert text[-1] == "return run.finish()"


def test_loops_fallbacks_and_handlers_stand_where_they_belong(tmp_path: Path) -> None:
    source = """flow f {
  task ns = python work:numbers() -> list[int]
  for n in ns limit 2 tolerate 1 {
    task a = python work:same(n) -> int fallback b
    task b = python work:same(0) -> int
  }
  task s = python work:total(a) -> int
  finally { task z = sh "true" }
}"""
    text = lines(flow(tmp_path, source))
    loop = next(line for line in text if "run.each(" in line)
    assert loop.startswith("for_n = run.each(ns_run, limit=2, tolerate=1)")
    assert text.index("with for_n.elements():") < text.index("    b_run = run.fallback(b)")
    assert "    a_run = run.submit(a, for_n.item, fallback=b_run)" in text
    assert "run.submit(s, a_run)" in text
    assert text[text.index("with run.at_the_end():") + 1] == "    run.submit(z)"


@pytest.mark.parametrize(
    ("clause", "options"),
    [
        ("retry 3, delay: 30s", "retries=3, retry_delay_seconds=30"),
        ("retry 2", "retries=2"),
        ("retry 3, delay: 1s, backoff: linear", "retries=3, retry_delay_seconds=[1, 2, 3]"),
        ("retry 3, delay: 1s, backoff: exponential, max: 3s", "retries=3, retry_delay_seconds=[1, 2, 3]"),
        ('retry 1, never: ["timeout", 404]', 'retries=1, retry_condition_fn=retry_if(never=("timeout", 404))'),
    ],
)
def test_retries(tmp_path: Path, clause: str, options: str) -> None:
    text = " ".join(flow(tmp_path, f'flow f {{\n  task a = sh "true" {clause}\n}}').split())
    assert f'@task(name="a", task_run_name="a", {options}, cache_policy=NO_CACHE' in text.replace("( ", "(")


def test_what_could_outlive_its_timeout_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    text = flow(tmp_path, "flow f {\n  task a = python work:total([1]) -> int timeout 5s\n}")
    assert 'return apart("int", timeout=timedelta(seconds=5))(work.total, [1])' in text


def test_what_the_user_wrote_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    """In a thread it would end the whole flow run, were it to crash."""
    source = """flow f {
  task a = python work:total([1]) -> int
  task b = sh "true" after a, when: done
  finally { task c = python work:total([1]) -> int }
}"""
    text = flow(tmp_path, source)
    assert text.count('return apart("int")(work.total, [1])') == 2
    assert 'shell.run("true", log=logged())' in text


def test_params_are_strict(tmp_path: Path) -> None:
    source = """flow f(n: int in 1..9 = 1, day: date = 2024-01-31, kind: "a" | "b" = "a", ok: bool? = null) {
  task a = sh "true"
}"""
    text = " ".join(flow(tmp_path, source).split())
    assert "n: Annotated[Int, Field(ge=1, le=9)] = 1" in text
    assert 'day: Annotated[date, read("date")] = date(2024, 1, 31)' in text
    assert 'kind: Literal["a", "b"] = "a"' in text
    assert "ok: Bool | None = None" in text


def test_a_schedule_with_a_start_is_a_rule_of_the_calendar(tmp_path: Path) -> None:
    plain = project(tmp_path, 'flow f {\n  schedule "0 6 * * 1-5"\n  task a = sh "true"\n}').text("prefect.yaml")
    assert '- cron: "0 6 * * 1-5"\n        timezone: "UTC"' in plain
    every = project(tmp_path, 'flow f {\n  every 15m\n  task a = sh "true"\n}').text("prefect.yaml")
    assert '- interval: 900\n        anchor_date: "1970-01-01T00:00:00+00:00"' in every
    source = 'flow f {\n  schedule "0 6 * * 1-5", start: 2031-01-01, catchup: none\n  task a = sh "true"\n}'
    ruled = project(tmp_path, source).text("prefect.yaml")
    assert "DTSTART:20310101T000000\\nRRULE:FREQ=DAILY;BYHOUR=6;BYMINUTE=0;BYDAY=MO,TU,WE,TH,FR;BYSECOND=0" in ruled


def test_a_start_that_is_long_past_is_no_matter(tmp_path: Path) -> None:
    """Of a rule Prefect walks over all instants since its start each time: over those of minutes for seconds."""
    source = 'flow f {{\n  {}, start: 2024-01-01T00:05Z, catchup: none\n  task a = sh "true"\n}}'
    every = project(tmp_path, source.format("every 15m")).text("prefect.yaml")
    assert '- interval: 900\n        anchor_date: "2024-01-01T00:05:00+00:00"' in every
    cron = project(tmp_path, source.format('schedule "0 6 * * *"')).text("prefect.yaml")
    assert '- cron: "0 6 * * *"' in cron


def test_changes_of_the_clocks_are_written_out(tmp_path: Path) -> None:
    source = 'flow f {\n  schedule "30 2 * * *", tz: "Europe/Paris"\n  task a = sh "true"\n}'
    text = project(tmp_path, source).text("prefect.yaml")
    assert 'timezone: "Europe/Paris"' in text
    assert "EXDATE:20260329T023000,20270328T023000," in text
    assert "RDATE:20260329T030000,20270328T030000," in text
    hourly = 'flow f {\n  schedule hourly, tz: "Europe/Paris"\n  task a = sh "true"\n}'
    assert '- cron: "0 * * * *"\n        timezone: "UTC"' in project(tmp_path, hourly).text("prefect.yaml")


def test_a_second_time_in_autumn_is_said_in_utc(tmp_path: Path) -> None:
    source = 'flow f {\n  schedule "0 */2 * * *", tz: "Europe/Paris"\n  task a = sh "true"\n}'
    text = project(tmp_path, source).text("prefect.yaml")
    assert "20261025T010000" in text.partition('timezone: "Europe/Paris"')[2]


def test_the_oldest_run_ends_for_one_that_waits(tmp_path: Path) -> None:
    text = flow(tmp_path, 'flow f {\n  max_runs 2, overlap: cancel_old\n  task a = sh "true"\n}')
    assert "run = Run(max_runs=2)" in lines(text)
    assert 'apart()(shell.run, "true")' in text


@pytest.mark.parametrize("overlap", ["queue", "skip", "cancel_old"])
def test_a_cancelled_run_has_an_end_and_one_that_was_dropped_has_none(tmp_path: Path, overlap: str) -> None:
    source = f"""flow f {{
  max_runs 1, overlap: {overlap}
  target prefect {{ accept [overlap_queue] }}
  task a = sh "true"
}}
flow g {{
  on flow f(when: done)
  task a = sh "true"
}}"""
    text = project(tmp_path, source).text("prefect.yaml")
    assert "prefect.flow-run.Cancelled" in text
    assert ('prefect.state-message: "!Deployment concurrency limit reached."' in text) == (overlap == "skip")


def test_params_that_prefect_could_not_have_are_renamed(tmp_path: Path) -> None:
    source = """flow g(wait_for: int) { task a = sh "echo #{wait_for}" }
flow f(wait_for: int, return_state: str = "a", model_config: int = 2, model_name: str = "x", _n: int = 1) {
  task a = sh "echo #{wait_for} #{return_state} #{model_config} #{model_name} #{_n}"
  task b = run g(wait_for: model_config)
}"""
    tree = project(tmp_path, source)
    text = " ".join(tree.text("flows/f.py").split())
    assert 'def f( wait_for_: Int, return_state_: str = "a", model_config_: Int = 2, model_name: str = "x", n_' in text
    assert "run_flow(g_flow)(wait_for_=model_config)" in text
    assert '--params \'{"wait_for_": ' in tree.text("README.md")


def test_a_lock_with_a_written_name_is_a_text(tmp_path: Path) -> None:
    source = """flow f {
  task h = sh "echo x" -> str
  task a = sh "echo #{h}" lock "one"
  task b = sh "echo #{h}" lock "one-#{h}"
}"""
    text = flow(tmp_path, source)
    assert '@attempt(lock="one")' in text
    assert '@attempt(lock=lambda h: f"one-{h}")' in text


def test_a_flow_that_may_be_dropped_is_run_by_the_rules(tmp_path: Path) -> None:
    source = """flow child {{
  max_runs 1, overlap: {}
  target prefect {{ accept [overlap_queue] }}
  task a = sh "true"
}}
flow f {{
  task a = run child()
  task b = sh "true" after a
}}"""
    queues = project(tmp_path, source.format("queue")).text("flows/f.py")
    assert "run_flow(child_flow, max_runs=1)()" in queues
    assert "return final_state(" in queues
    drops = project(tmp_path, source.format("skip")).text("flows/f.py")
    assert "run_flow(child_flow, max_runs=1, drops=True)()" in drops
    assert "return run.finish()" in drops


def test_what_is_said_of_an_asset_or_a_group_is_told(tmp_path: Path) -> None:
    source = """## What was sold.
asset orders: path = "orders.csv" owner "shop"
asset plain: path = "plain.csv"
flow f {
  ## What comes from outside.
  group g {
    task a = sh "true" writes orders, plain
  }
}"""
    text = " ".join(flow(tmp_path, source).split())
    properties = 'AssetProperties(name="orders", description="What was sold.", owners=["shop"])'
    assert f'Asset( key="file://orders.csv", properties={properties}, ), "file://plain.csv"' in text
    assert "g: What comes from outside." in text


def test_that_a_later_run_may_begin_first_has_to_be_agreed_to(tmp_path: Path) -> None:
    source = 'flow f {{\n  max_runs 1\n  {}\n  task a = sh "true"\n}}'
    (said,) = refusals(tmp_path, source.format(""))
    assert said.startswith("flow f: on Prefect, a run that waits is looked at every 30 s")
    assert refusals(tmp_path, source.format("target prefect { accept [overlap_queue] }")) == []
