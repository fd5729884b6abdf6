"""The native target: nothing is dropped, the project runs with the standard library alone, and as the source says."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from flowc.compiler import compile_paths
from flowc.diagnostics import Problems
from flowc.emit.format import format_tree
from flowc.emit.tree import FileTree
from flowc.emit.write import write
from flowc.ir.features import Feature
from flowc.ir.graph import Program
from flowc.runtime import run
from flowc.target.build import build
from flowc.target.contract import Native, Refused
from flowc_targets.native import TARGET, load
from flowc_targets.native.lower import package_names
from flowc_targets.native.modules import user_files

SOURCE = '''
connection warehouse: sqlite { database "w.db" }
connection api: http { url env("API", "http://127.0.0.1:9") token secret("TOKEN") }
set pools.cpu = 2
enum Mode = "full", "delta"
schema Row {
  ccy: str
  rate: decimal(18, 8)
}
asset rates: table[Row] = @warehouse "rates"

## Load the day's orders.
flow orders(region: str = "eu", mode: Mode = "full", n: int in 1..10 = 3) -> (total: int, label: str?) {
  schedule daily, at: 06:00, tz: "Europe/Berlin", start: 2024-01-01, catchup: none
  max_runs 1, overlap: skip
  deadline 10m
  sla 5m
  owner "data"

  task extract = python shop.etl:extract(region, day: run.date) -> path retry 2, delay: 10ms, backoff: linear, max: 1s
  task rows = sh "echo 3; : #{extract} #{["a b", "$(x)"]}" -> int {
    timeout 1m
    pool "cpu"
    env { REGION: region, TOKEN: secret("TOKEN") }
  }
  let listed = [{ccy: "x", rate: "1.5"}]
  check rows > 0, fail: "only #{rows} rows"
  task make = sql @warehouse """
    CREATE TABLE IF NOT EXISTS rates (ccy TEXT, rate TEXT);
    INSERT INTO rates SELECT * FROM #{table(listed)}
  """ -> int writes rates, mode: append

  match mode {
    "full" => task full = python shop.etl:size("full") -> int
    _ => task delta = python shop.etl:size("delta") -> int
  }
  task safe = python shop.etl:size("safe") -> int fallback spare
  task spare = python shop.etl:size("spare") -> int
  if rows > n {
    task big = sh "echo big" -> str
  }
  for x in [1, 2] limit 1 tolerate 1 {
    task twice = python shop.etl:twice(x * rows) -> int { lock "l" }
  }
  for i, name in ["a"] {
    task named = sh "echo #{i}#{name}" -> str after make
  }
  group ends {
    task total = python builtins:sum(twice) -> int
    task pick = python shop.etl:size(big ?? "none") -> int cache 1h, key: [region]
  }
  task after_all = sh "true" after ends
  task never = sh "true" after after_all, when: failed
  on failure { task told = sh "echo #{run.failed_task ?? ""}" }
  on late { task late = sh "echo #{run.lateness}" }
  finally { task sweep = sh "rm -rf tmp/#{run.id}" }
  return total: ends.total, label: big
}
'''
MODULE = """
from pathlib import Path
from shop.words import count

def extract(region, day):
    return Path(f"data/{region}-{day}.csv")

def size(word):
    return count(word)

def twice(n):
    return 2 * n
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(tmp_path)
    Path("shop").mkdir()
    Path("shop/__init__.py").write_text("")
    Path("shop/etl.py").write_text(MODULE)
    Path("shop/words.py").write_text("def count(word):\n    return len(word)\n")
    Path("shop/data.txt").write_text("data\n")
    Path("shop/__pycache__").mkdir()
    Path("shop/__pycache__/etl.pyc").write_bytes(b"x")
    Path("orders.flow").write_text(SOURCE)
    found = compile_paths([Path("orders.flow")])
    errors = [f"{each.span}: {each.message}" for each in found.diagnostics if each.code.severity.value == "error"]
    assert found.program, errors
    return found.program


def tree(program: Program) -> FileTree:
    problems = Problems()
    found = build(TARGET, program, problems)
    assert found is not None, list(problems)
    return found


EXPECTED = """\
after_all       succeeded  1
big             skipped    0
check rows > 0  succeeded  1
delta           skipped    0
ends.pick       succeeded  1  4
ends.total      succeeded  1  18
extract         succeeded  1  "data/eu-2024-01-31.csv"
full            succeeded  1  4
make            succeeded  1  1
named[0]        succeeded  1  "0a"
never           skipped    0
rows            succeeded  1  3
safe            succeeded  1  4
sweep           succeeded  1
twice[0]        succeeded  1  6
twice[1]        succeeded  1  12
run             succeeded
"""


def test_every_feature_has_an_answer() -> None:
    assert TARGET.missing() == ()
    refused = {feature for feature in Feature if isinstance(TARGET.answer(feature), Refused)}
    assert {feature.section for feature in refused} == {"later"}
    assert all(isinstance(TARGET.answer(feature), Native) for feature in Feature if feature not in refused)


def test_a_program_runs_at_once(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime

    monkeypatch.setenv("TOKEN", "hunter2")
    at = datetime(2024, 1, 31, 6, tzinfo=UTC)
    found = run(load(program)["orders"], root=tmp_path, at=at)
    assert "\n".join(found.trace) + "\n" == EXPECTED
    assert found.outputs == {"total": 18, "label": None}


def test_the_project_runs_without_anything_installed(program: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(format_tree(tree(program)), out)
    bare = [sys.executable, "-S", "-E"]
    asked = ["-m", "orders", "run", "--at", "2024-01-31T06:00Z", "--trace"]
    ran = subprocess.run(
        [*bare, *asked], cwd=out, capture_output=True, text=True, env={"TOKEN": "x", "PATH": "/usr/bin:/bin"}
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == (EXPECTED, "", 0)
    tests = subprocess.run(
        [*bare, "-m", "unittest", "discover", "tests", "-t", "."], cwd=out, capture_output=True, text=True
    )
    assert tests.returncode == 0, tests.stderr


def test_what_is_written(program: Program) -> None:
    found = tree(program)
    ours = [path for path in found if not path.startswith("orders/runtime/")]
    assert ours == [
        "README.md",
        "orders/__init__.py",
        "orders/__main__.py",
        "orders/flow.py",
        "shop/__init__.py",
        "shop/data.txt",
        "shop/etl.py",
        "shop/words.py",
        "tests/__init__.py",
        "tests/test_orders.py",
    ]
    runtime = Path(__file__).parents[3] / "flowc" / "runtime"
    assert {path.name for path in runtime.glob("*.py")} == {Path(path).name for path in found if "/runtime/" in path}
    assert "hunter2" not in found.text("orders/flow.py")


def test_what_is_printed_reads_well(program: Program) -> None:
    text = format_tree(tree(program)).text("orders/flow.py")
    for said in (
        'Python("shop.etl:extract", lambda v: call(v.params["region"], day=v.run.date)),',
        'fallback="spare"',
        "Shell(lambda v: f\"echo 3; : {quoted(v.value('extract'))} {quoted(['a b', '$(x)'])}\"),",
        "# orders.flow:20",
        'needs=[Requires("rows", checks=["check rows > 0"])]',
        'schedules=[Cron("0 6 * * *", zone="Europe/Berlin", start=date(2024, 1, 1))],',
        'secrets=["TOKEN"],',
    ):
        assert said in text, text


def test_the_same_program_is_the_same_text(program: Program) -> None:
    assert dict(tree(program).items()) == dict(tree(program).items())


def test_names_of_packages_make_way_for_the_users_modules() -> None:
    assert package_names(["orders", "shop", "tests"], {"shop"}) == {
        "orders": "orders",
        "shop": "shop_flow",
        "tests": "tests_flow",
    }


def test_user_files_are_those_that_are_needed(program: Program) -> None:
    Path("unused.py").write_text("")
    Path("single.py").write_text("import unused_not, shop.etl\n")
    assert set(user_files(Path.cwd(), ["single"])) == {
        "single.py",
        "shop/__init__.py",
        "shop/data.txt",
        "shop/etl.py",
        "shop/words.py",
    }
    assert len(user_files(Path.cwd(), ["builtins", "json"])) == 0


def test_a_flow_that_runs_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("two.flow").write_text(
        'flow inner(n: int) -> (m: int) {\n  task a = sh "echo #{n + 1}" -> int\n  return m: a\n}\n'
        'flow outer {\n  task r = run inner(n: 4)\n  task z = sh "echo #{r.m}" -> int\n}\n'
    )
    found = compile_paths([Path("two.flow")])
    assert found.program, list(found.diagnostics)
    flows = load(found.program)
    result = run(flows["outer"], root=tmp_path, flows=flows.values())
    assert [" ".join(line.split()) for line in result.trace] == [
        'r succeeded 1 {"m":5}',
        "z succeeded 1 5",
        "run succeeded",
    ]
    out = tmp_path / "out"
    write(format_tree(tree(found.program)), out)
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "outer", "run", "--trace"], cwd=out, capture_output=True, text=True
    )
    assert ran.stdout.splitlines() == result.trace, ran.stderr
