"""The examples do what their pages say: they check, and run with real files, servers and a warehouse.

A run's trace lies in its story's folder. What an example says that is built later is refused at its place, and nothing
else is: `LATER` lists these words and where they stand.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from attrs import field, frozen

from flowc.cli import main
from flowc.cli.native import flow_params
from flowc.compiler import compile_paths
from flowc.runtime import journal
from flowc.runtime.sql_snowflake import settings
from flowc.runtime.trace import normal
from flowc.verify import Request, on_engine
from tests import snowflake as snowflake_of_the_tests
from tests.conftest import engine_python
from tests.stories import columns

EXAMPLES = Path(__file__).parents[1] / "examples"
STORIES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
MADE = shutil.ignore_patterns(".flowc", "__pycache__", "out", "build", "*.duckdb")
ORDERS, SCORES, RATES = "01_tiny_etl", "02_fan_out_fan_in", "03_branching_fallback"
SALES, SHOP = "05_partitioned_backfill", "08_project"
PROGRAMS = {
    ORDERS: "orders_etl.flow",
    SCORES: "partner_scores.flow",
    RATES: "fx_rates.flow",
    SALES: "sales_daily.flow",
    SHOP: "pipelines/nightly.flow",
}
FLOWS = {story: Path(program).stem for story, program in PROGRAMS.items()}
PROFILES = {RATES: "local", SHOP: "local"}
SECRETS = {"SLACK_URL", "PAGERDUTY_URL", "PAGERDUTY_KEY", "SNOWFLAKE_URL", "WAREHOUSE_URL"}


@frozen
class Run:
    """A run of a story's program, and the file that holds its trace. `{url}` is where the story's services are."""

    story: str
    trace: str
    params: Mapping[str, str] = field(factory=dict[str, str])
    fails: bool = False
    told: tuple[str, ...] = ()
    at: str = "2024-03-01T06:00"
    partition: str = ""

    def __str__(self) -> str:
        return f"{self.story}/{self.trace}"

    @property
    def name(self) -> str:
        """A name for what is its own: a word."""
        return re.sub(r"\W", "_", f"run {self}")

    def options(self, url: str) -> list[str]:
        given = [f"{name}={value.format(url=url)}" for name, value in self.params.items()]
        profile = ["--profile", PROFILES[self.story]] if self.story in PROFILES else []
        when = ["--partition", self.partition] if self.partition else ["--at", self.at]
        return [*when, "--flow", FLOWS[self.story], *profile, *(word for one in given for word in ("--param", one))]


RUNS = [
    Run(ORDERS, "trace.txt", {"region": "eu"}),
    Run(SCORES, "trace.txt", {}),
    Run(SCORES, "trace-quiet.txt", {"inbox": "data/quiet", "min_score": "0.9"}),
    Run(RATES, "trace.txt", {"api": "{url}"}),
    Run(RATES, "trace-bulk.txt", {"api": "{url}", "threshold": "5"}),
    Run(RATES, "trace-delta.txt", {"api": "{url}", "threshold": "5", "mode": "delta"}),
    Run(RATES, "trace-few.txt", {"api": "{url}/few"}, told=("/slack #fx only 3 rates",)),
    Run(
        RATES,
        "trace-none.txt",
        {"api": "{url}/none", "mode": "full"},
        fails=True,
        told=(
            (
                '/pagerduty fx fx_rates failed in fail "provider returned no rates for #{run.date}":'
                " provider returned no rates for 2024-03-01"
            ),
        ),
    ),
    Run(RATES, "trace-busy.txt", {"api": "{url}/busy"}),
    Run(RATES, "trace-starting.txt", {"api": "{url}/starting"}),
    Run(RATES, "trace-down.txt", {"api": "{url}/down"}),
    Run(SALES, "trace.txt", partition="2022-01-02"),
    Run(SALES, "trace-quiet.txt", partition="2022-01-03"),
    Run(
        SHOP,
        "trace.txt",
        at="2024-06-04T01:00",
        told=("/slack #data nightly 2024-06-04: 3 rows in s3://lake/mart/2024-06-04, mart has an unusual size",),
    ),
    Run(
        SHOP,
        "trace-monday.txt",
        at="2024-06-03T01:00",
        told=("/slack #data nightly 2024-06-03: 7 rows in s3://lake/mart/2024-06-03, mart has an unusual size",),
    ),
]


@pytest.fixture
def at_home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the story, prepared, to be in while it runs."""
    copied = copy(request.getfixturevalue("run").story, tmp_path)
    monkeypatch.chdir(copied)
    return copied


def copy(story: str, folder: Path) -> Path:
    copied = Path(shutil.copytree(EXAMPLES / story, folder / story, ignore=MADE))
    if (copied / "prepare.py").exists():
        subprocess.run([sys.executable, "prepare.py"], cwd=copied, check=True)
    return copied


@contextmanager
def services(story: Path) -> Iterator[Any]:
    """What the story's `serve.py` stands in for, answering until the end of the block; None if it has none."""
    if not (story / "serve.py").exists():
        yield None
        return
    script = module(story / "serve.py")
    if story.name in (SALES, SHOP):
        with script.Services() as server:
            yield server
        return
    # The port of 02 stands in its program: who comes second waits.
    with script.Services(0) if story.name == RATES else script.opened() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def variables(server: Any, run: Run) -> dict[str, str]:
    """What has to be in the environment of a run, with a database of its own where it needs one."""
    if run.story in (SALES, SHOP):
        return server.environment(run.name)
    return server.secrets() if run.story == RATES else {}


def module(path: Path) -> ModuleType:
    """A script of a story, under a name that is no other's."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def told(server: Any) -> tuple[str, ...]:
    """What people were told: the service, to whom, and the text."""
    messages = [(path, message.get("payload", message)) for path, message in getattr(server, "told", ())]
    return tuple(
        f"{path} {said.get('channel') or said['source']} {said.get('text') or said['summary']}"
        for path, said in messages
    )


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_a_story_runs(
    run: Run, at_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with services(at_home) as server:
        given = variables(server, run)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        options = run.options(getattr(server, "url", ""))
        status = main(["run", PROGRAMS[run.story], "--trace", *options])
    out, err = capfd.readouterr()
    assert [line for line in out.splitlines() if " was told: " not in line] == trace(run).splitlines()
    assert status == int(run.fails)
    assert told(server) == run.told
    kept = b"".join(path.read_bytes() for path in (at_home / ".flowc").rglob("*") if path.is_file()).decode(
        "utf-8", "replace"
    )
    assert [name for name in SECRETS & given.keys() if given[name] in out + err + kept] == []


@pytest.mark.engine
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["airflow", "dagster", "prefect"])
def test_the_stories_run_the_same_on(engine: str, tmp_path: Path) -> None:
    """All in one go: engines are slow to start."""
    with ExitStack() as stack:
        servers = {story: stack.enter_context(services(EXAMPLES / story)) for story in PROGRAMS}
        requests = [request(run, tmp_path / str(n), servers[run.story]) for n, run in enumerate(RUNS)]
        answers = on_engine(engine, engine_python(engine), requests, tmp_path / engine)
        heard = [text for server in servers.values() for text in told(server)]
    found = {
        str(run): answer.problem or "\n".join(answer.lines) + "\n" for run, answer in zip(RUNS, answers, strict=True)
    }
    assert found == {str(run): trace(run) for run in RUNS}
    assert sorted(heard) == sorted(text for run in RUNS for text in run.told)


def request(run: Run, folder: Path, server: Any) -> Request:
    """What to ask of an engine: the run, in a prepared copy of its story."""
    copied = copy(run.story, folder)
    options = run.options(getattr(server, "url", ""))
    given = dict(option.split("=", 1) for option in options[1:] if "=" in option)
    compiled = compile_paths([copied / PROGRAMS[run.story]], profile=PROFILES.get(run.story))
    assert compiled.program is not None
    params = flow_params(compiled.program, FLOWS[run.story], given)
    at = None if run.partition else datetime.fromisoformat(run.at)
    return Request(
        compiled.program, FLOWS[run.story], copied, params, at, variables(server, run), run.name,
        partition=run.partition or None,
    )  # fmt: skip


def trace(run: Run) -> str:
    return (EXAMPLES / run.story / run.trace).read_text("utf-8")


def test_every_trace_is_that_of_a_run() -> None:
    kept = {f"{path.parent.name}/{path.name}" for path in EXAMPLES.glob("*/trace*.txt")}
    assert kept == {str(run) for run in RUNS}


# ------------------------------------------------------------------ what the runs leave behind


@pytest.mark.parametrize("run", [RUNS[0]], ids=str)
def test_orders_are_loaded(run: Run, at_home: Path) -> None:
    assert main(["run", PROGRAMS[run.story], "--quiet", *run.options("")]) == 0
    assert ask(at_home, "SELECT count(*), sum(amount)::TEXT FROM raw_orders") == [(3, "1577.50")]


@pytest.mark.parametrize("run", [RUNS[1]], ids=str)
def test_scores_are_reported_and_noted_once_a_run(run: Run, at_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with services(at_home):
        assert main(["run", PROGRAMS[run.story], "--quiet", *run.options("")]) == 0
    assert (at_home / "build/report.md").read_text("utf-8").splitlines()[-3:] == [
        "| alpine | 3 | AL-1 | 0.959 |",
        "| bodega | 0 | - | - |",
        "| lodka | 2 | Ł-2 | 0.905 |",
    ]
    assert ask(at_home, "SELECT inbox, leads FROM published") == [("data/inbox", 9)]


@pytest.mark.parametrize("run", [RUNS[3]], ids=str)
def test_rates_are_loaded_in_both_ways(run: Run, at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with services(at_home) as server:
        for name, value in server.secrets().items():
            monkeypatch.setenv(name, value)
        for mode in ("delta", "full"):
            options = [*run.options(server.url), "--param", f"mode={mode}"]
            assert main(["run", PROGRAMS[run.story], "--quiet", *options]) == 0
            assert ask(at_home, "SELECT count(*), count(DISTINCT day) FROM fx.rates") == [(24, 2)]
    published = (at_home / "build/rates.csv").read_text("utf-8").splitlines()
    assert (len(published), published[1]) == (13, "AUD,2024-03-01,1.65900000")


DAYS = {"2022-01-01": 2, "2022-01-02": 3, "2022-01-04": 3, "2022-01-05": 2}
"""The sales of each day, those without any left out."""


@pytest.mark.parametrize("run", [Run(SALES, "trace.txt")], ids=str)
def test_each_day_is_backfilled_once(
    run: Run, at_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Three at a time, as the flow says; what a day had before is gone, and the next day is as it was."""
    with services(at_home) as server:
        for name, value in variables(server, run).items():
            monkeypatch.setenv(name, value)
        told = "INSERT INTO mart.sales VALUES (1, 'old', 1, '2022-01-05', 'eu'), (2, 'other', 2, '2022-01-06', 'eu')"
        server.ask(run.name, told)
        days = ["backfill", PROGRAMS[SALES], "--from", "2022-01-01", "--to", "2022-01-05"]
        assert [main(days), main(days)] == [0, 0]
        loaded = server.ask(run.name, "SELECT day::TEXT, count(*) FROM mart.sales GROUP BY day ORDER BY day")
        week = server.ask(run.name, "SELECT day::TEXT FROM mart.sales_7d ORDER BY day")
    said = re.findall(r"^2022-01-0(\d)  (succeeded(?: before)?)", capfd.readouterr().out, re.MULTILINE)
    assert sorted(said) == [(f"{day}", what) for day in range(1, 6) for what in ("succeeded", "succeeded before")]
    assert (dict(loaded), [day for (day,) in week]) == (DAYS | {"2022-01-06": 1}, [*DAYS])
    journals = sorted(at_home.glob(".flowc/runs/*/journal"))
    traces = {"\n".join(columns(normal(journal.read(path)))) for path in journals}
    assert len(journals) == len(traces) == 5
    wanted = {"\n".join(columns(trace(each).splitlines())) for each in RUNS if each.story == SALES}
    assert wanted < traces


@pytest.mark.parametrize("run", [RUNS[-1]], ids=str)
def test_the_warehouse_may_be_snowflake(
    run: Run, at_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The profile `prod` of 08 has the same trace; a second run of a day replaces what the first one loaded."""
    import snowflake.connector

    address = snowflake_of_the_tests.database(run.name)
    with services(at_home) as server:
        for name, value in {**variables(server, run), "SNOWFLAKE_URL": address, "PAGERDUTY_KEY": "key"}.items():
            monkeypatch.setenv(name, value)
        with snowflake.connector.connect(**settings({"url": address})) as warehouse, warehouse.cursor() as cursor:
            for statement in (at_home / "sql/tables.sql").read_text("utf-8").split(";")[:-1]:
                cursor.execute(statement)
            options = ["run", PROGRAMS[SHOP], "--flow", "nightly", "--profile", "prod", "--at", run.at]
            assert [main([*options, "--trace"]), main([*options, "--quiet"])] == [0, 0]
            cursor.execute("SELECT count(*), sum(amount), sum(paid) FROM mart.orders")
            found = cursor.fetchall()
    out, _ = capfd.readouterr()
    assert [line for line in out.splitlines() if " was told: " not in line] == trace(run).splitlines()
    assert found == [(2, Decimal("25.50"), Decimal("20.00"))]


def ask(story: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(story / "warehouse.duckdb")) as warehouse:
        return warehouse.execute(query).fetchall()


# ------------------------------------------------------------------ checked, formatted, refused where it must be

# Each word that is built later, and where it stands.
LATER = {
    "06_dbt_sql_lineage": """
        analytics.flow:7:27 source order_facts.amount
        analytics.flow:23:17 dbt build
        analytics.flow:25:5 expand
        analytics.flow:40:15 sqlmesh run
        analytics.flow:41:15 dataform run
        analytics.flow:47:11 rows
        analytics.flow:48:11 unique
    """,
    "07_ml_training": """
        retrain.flow:11:14 container
        retrain.flow:12:5 args
        retrain.flow:18:21 "oom"
        retrain.flow:18:28 "preempted"
    """,
}


@pytest.mark.parametrize("story", STORIES)
def test_nothing_is_wrong(story: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(EXAMPLES / story)
    assert main(["check", "--strict"]) == 0
    assert capsys.readouterr().out.startswith("nothing wrong in ")


def test_everything_is_formatted() -> None:
    assert main(["fmt", "--check", str(EXAMPLES)]) == 0


@pytest.mark.parametrize(
    ("story", "profile"), [*((story, "") for story in STORIES if story not in LATER), ("08_project", "prod")]
)
@pytest.mark.parametrize("target", ["native", "airflow", "dagster", "prefect"])
def test_a_story_builds(story: str, profile: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES / story)
    said = ["--profile", profile] if profile else []
    assert main(["build", ".", "--target", target, "-o", str(tmp_path / "out"), *said]) == 0
    assert (tmp_path / "out/README.md").exists()


def test_what_the_examples_are_tested_for_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """Those with kinds that are built later too: no task does anything in a test."""
    assert main(["test", str(EXAMPLES)]) == 0
    assert capsys.readouterr().out.count("\nok ") >= 9


@pytest.mark.parametrize("story", LATER)
def test_what_is_built_later_is_refused_at_its_place(
    story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES / story)
    assert main(["build", ".", "--target", "native", "-o", str(tmp_path / "out")]) == 1
    found = re.findall(r"^error\[(FLOW\d+) .*?\]: `(.*?)`.*\n *--> (\S+)", capsys.readouterr().err, re.MULTILINE)
    assert {code for code, _, _ in found} == {"FLOW901"}
    said = sorted(
        ((*place.split(":"), word) for _, word, place in found), key=lambda one: (one[0], int(one[1]), int(one[2]))
    )
    expected = [line.strip().split(" ", 1) for line in LATER[story].strip().splitlines()]
    assert [(":".join(place), word) for *place, word in said] == [(place, word) for place, word in expected]
    assert not (tmp_path / "out").exists()


def test_the_models_are_graded_and_the_best_is_found(tmp_path: Path) -> None:
    """The Python of 07, which runs in a container's company, works."""
    script = """
from pathlib import Path
from ml import data, eval, registry, select
rows = [(n % 10, n % 10 > 4) for n in range(40)]
Path("f.csv").write_text("x,label\\n" + "".join(f"{x},{int(label)}\\n" for x, label in rows))
Path("good").write_text('{"x": 1, "bias": -4.5}')
Path("bad").write_text('{"x": -1}')
train, test = data.split(Path("f.csv"), seed=42)
assert (train, test) == data.split(Path("f.csv"), seed=42)
lines = [path.read_text().splitlines()[1:] for path in (train, test)]
assert [len(part) for part in lines] == [32, 8]
models = [Path("bad"), Path("good")]
model, metrics = select.best(models, [eval.grade(model, train) for model in models])
print(model, metrics["auc"], metrics["loss"] < 0.5, registry.auc("churn"))
"""
    story = EXAMPLES / "07_ml_training"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(story), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "good 1.0 True 0.5\n"
