"""The templates of `std`: they compile on both databases that come with flowc, and judge real tables rightly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from flowc.ir.actions import Email, Http
from tests.conftest import Flowc
from tests.unit.sema.programs import Programs

DATABASES = ("sqlite", "duckdb")
ROWS = "(1, 'eu', '2026-01-01T00:00:00Z'), (2, 'us', '2026-01-01T05:00:00Z'), (4, NULL, '2026-01-01T02:00:00Z')"
QUALITY = """
import std.quality as dq
connection wh: {kind} {{ database "wh.db" }}
asset orders: table = @wh "orders"
asset empty: table = @wh "empty"

flow judged {{
  task c = {check}
}}
"""
# Each check where it holds and where it does not.
CHECKS = [
    ("dq.not_empty(orders)", True),
    ("dq.not_empty(empty)", False),
    ('dq.not_null(orders, columns: ["id"])', True),
    ('dq.not_null(orders, columns: ["id", "region"])', False),
    ('dq.unique(orders, by: ["id"])', True),
    ('dq.unique(orders, by: ["region", "id"])', True),
    ('dq.no_gaps(empty, column: "id")', True),
    ('dq.no_gaps(orders, column: "id")', False),
    ('dq.accepted(orders, column: "region", values: ["eu", "us"])', True),
    ('dq.accepted(orders, column: "region", values: ["eu"])', False),
    ('dq.fresh(orders, column: "seen", within: 6h)', True),
    ('dq.fresh(orders, column: "seen", within: 10m)', False),
    ('dq.fresh(empty, column: "seen", within: 6h)', False),
    ('dq.not_empty(empty, severity: "warn")', True),
]


def fill(kind: str, path: Path) -> None:
    """Two tables: `orders` with three rows, `empty` with none."""
    instant = "TEXT" if kind == "sqlite" else "TIMESTAMPTZ"
    for table in ("orders", "empty"):
        statements = [f"CREATE TABLE {table} (id INTEGER, region TEXT, seen {instant})"]
        statements += [f"INSERT INTO orders VALUES {ROWS}"] if table == "orders" else []
        for statement in statements:
            _run(kind, path, statement)


def _run(kind: str, path: Path, statement: str) -> None:
    if kind == "sqlite":
        with closing(sqlite3.connect(path)) as lite, lite:
            lite.execute(statement)
    else:
        with closing(duckdb.connect(str(path))) as duck:
            duck.execute(statement)


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("check", [check for check, _ in CHECKS])
def test_a_check_of_quality_compiles(programs: Programs, kind: str, check: str) -> None:
    graph = programs.graph(QUALITY.format(kind=kind, check=check))
    assert {connection.kind for connection in graph.connections} == {kind}


@pytest.mark.parametrize("kind", DATABASES)
def test_the_checks_of_quality_judge_a_table(tmp_path: Path, flowc: Flowc, kind: str) -> None:
    fill(kind, tmp_path / "wh.db")
    tasks = "\n".join(f"  task c{number} = {check}" for number, (check, _) in enumerate(CHECKS))
    text = QUALITY.format(kind=kind, check="dq.not_empty(orders)\n" + tasks)
    (tmp_path / "a.flow").write_text(text, encoding="utf-8")
    done = flowc("run", "a.flow", "--trace", "--at", "2026-01-01T06:00Z", cwd=tmp_path)
    assert dict(_verdicts(done.stdout)) == {f"c{number}": holds for number, (_, holds) in enumerate(CHECKS)}, (
        done.stdout + done.stderr
    )


def _verdicts(trace: str) -> Iterator[tuple[str, bool]]:
    """For each use its checks' outcome: that it holds."""
    failed: dict[str, bool] = {}
    for line in trace.splitlines():
        name = line.split(".", 1)[0]
        if ".check " in line and name != "c":
            failed[name] = failed.get(name, True) and "  succeeded" in line
    yield from failed.items()


def test_the_templates_of_notify_are_one_notify_over_the_connection_of_the_file(programs: Programs) -> None:
    graph = programs.graph("""
from std.notify import (slack_failure, slack_late, email_failure)
connection chat: slack { url secret("SLACK_URL") }
connection post: smtp { host "localhost" sender "flow@example.org" }

flow told {
  sla 1h
  task a = sh "true"
  on failure {
    task page = slack_failure("#data")
    task write = email_failure("team@example.org")
  }
  on late {
    task hurry = slack_late("#data")
  }
}
""")
    actions = {node.name: node.action for node in graph.nodes if node.phase != "main"}
    assert {name: type(action) for name, action in actions.items()} == {
        "page.slack_failure": Http,
        "write.email_failure": Email,
        "hurry.slack_late": Http,
    }
    assert {getattr(action, "connection", None) for action in actions.values()} == {"chat", "post"}


def test_std_wants_a_connection(programs: Programs) -> None:
    text = """
from std.notify import slack_failure
flow f {
  task a = sh "true"
  on failure { task page = slack_failure("#data") }
}
"""
    assert [said[:7] for said in programs.said(text)] == ["FLOW611"]
