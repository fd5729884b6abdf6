"""Files change while the server runs: flows come, go and are others, and nothing of what was promised is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowc.runtime.reading import read_datetime
from tests.serve.serving import Served, effects, journals, project

pytestmark = pytest.mark.slow
FIRST = """
flow outer {
  task waits = python work:waits("go")
  task inner = run inner() after waits
  task says = python work:note("outer", "old") after inner
}
flow inner {
  task says = python work:note("inner", "old")
}
flow hook {
  on webhook "/hook"
  task take = python work:note("hook", "old")
}
flow goes {
  task take = python work:note("goes", "old")
}
"""
SECOND = FIRST.replace('"old"', '"new"').replace("flow goes", "flow comes").replace('"/hook"', '"/other"')


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    with Served(project(tmp_path / "p", FIRST)) as server:
        yield server


def change(served: Served, text: str) -> None:
    """Write the file as an editor does: a new one in the place of the old."""
    draft = served.folder / "draft"
    draft.write_text(text)
    draft.rename(served.folder / "p.flow")


def names(served: Served) -> list[str]:
    return [flow["name"] for flow in served.ask("/api/flows")[1]]


def begun(served: Served, flow: str) -> str:
    status, found = served.ask(f"/api/flows/{flow}/runs", {})
    assert status == 202, found
    return found["id"]


def test_what_goes_on_keeps_its_version_and_what_begins_has_the_new_one(served: Served) -> None:
    old = begun(served, "outer")
    served.until(f"/api/runs/{old}", lambda found: found.get("instances"))
    change(served, SECOND)
    served.until("/api/flows", lambda found: "comes" in [flow["name"] for flow in found])
    new = begun(served, "outer")
    (served.folder / "go").touch()
    assert {served.ended(identity)["run"]["state"] for identity in (old, new)} == {"succeeded"}
    assert sorted(effects(served.folder)) == ["inner new", "inner old", "outer new", "outer old"]


def test_flows_come_and_go_with_their_webhooks(served: Served) -> None:
    assert served.ask("/hooks/hook", 1)[0] == 202
    assert served.ask("/hooks/other", 1)[0] == 404
    change(served, SECOND)
    status, found = served.ask("/api/reload", {})
    # whoever came first, the watch or this request
    assert status == 200
    assert found in (
        {"changed": ["hook", "inner", "outer"], "added": ["comes"], "removed": ["goes"]},
        {"changed": [], "added": [], "removed": []},
    )
    assert sorted(names(served)) == ["comes", "hook", "inner", "outer"]
    assert served.ask("/hooks/hook", 1)[0] == 404
    assert served.ask("/hooks/other", 1)[0] == 202
    assert served.ask("/api/flows/goes/runs", {})[0] == 404
    served.ended(begun(served, "comes"))


def test_a_file_with_mistakes_changes_nothing_and_is_told_of(served: Served) -> None:
    change(served, SECOND.replace("work:note", "work:nothing"))
    mistakes = served.until("/api/health", lambda health: health["mistakes"])["mistakes"]
    assert "module `work` has no `nothing`" in mistakes
    assert "p.flow:" in mistakes
    status, found = served.ask("/api/reload", {})
    assert (status, found["detail"]) == (422, mistakes)
    assert sorted(names(served)) == ["goes", "hook", "inner", "outer"]
    served.ended(begun(served, "goes"))
    (served.folder / "p.flow").unlink()
    served.until("/api/health", lambda health: "there is no such file" in (health["mistakes"] or ""))
    change(served, SECOND)
    served.until("/api/health", lambda health: health["mistakes"] is None)
    assert sorted(names(served)) == ["comes", "hook", "inner", "outer"]
    code, said = served.stop()
    assert code == 0
    assert said.count("the flows stay as they were") == 2
    assert "loaded anew: changed hook, inner, outer; added comes; removed goes" in said


def test_the_python_of_a_task_is_new_too(served: Served) -> None:
    served.ended(begun(served, "goes"))
    work = served.folder / "work.py"
    before = served.ask("/api/health")[1]["loaded"]
    work.write_text(work.read_text().replace('f"{task} {what}\\n"', 'f"{task} {what} again\\n"'))
    served.until("/api/health", lambda health: health["loaded"] > before)
    served.ended(begun(served, "goes"))
    assert effects(served.folder) == ["goes old", "goes old again"]


def test_without_watching_it_waits_for_a_signal(tmp_path: Path) -> None:
    with Served(project(tmp_path / "p", FIRST), "--no-watch") as served:
        change(served, SECOND)
        time.sleep(2.5)
        assert "goes" in names(served)
        served.process.send_signal(signal.SIGHUP)
        served.until("/api/flows", lambda found: "comes" in [flow["name"] for flow in found])


ALONE = """
flow alone {
  max_runs 1
  task one = python work:waits("go")
  task two = python work:note("alone", "old") after one
}
"""
OTHER = """
flow other {
  task one = sh "true"
}
"""


def test_what_waits_for_its_turn_begins_as_the_new_version_says(tmp_path: Path) -> None:
    """Also where the flow was not there for a while: what was promised is kept."""
    with Served(project(tmp_path / "p", ALONE)) as served:
        runs = [begun(served, "alone") for _ in range(20)]
        served.until(f"/api/runs/{runs[0]}", lambda found: found.get("instances"))
        change(served, OTHER)
        served.until("/api/health", lambda health: len(health["problems"]) == 19)
        change(served, ALONE.replace('"old"', '"new"'))
        served.until("/api/health", lambda health: not health["problems"])
        (served.folder / "go").touch()
        for identity in runs:
            assert served.ended(identity)["run"]["state"] == "succeeded"
        assert effects(served.folder) == ["alone old", *["alone new"] * 19]


TICKS = """
flow ticks {
  every %s, start: %s, catchup: all
  task one = python work:note("ticks", run.at)
}
flow seen {
  on file "in/*.csv" poll 1s
  task one = python work:note("seen", "%s")
}
"""


SLACK = 0.9
"""Seconds in which the server may have loaded a version before it says so."""


def test_no_instant_is_missed_or_doubled_while_a_schedule_changes(tmp_path: Path) -> None:
    """Of each version those instants ran, each once, that lie between its loading and the next; no file is missed."""
    start = datetime.now(UTC).replace(microsecond=0)
    said = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    folder = project(tmp_path / "p", TICKS % ("1s", said, 0))
    (folder / "in").mkdir()
    loaded: list[float] = []
    with Served(folder) as served:
        served.until("/api/runs?flow=ticks", lambda found: found["runs"])
        for number, period in enumerate(("2s", "1s", "3s"), 1):
            (folder / "in" / f"{number}.csv").touch()
            change(served, TICKS % (period, said, number))
            before = served.ask("/api/health")[1]["loaded"]
            loaded.append(served.until("/api/health", lambda health, b=before: health["loaded"] > b)["loaded"])
            time.sleep(3)
        served.until("/api/runs?flow=seen&outcome=succeeded", lambda found: len(found["runs"]) == 3)
        assert served.stop()[0] == 0
    found = [read_datetime(records[0]["at"]) for records in journals(folder).values() if records[0]["flow"] == "ticks"]
    instants = sorted((at - start) // timedelta(seconds=1) for at in found)
    assert len(instants) == len(set(instants))
    edges = [-1.0, *(moment - start.timestamp() for moment in loaded), max(instants) + 1.0]
    for period, begin, end in zip((1, 2, 1, 3), edges, edges[1:], strict=False):
        between = [at for at in range(max(instants) + 1) if begin + SLACK < at < end - SLACK]
        assert [at for at in instants if at in between] == [at for at in between if at % period == 0]
