"""The kinds without the scheduler, as other targets carry them along: shell, SQL, HTTP, waits, mail."""

from __future__ import annotations

import base64
import json
import smtplib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as time_of_day
from decimal import Decimal
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from flowc.runtime import files, http, mail, shell, sql, wait
from flowc.runtime.actions import Http, Shell, Sql, WaitFile, WaitTime
from flowc.runtime.errors import AttemptTimeout, ExitStatus, HttpStatus, TaskFailure
from flowc.runtime.model import Connection, Flow, Requires, Task
from flowc.runtime.paths import Table, path
from flowc.runtime.shell import quoted
from flowc.runtime.sql import as_json, ident, statement, table
from flowc.runtime.values import Mismatch

from .conftest import Run, lines, ok, sleepers

HOSTILE = [
    "$(touch x)",
    "`id`",
    "a b",
    "'",
    '"',
    "\\",
    "*",
    "-n",
    "",
    "\n",
    "a;b",
    "ä😀",
    "#",
    "!",
    "~",
    "x'; DROP TABLE t; --",
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# ------------------------------------------------------------------ shell


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hole_is_one_word(value: str) -> None:
    found = shell.run(f"printf '%s|' {quoted(value)} end", output="str")
    assert found == f"{value}|end|"


def test_a_list_is_several_words() -> None:
    found = shell.run(f"printf '%s|' {quoted(HOSTILE)}; for x in {quoted([])}; do echo never; done", output="str")
    assert found == "".join(f"{value}|" for value in HOSTILE)


@pytest.mark.parametrize(
    ("value", "kind", "word"),
    [
        (path("s3://a b"), None, "'s3://a b'"),
        (4 * 2**30, "size", "4GiB"),
        (date(2024, 1, 31), None, "2024-01-31"),
        (None, "int?", "null"),
        (True, None, "true"),
        (Decimal("1.5"), "decimal(4, 2)", "1.50"),
        ({"a": 1}, None, "'{\"a\":1}'"),
    ],
)
def test_a_hole_has_its_text_form(value: Any, kind: str | None, word: str) -> None:
    assert quoted(value, kind) == word


@pytest.mark.parametrize(
    ("script", "output", "value"),
    [
        ("printf 'a\\n\\n'", "str", "a\n"),
        ("true", "str", ""),
        ("echo 42", "int", 42),
        ("echo '[1, 2]'", "list[int]", [1, 2]),
        ("echo 2024-01-31", "date", date(2024, 1, 31)),
        ("""echo '{"rows": "a", "n": 3}'""", "(rows: path, n: int)", {"rows": Path("a"), "n": 3}),
        ("echo null", "int?", None),
        ("cat", "str", ""),
        ("echo out; echo err >&2", "str", "out"),
    ],
)
def test_what_is_printed_is_read(script: str, output: str, value: Any) -> None:
    assert shell.run(script, output=output) == value


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 3", 3), ("false; true", 1), ("exit 99", 99), ("kill -9 $$", 137), ("nosuchcommand", 127)],
)
def test_every_status_but_zero_fails(script: str, code: int) -> None:
    with pytest.raises(ExitStatus, match=f"^exit {code}$"):
        shell.run(script)


@pytest.mark.parametrize(
    ("script", "output", "message"),
    [
        ("echo x", "int", "standard output: expected int, found 'x'"),
        ("printf '\\377'", "str", "standard output is no UTF-8"),
        ("true", "path", "nothing was made at $FLOW_OUT"),
    ],
)
def test_what_is_printed_must_have_the_type(script: str, output: str, message: str) -> None:
    with pytest.raises(Mismatch) as caught:
        shell.run(script, output=output, out="made")
    assert message in str(caught.value)


def test_a_path_is_what_was_made_at_flow_out() -> None:
    assert shell.run('mkdir "$FLOW_OUT"; echo 1 > "$FLOW_OUT/x"', output="path", out="out/a") == Path("out/a")
    assert shell.run('test ! -e "$FLOW_OUT"; echo 2 > "$FLOW_OUT"', output="path", out="out/a") == Path("out/a")
    assert Path("out/a").read_text() == "2\n"
    assert shell.run("true", output="path?", out="out/a") is None


def test_a_background_process_does_not_hold_up_the_value() -> None:
    began = time.monotonic()
    assert shell.run("sleep 20 & echo done", output="str") == "done"
    assert time.monotonic() - began < 15


def test_a_timeout_stops_the_tree() -> None:
    with pytest.raises(AttemptTimeout):
        shell.run("(setsid sleep 297.32 &); sleep 297.32", timeout=0.2)
    assert sleepers("297.32") == []


def test_lines_may_go_to_a_log() -> None:
    heard: list[str] = []
    shell.run("echo a; echo b >&2", log=heard.append)
    assert shell.run("echo c", output="str", log=heard.append) == "c"
    time.sleep(0.05)
    assert sorted(heard) == ["a", "b", "c"]


def test_a_script_runs_in_the_projects_root(go: Run, tmp_path: Path) -> None:
    found = go(Task("a", Shell("pwd"), "str"), executor="processes")
    assert lines(found)[0] == f'a succeeded 1 "{tmp_path}"'


# ------------------------------------------------------------------ SQL

CONNECTIONS: list[dict[str, Any]] = [{"kind": "sqlite", "database": "a.db"}, {"kind": "duckdb", "database": "a.duckdb"}]


@pytest.fixture(params=CONNECTIONS, ids=["sqlite", "duckdb"])
def database(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param["kind"] == "duckdb":
        pytest.importorskip("duckdb")
    sql.run(request.param, "CREATE TABLE t (d DATE, n INTEGER, s TEXT, j JSON, x DECIMAL(10, 2)); -- one; two")
    return request.param


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_a_parameter(database: dict[str, Any], value: str) -> None:
    insert = statement("INSERT INTO t (s) VALUES ({}); INSERT INTO t (n, s) VALUES (1, {})", value, value)
    assert sql.run(database, insert, output="int") == 1
    assert sql.run(database, statement("SELECT s FROM t WHERE s = {} LIMIT 1", value), output="str") == value


def test_values_go_in_and_come_out(database: dict[str, Any]) -> None:
    day, amount = date(2024, 1, 31), Decimal("1.50")
    sql.run(
        database, statement("INSERT INTO t VALUES ({}, {}, {}, {}, {})", day, 3, "a", as_json([1, {"b": None}]), amount)
    )
    kind = "(d: date, n: int, s: str, j: json, x: decimal(10, 2))"
    row = {"d": day, "n": 3, "s": "a", "j": [1, {"b": None}], "x": amount}
    assert sql.run(database, "SELECT * FROM t", output=kind) == row
    assert sql.run(database, "SELECT * FROM t", output=f"list[{kind}]") == [row]
    for value, type_ in (
        (timedelta(hours=1), "duration"),
        (True, "bool"),
        (0.5, "float"),
        (b"\0a", "bytes"),
        (None, "int?"),
    ):
        assert sql.run(database, statement("SELECT {} AS v", value), output=type_) == value
    moment = datetime(2024, 1, 1, 6, tzinfo=timezone(timedelta(hours=1)))
    assert sql.run(database, statement("SELECT {} AS v", moment), output="datetime") == moment


def test_shapes(database: dict[str, Any]) -> None:
    sql.run(database, "INSERT INTO t (n, s) VALUES (1, 'a'), (2, NULL)")
    assert sql.run(database, "SELECT n FROM t ORDER BY n", output="list[int]") == [1, 2]
    assert sql.run(database, "SELECT s FROM t ORDER BY n", output="list[str?]") == ["a", None]
    assert sql.run(database, "SELECT n FROM t WHERE n = 9", output="int?") is None
    assert sql.run(database, "UPDATE t SET n = n + 1", output="int") == 2
    assert sql.run(database, "SELECT avg(n) FROM t", output="float") == 2.5
    assert sql.run(database, "SELECT sum(n) FROM t", output="int") == 5
    assert sql.run(database, "SELECT n, s FROM t ORDER BY n", output="path", out="o/x.csv") == Path("o/x.csv")
    assert Path("o/x.csv").read_text() == "n,s\n2,a\n3,\n"
    assert sql.run(database, "DELETE FROM t", output="table", table="@wh/mart.t").handle == "@wh/mart.t"


@pytest.mark.parametrize(
    ("said", "output", "message"),
    [
        ("SELECT n FROM t", "int", "expected one row, found none"),
        ("SELECT 1 UNION ALL SELECT 2", "int", "expected one row, found 2"),
        ("SELECT 1, 2", "int", "expected one column, found 1, 2"),
        ("SELECT 'x'", "int", "expected int, found 'x'"),
        ("SELECT 1 AS a", "(b: int)", "no column b; there are a"),
        ("DELETE FROM t", "str", "expected str, found a statement without rows"),
    ],
)
def test_what_does_not_fit(database: dict[str, Any], said: str, output: str, message: str) -> None:
    with pytest.raises((Mismatch, ValueError)) as caught:
        sql.run(database, said, output=output)
    assert str(caught.value) == message


def test_lists(database: dict[str, Any]) -> None:
    sql.run(database, "INSERT INTO t (n) VALUES (1), (2), (3)")
    among = "SELECT count(*) FROM t WHERE n IN {}"
    assert sql.run(database, statement(among, [1, 3, 9]), output="int") == 2
    assert sql.run(database, statement(among, []), output="int") == 0


@pytest.mark.parametrize("frame", ["SELECT sum(k) FROM ({}) s", "SELECT sum(s.k) FROM {} s"])
def test_rows_as_a_relation(database: dict[str, Any], frame: str) -> None:
    rows = [{"k": 1, "name": "x'y"}, {"k": 2, "name": "z"}]
    assert sql.run(database, statement(frame, table(rows)), output="int") == 3
    assert sql.run(database, statement(frame.replace("sum(", "count("), table([], ["k", "name"])), output="int") == 0
    values = frame.replace("s.k", "k").replace("sum(k)", "max(value)")
    assert sql.run(database, statement(values, table([4, 5])), output="int") == 5


def test_names_are_quoted(database: dict[str, Any]) -> None:
    sql.run(database, statement("CREATE TABLE {} ({} INTEGER)", ident('we"ird; DROP TABLE t'), ident("select")))
    sql.run(database, statement("INSERT INTO {} VALUES (5)", ident('we"ird; DROP TABLE t')))
    chosen = statement("SELECT {} FROM {}", ident(["select"]), ident('we"ird; DROP TABLE t'))
    assert sql.run(database, chosen, output="int") == 5
    assert sql.run(database, statement("SELECT count(*) FROM {}", ident(Table("main.t", "wh"))), output="int") == 0


def test_what_takes_no_parameters_gets_literals(database: dict[str, Any]) -> None:
    sql.run(database, statement("CREATE VIEW v AS SELECT {} AS k, {} AS s", 3, "it's; ?"))
    assert sql.run(database, "SELECT k, s FROM v", output="(k: int, s: str)") == {"k": 3, "s": "it's; ?"}


def test_one_transaction(database: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="nope"):
        sql.run(database, "INSERT INTO t (n) VALUES (1); SELECT * FROM nope")
    assert sql.run(database, "SELECT count(*) FROM t", output="int") == 0


def test_braces_are_written_twice(database: dict[str, Any]) -> None:
    assert sql.run(database, statement("SELECT '{{}}' || {}", "x"), output="str") == "{}x"


def test_two_processes_share_a_database(go: Run, database: dict[str, Any]) -> None:
    settings = dict(database)
    kind = settings.pop("kind")
    tasks = [Task(f"t{n}", Sql("wh", f"INSERT INTO t (n) VALUES ({n})"), "int") for n in range(6)]
    total = Task("total", Sql("wh", "SELECT count(*) FROM t"), "int", needs=[Requires(task.name) for task in tasks])
    found = go(
        Flow("f", [*tasks, total], connections={"wh": Connection(kind, lambda: settings)}), executor="processes", jobs=3
    )
    assert "total succeeded 1 6" in lines(found)


def test_sqlite_knows_triggers() -> None:
    database = {"kind": "sqlite", "database": "a.db"}
    trigger = "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET n = 2; END"
    made = f"CREATE TABLE t (n); {trigger}; INSERT INTO t VALUES (1); SELECT n FROM t"
    assert sql.run(database, made, output="int") == 2


def test_a_connection_of_another_kind() -> None:
    with pytest.raises(TaskFailure, match="no SQL on a connection of kind http"):
        sql.run({"kind": "http"}, "SELECT 1")


# ------------------------------------------------------------------ HTTP


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[dict[str, Any]]] = []
    port: ClassVar[int] = 0

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        said = {
            "method": self.command,
            "path": self.path,
            "headers": dict(self.headers),
            "body": body.decode("latin-1"),
        }
        self.seen.append(said)
        status = int(self.path.rpartition("/")[2]) if self.path.rpartition("/")[2].isdigit() else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://localhost:{self.port}/there")
        self.end_headers()
        self.wfile.write(json.dumps({"path": self.path}).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Handler.seen.clear()
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.port = found.server_port
    thread = threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{found.server_address[1]}"
    found.shutdown()
    found.server_close()
    thread.join()


def test_outputs(server: str) -> None:
    assert http.request("GET", f"{server}/a", output="json") == {"path": "/a"}
    assert http.request("GET", f"{server}/a", output="str") == '{"path": "/a"}'
    assert http.request("GET", f"{server}/a", output="bytes") == b'{"path": "/a"}'
    assert http.request("GET", f"{server}/a", output="path", out="o/a.json") == Path("o/a.json")
    assert Path("o/a.json").read_text() == '{"path": "/a"}'
    assert http.request("DELETE", f"{server}/a") is None


@pytest.mark.parametrize("value", [*HOSTILE, "a/b?c=d&e", "../x"])
def test_a_hole_is_percent_encoded(server: str, value: str) -> None:
    import urllib.parse

    http.request("GET", f"{server}/x?q={http.encoded(value)}&z=1")
    query = urllib.parse.parse_qs(Handler.seen[-1]["path"].partition("?")[2], keep_blank_values=True)
    assert query == {"q": [value], "z": ["1"]}


@pytest.mark.parametrize("value", ["file:///etc/passwd", "ftp://x", "x", "", "http://", "http://a b", "//x"])
def test_a_base_is_checked(value: str) -> None:
    with pytest.raises(TaskFailure, match="no base URL"):
        http.base(value)


@pytest.mark.parametrize("status", [400, 404, 429, 503])
def test_a_status_of_400_and_more_fails(server: str, status: int) -> None:
    with pytest.raises(HttpStatus, match=f"^HTTP {status}$") as caught:
        http.request("GET", f"{server}/{status}")
    assert caught.value.code == status


def test_no_answer_fails() -> None:
    with pytest.raises(OSError, match="refused"):
        http.request("GET", "http://127.0.0.1:9/x")


def test_bodies_and_params(server: str) -> None:
    http.request(
        "POST",
        f"{server}/x",
        json={"b": date(2024, 1, 31), "a": [1]},
        params={"d": date(2024, 1, 1), "l": [1, 2], "n": None},
    )
    seen = Handler.seen[-1]
    assert (seen["body"], seen["headers"]["Content-Type"]) == ('{"a":[1],"b":"2024-01-31"}', "application/json")
    assert seen["path"] == "/x?d=2024-01-01&l=1&l=2"
    http.request("PUT", f"{server}/x", body="text")
    assert Handler.seen[-1]["body"] == "text"
    Path("f").write_bytes(b"\xff")
    http.request("PATCH", f"{server}/x", body=Path("f"))
    assert Handler.seen[-1]["body"] == "\xff"


def test_connections(server: str) -> None:
    connection = {"kind": "http", "url": f"{server}/api/", "token": "t", "headers": {"X-A": 1}}
    http.request("GET", "/v1", connection=connection, headers={"X-B": "2"})
    seen = Handler.seen[-1]
    assert seen["path"] == "/api/v1"
    assert [seen["headers"][name] for name in ("Authorization", "X-A", "X-B")] == ["Bearer t", "1", "2"]
    http.request("POST", "", connection={"url": f"{server}/hook", "user": "u", "password": "p"}, json=1)
    assert Handler.seen[-1]["headers"]["Authorization"] == "Basic " + base64.b64encode(b"u:p").decode()


def test_credentials_stay_with_their_host(server: str) -> None:
    connection = {"url": server, "token": "t"}
    with pytest.raises(TaskFailure, match="not below the connection's own URL"):
        http.request("GET", "http://127.0.0.1:9/x", connection=connection)
    http.request("GET", "/302", connection=connection)
    first, second = Handler.seen[-2:]
    assert ("Authorization" in first["headers"], "Authorization" in second["headers"]) == (True, False)


def test_headers_have_no_line_breaks(server: str) -> None:
    with pytest.raises(TaskFailure, match="line breaks"):
        http.request("GET", server, headers={"X": "a\r\nY: b"})


def test_a_request_as_a_task(go: Run, server: str) -> None:
    task = Task("h", Http("GET", lambda v: f"{http.base(server)}/x?d={http.encoded(v.run.date)}"), "json")
    found = go(task, at=datetime(2024, 1, 31, tzinfo=UTC), executor="processes")
    assert lines(found)[0] == 'h succeeded 1 {"path":"/x?d=2024-01-31"}'


# ------------------------------------------------------------------ waiting


def test_the_first_match_in_code_point_order() -> None:
    assert files.first_match("in/*.csv") is None
    Path("in").mkdir()
    for name in ("b.csv", "a.csv", "Z.csv", "x.txt"):
        Path("in", name).touch()
    assert str(files.first_match("in/*.csv")) == "in/Z.csv"
    assert str(files.first_match("./in/a.csv")) == "./in/a.csv"


def test_a_wait_sees_a_file_that_comes(go: Run, tmp_path: Path) -> None:
    threading.Timer(0.3, (tmp_path / "late.csv").touch).start()
    tasks = [Task("w", WaitFile("*.csv", timedelta(milliseconds=50)), "path"), ok("b", 1)]
    assert lines(go(*tasks, jobs=1)) == ["b succeeded 1 1", 'w succeeded 1 "late.csv"', "run succeeded"]


def test_a_wait_ends_only_by_its_timeout(go: Run) -> None:
    task = Task("w", WaitFile(lambda v: "no.csv", timedelta(milliseconds=20)), "path", timeout=timedelta(seconds=0.2))
    found = go(task)
    assert (lines(found)[0], found.error) == ("w failed 1", "timeout")


def test_a_wait_for_a_while(go: Run) -> None:
    began = time.monotonic()
    assert lines(go(Task("w", WaitTime(lambda v: timedelta(seconds=0.2)))))[0] == "w succeeded 1"
    assert time.monotonic() - began >= 0.2


def test_instants() -> None:
    since = datetime(2024, 7, 1, 12, tzinfo=UTC)
    options: Any = {"day": date(2024, 7, 1), "zone": "Europe/Berlin", "since": since}
    assert wait.instant(timedelta(hours=1), **options) == datetime(2024, 7, 1, 13, tzinfo=UTC)
    assert wait.instant(time_of_day(6), **options) == datetime(2024, 7, 1, 4, tzinfo=UTC)
    assert wait.instant(datetime(2024, 7, 1, 6), **options) == datetime(2024, 7, 1, 4, tzinfo=UTC)
    assert wait.instant(since, **options) == since


def test_an_instant_that_has_passed_is_no_wait(go: Run) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert lines(go(Task("w", WaitTime(lambda v: past))))[0] == "w succeeded 1"


# ------------------------------------------------------------------ mail


def test_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int) -> None:
            told.append((host, port))

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *rest: object) -> None:
            pass

        def starttls(self) -> None:
            told.append("tls")

        def login(self, user: str, password: str) -> None:
            told.append((user, password))

        def send_message(self, message: EmailMessage) -> None:
            told.append((message["From"], message["To"], message["Subject"], message.get_content()))

    monkeypatch.setattr(smtplib, "SMTP", Server)
    mail.send({"host": "h", "user": "u", "password": "p"}, "a@b", "hi", "text")
    assert told == [("h", 587), "tls", ("u", "p"), ("u", "a@b", "hi", "text\n")]
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        mail.send({"host": "h"}, "a@b", "hi\nBcc: c@d", "text")
