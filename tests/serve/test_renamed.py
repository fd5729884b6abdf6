"""`renamed from`: a flow goes on with its history, whether the server starts anew or takes in the name meanwhile."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flowc.runtime.actions import Python, WaitFile, call
from flowc.runtime.model import Awaits, Flow, Task
from flowc.runtime.triggers import Both, Cron, OnFlow, OnWebhook, Windows
from flowc.serve.backfills import Queued, backfill
from flowc.serve.server import Server

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module `work`, in this process."""

    def note(name: str, what: str) -> None:
        with (tmp_path / "effects").open("a") as file:
            file.write(f"{name} {what}\n")

    module: Any = ModuleType("work")
    module.note = note
    monkeypatch.setitem(sys.modules, "work", module)


def noted(name: str) -> Task:
    return Task("note", Python("work:note", lambda v: call(name, v.run.at.isoformat())), "any")


def flows(*, days: str = "days", hours: str = "hours", slow: str = "slow", both: str = "both") -> dict[str, Flow]:
    """The same flows, by other names."""
    gate = Task("gate", WaitFile(lambda v: "go", timedelta(seconds=0.05)), "path", needs=[Awaits("note")])
    found = {
        "days": Flow(days, [noted("days")], partition=Windows("day", start=datetime(2024, 1, 1, tzinfo=UTC))),
        "hours": Flow(hours, [noted("hours")], schedules=[Cron("0 * * * *", start=NOON - 5 * HOUR, catchup="all")]),
        "slow": Flow(slow, [noted("slow"), gate]),
        "heard": Flow("heard", [noted("heard")], events=[OnFlow(slow)]),
        "both": Flow(both, [noted("both")], events=[Both([OnWebhook("/a"), OnWebhook("/b")])]),
    }
    return {
        flow.name: flow if flow.name == first else replace(flow, renamed_from=first) for first, flow in found.items()
    }


NEW = {"days": "daze", "hours": "fresh", "slow": "slower", "both": "pair"}
NEWER = {"days": "d", "hours": "h", "slow": "s", "both": "b"}


def queued(server: Server, name: str) -> Queued:
    given: Any = {"params": {}, "parallel": 4, "force": False}
    return backfill(server, server.flow(name), since="2024-02-01", until="2024-02-03", **given)


def posted(server: Server, path: str) -> None:
    from flowc.serve.events import Happened

    server.loop.ask(lambda: server.events.take([Happened("webhook", path, path, None)]))


def rest(server: Server, going: int = 0) -> None:
    """Until no more than so many runs go on."""
    end = time.monotonic() + 60
    while server.loop.ask(lambda: len(server.keeper.going()) + len(server.keeper.queued())) > going:
        assert time.monotonic() < end
        time.sleep(0.02)


def ran(folder: Path) -> Counter[str]:
    return Counter(line.split()[0] for line in (folder / "effects").read_text().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("restarts", [True, False])
def test_nothing_is_done_again_under_a_new_name(tmp_path: Path, *, restarts: bool) -> None:
    state = tmp_path / ".flowc"

    def started(known: dict[str, Flow]) -> Server:
        server = Server(known, root=tmp_path, state=state, executor="inline", now=lambda: NOON)
        server.start()
        return server

    server = started(flows())
    try:
        queued(server, "days")
        posted(server, "/a")
        server.begin("slow", {})
        rest(server, going=1)
        end = time.monotonic() + 60
        while ran(tmp_path)["slow"] < 1 and time.monotonic() < end:
            time.sleep(0.02)
        for names in (NEW, NEWER):
            if restarts:
                assert not server.stop(0)
                server = started(flows(**names))
            else:
                server.turn(flows(**names))
            assert queued(server, names["days"]).kept == 3
            server.loop.ask(server.ticker.look)
            rest(server, going=1)
        (tmp_path / "go").touch()
        posted(server, "/b")
        rest(server)
        assert server.problems() == []
    finally:
        server.stop(30)
    assert ran(tmp_path) == {"days": 3, "hours": 6, "slow": 1, "both": 1, "heard": 1}
