"""A run with its outline: what is kept beside runs, also when it ran in parts and when its source has changed since."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Barrier, Thread

import pytest

from flowc.cli import main
from flowc.history.audit import deeds
from flowc.history.page import told
from flowc.history.whole import whole
from flowc.runtime import outline
from flowc.runtime.model import Flow

SOURCE = """
## Of the night.
flow nightly(n: int = 1) {
  group load {
    ## the orders
    task orders = sh "echo #{n}" -> int
    task lines = sh "true"
  }
  if n > 0 {
    task report = sh "exit 3" after load fallback short
    task short = sh "echo short"
  }
  task last = sh "true" after report, when: done
  for x in [1, 2] { task each = sh "echo #{x}" after load.lines }
  on failure { task tell = sh "echo #{run.error}" }
}
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nightly.flow").write_text(SOURCE, "utf-8")
    return tmp_path / ".flowc"


def run(*words: str) -> Path:
    main(["run", "nightly.flow", "--quiet", *words])
    return max(Path(".flowc/runs").iterdir(), key=lambda path: (path / "journal").stat().st_mtime_ns)


def test_needs_are_those_of_groups_conditions_and_fallbacks(state: Path) -> None:
    found = whole(run())
    assert found.needs == {
        "load.orders": [],
        "load.lines": [],
        "report": ["load.orders", "load.lines"],
        "short": ["report"],
        "last": ["report", "short"],
        "each": ["load.lines"],
        "tell": [],
    }
    assert found.tasks[0]["doc"] == "the orders"
    assert {each["label"]: each["outcome"] for each in found.instances} == {
        "load.orders": "succeeded",
        "load.lines": "succeeded",
        "report": "recovered",
        "short": "succeeded",
        "last": "succeeded",
        "each[0]": "succeeded",
        "each[1]": "succeeded",
    }


def test_an_outline_is_kept_once_and_outlives_its_source(state: Path) -> None:
    first = run()
    run()
    assert len(list((state / "outlines").iterdir())) == 1
    Path("nightly.flow").write_text(SOURCE.replace("task last", 'task new = sh "true"\n  task last'), "utf-8")
    second = run()
    assert len(list((state / "outlines").iterdir())) == 2
    assert "new" not in whole(first).needs
    assert "new" in whole(second).needs


def test_an_outline_may_be_kept_by_several_at_once(state: Path) -> None:
    """Of one process too: a server's runs, and those that a program starts in threads."""
    from flowc.runtime.plan import Plan

    plan = Plan(Flow("f", tasks=[]))
    for attempt in range(30):
        folder, names = state / str(attempt), list[str]()
        begin = Barrier(8)

        def keep(folder: Path = folder, names: list[str] = names, begin: Barrier = begin) -> None:
            begin.wait()
            names.append(outline.keep(folder, plan))

        threads = [Thread(target=keep) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(names) == 8
        assert [path.name for path in (folder / "outlines").iterdir()] == [f"{names[0]}.json"]


def test_without_an_outline_the_rest_is_told(state: Path) -> None:
    folder = run()
    for path in (state / "outlines").iterdir():
        path.write_text("{", "utf-8")
    found = told(whole(folder))
    assert found["tasks"] == []
    assert len(found["instances"]) == 7


def test_logs_of_what_failed_come_first_and_the_end_of_a_long_one_is_shown(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowc.history.page.MOST_LOG", 3)
    folder = run()
    (folder / "logs" / "report.1.log").write_text("why it failed", "utf-8")
    found = told(whole(folder))["logs"]
    assert found[0] == {"name": "report.1.log", "of": "report", "size": 13, "shown": 3, "text": "led"}
    assert {each["of"] for each in found} == {"report", "load.orders", "short", "each[0]", "each[1]"}


def test_who_did_what_is_told(state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("flowc.runtime.starts._who", lambda: "ana@db1")
    Path("nightly.flow").write_text(SOURCE.replace("exit 3", "test -e there").replace(" fallback short", ""), "utf-8")
    folder = run("--param", "n=4")
    monkeypatch.setattr("flowc.runtime.starts._who", lambda: "bo@db2")
    Path("there").touch()
    main(["run", "nightly.flow", "--quiet", "--resume", folder.name])
    capsys.readouterr()
    assert main(["runs", "audit", "--json"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["what"], each["by"], each["about"]) for each in said] == [
        ("resume", "bo@db2", ""),
        ("run", "ana@db1", '{"n":4} (manual)'),
    ]
    assert {each["source"] for each in said} == {"nightly.flow"}
    assert len(said[0]["digest"]) == 12
    assert main(["runs", "audit"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "ana@db1" in lines[2]
    assert "bo@db2" in lines[1]


def test_answers_are_deeds(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flowc.runtime import approvals

    monkeypatch.setattr(approvals, "take", lambda folder, name: approvals.Answer(False, "eve"))
    Path("nightly.flow").write_text('flow nightly { task go = wait approval("go?") }', "utf-8")
    run()
    latest = deeds(state / "runs")[0]
    assert (latest.what, latest.by, latest.about) == ("no", "eve", "go")


def test_a_flow_without_anything_has_an_outline() -> None:
    from flowc.runtime.plan import Plan

    found = outline.outline(Plan(Flow("empty", tasks=[])))
    assert found["tasks"] == []
