"""The journal, the normal trace read from it, the events, and what is on the disk."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.api import run
from flowc.runtime.cli import main
from flowc.runtime.engine import Engine
from flowc.runtime.errors import StateError
from flowc.runtime.journal import Committer, Journal, read
from flowc.runtime.model import Flow, InLoop, Loop, Param, Requires, Retry, Task
from flowc.runtime.trace import Line, lines, normal, show, table

from .conftest import Run, bad, of, ok


def journal(path: Path, **options: Any) -> tuple[Journal, Committer]:
    committer = Committer()
    return Journal(path, committer, **options), committer


def test_records_come_back(tmp_path: Path) -> None:
    written, committer = journal(tmp_path / "j")
    records = [{"event": "a", "text": 'ä"\n😀'}, {"event": "b", "n": [1, None]}]
    for record in records:
        written.append(record)
    written.close()
    committer.close()
    assert list(read(tmp_path / "j")) == records


@pytest.mark.parametrize("damage", ["torn", "changed", "garbage"])
def test_a_torn_record_ends_the_journal(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "j"
    written, committer = journal(path)
    for number in range(3):
        written.append({"event": str(number)})
    written.close()
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    ends = {"torn": whole[last:-3], "changed": whole[last:].replace(b"2", b"3"), "garbage": b"\xff\x00\n"}
    path.write_bytes(whole[:last] + ends[damage])
    assert [record["event"] for record in read(path)] == ["0", "1"]
    again = Journal(path, committer, resume=True)
    again.append({"event": "2"})
    again.close()
    committer.close()
    assert [record["event"] for record in read(path)] == ["0", "1", "2"]


def test_a_commit_is_told_once_the_record_is_written(tmp_path: Path) -> None:
    written, committer = journal(tmp_path / "j")
    told: list[int] = []
    for number in range(100):
        written.append({"event": "x"}, lambda number=number: told.append(number))
        written.write()
    while len(told) < 100:
        for then in committer.finished():
            then()
    assert told == list(range(100))
    written.close()
    committer.close()


def test_a_disk_that_is_full_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    import flowc.runtime.journal as module

    flow = Flow("f", [ok("a", 1), ok("b", 1, [Requires("a")])])
    monkeypatch.setattr(module, "_force", full)
    with pytest.raises(StateError, match="No space left on device; once that is mended, the run goes on with --resume"):
        run(flow, root=tmp_path, executor="inline")


# ------------------------------------------------------------------ traces


def test_the_trace_in_full() -> None:
    found = [
        Line("report", (), "skipped", 0),
        Line("score", (10,), "succeeded", 1, "0.5"),
        Line("score", (9,), "failed", 2, "0.5"),
        Line("score", (), "blocked", 0),
        Line("check  n\n >  0", (), "succeeded", 1),
        Line("clean", (), "recovered", 3, "42"),
    ]
    records = [
        {
            "event": "end",
            "task": line.name,
            "index": list(line.index),
            "outcome": line.outcome,
            "attempts": line.attempts,
        }
        | ({"value": line.value} if line.value else {})
        for line in found
    ]
    assert normal([*records, {"event": "finish", "outcome": "succeeded"}]) == [
        "check n > 0  succeeded  1",
        "clean        recovered  3  42",
        "report       skipped    0",
        "score        blocked    0",
        "score[9]     failed     2",
        "score[10]    succeeded  1  0.5",
        "run          succeeded",
    ]


def test_names_are_in_code_point_order() -> None:
    names = ["b", "B", "a.b", "a", "check a", "_x"]
    records = [{"event": "end", "task": name, "index": [], "outcome": "skipped", "attempts": 0} for name in names]
    assert [line.name for line in lines(records)[0]] == ["B", "_x", "a", "a.b", "b", "check a"]


def test_a_run_that_did_not_end() -> None:
    assert table([], None) == ["run  unfinished"]


@pytest.mark.parametrize(
    ("carried", "shown"),
    [
        ('{"$date":"2024-01-31"}', "2024-01-31"),
        ('[{"$date":"2024-01-31"},{"$path":"a"}]', '["2024-01-31","a"]'),
        ('{"$map":[["$b",{"$size":"1KiB"}],["a",1]]}', '{"$b":"1KiB","a":1}'),
        ('{"$table":"@wh/a.b"}', '"@wh/a.b"'),
        ('"ä"', '"ä"'),
        ("1e+16", "1e+16"),
        ("null", "null"),
    ],
)
def test_values_in_a_trace(carried: str, shown: str) -> None:
    assert show(carried) == shown


# ------------------------------------------------------------------ events, and what waits why


def test_events(go: Run) -> None:
    heard: list[dict[str, Any]] = []
    go(ok("a", 1), bad("b", retry=Retry(1)), listener=heard.append)
    said = [(event["event"], event.get("task"), event.get("retries")) for event in heard]
    assert sorted(said, key=str) == sorted(
        [
            ("run", None, None),
            ("start", "a", None),
            ("end", "a", None),
            ("start", "b", None),
            ("failure", "b", True),
            ("start", "b", None),
            ("failure", "b", False),
            ("end", "b", None),
            ("finish", None, None),
        ],
        key=str,
    )
    assert all(json.loads(json.dumps(event)) == event for event in heard)


def test_what_waits_says_why(tmp_path: Path) -> None:
    from flowc.runtime.launch import prepare
    from flowc.runtime.model import Slots

    nap: Any = Python("work:nap", lambda v: call(0.2))
    tasks = [Task("a", nap, pool=Slots("one")), Task("b", nap, pool=Slots("one")), Task("t", nap, scope=[InLoop("x")])]
    flow = Flow("f", tasks, loops=[Loop("x", lambda v: [0, 0], limit=1)], pools={"one": 1})
    heard: list[dict[str, Any]] = []
    engine = Engine(tmp_path, flows={"f": flow}, jobs=4, listener=heard.append)
    reasons: set[tuple[str, str]] = set()

    def look() -> None:
        reasons.update((job.cell.name, job.why) for job in engine.dispatcher.waiting())

    engine.clock.after(0.1, look)
    engine.add(prepare(engine, flow, {}))
    engine.work()
    engine.close()
    assert {("t[1]", "limit 1"), ("b", "pool one")} <= reasons
    told = [(event["task"], event["why"]) for event in heard if event["event"] == "waiting"]
    assert sorted(told) == [("b", "pool one"), ("t[1]", "limit 1")]


# ------------------------------------------------------------------ the command line of a native project

FLOW = Flow(
    "f",
    [of("a", lambda v: v.params["n"]), Task("b", Shell("echo hi"), needs=[Requires("a")])],
    params=[Param("n", "int", low=0)],
)


def command(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(FLOW, root=root, arguments=arguments)
    found = capsys.readouterr()
    return code, found.out, found.err


def test_the_trace_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = command(capsys, tmp_path, "run", "--param", "n=3", "--trace", "--jobs", "1")
    assert (code, err) == (0, "")
    assert out == "a    succeeded  1  3\nb    succeeded  1\nrun  succeeded\n"


def test_lines_and_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, out, _ = command(capsys, tmp_path, "run", "--param", "n=3")
    assert out.splitlines()[1:] == ["  a  starts", "  a  succeeded", "  b  starts", "  b  succeeded", "f  succeeded"]
    _, out, _ = command(capsys, tmp_path, "run", "--param", "n=3", "--json")
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["run", "start", "end", "start", "end", "finish"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--param", "n=x"], "param n: expected int, found 'x'"),
        (["--param", "n"], "--param takes NAME=VALUE, found 'n'"),
        (["--param", "n=-1"], "param n: -1 is not in 0 .. "),
        ([], "param n: missing; its type is int"),
        (["--param", "n=1", "--at", "now"], "--at: expected datetime, found 'now'"),
        (["--resume", "x"], "there is no run x under"),
        (["--resume", "x", "--param", "n=1"], "--resume goes on with what the run began with"),
    ],
)
def test_wrong_usage_is_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], message: str
) -> None:
    code, out, err = command(capsys, tmp_path, "run", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_failed_run_is_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(Flow("f", [Task("a", Shell("exit 3"))]), root=tmp_path, arguments=["run"]) == 1
    assert "  a  failed: exit 3" in capsys.readouterr().out


def test_runs_are_listed_and_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command(capsys, tmp_path, "run", "--param", "n=3", "--at", "2024-01-31T06:00Z")
    _, out, _ = command(capsys, tmp_path, "runs")
    found = re.fullmatch(r"(\S+)  f  succeeded  2024-01-31T06:00:00Z\n", out)
    assert found
    assert command(capsys, tmp_path, "runs", found[1])[1].endswith("run  succeeded\n")
    assert command(capsys, tmp_path, "runs", "nope")[0] == 2


def test_a_state_folder_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / ".flowc").write_text("a file")
    code, _, err = command(capsys, tmp_path, "run", "--param", "n=3")
    assert (code, err.startswith("cannot keep the run's records under ")) == (1, True)


def test_nothing_is_left_open(go: Run) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        go(ok("a", 1), Task("b", Shell("echo x")), executor="processes")
    assert len(os.listdir("/proc/self/fd")) == before
