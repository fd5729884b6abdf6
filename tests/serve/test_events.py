"""Events start runs, each once: webhooks with token or signature, files, ends of flows, assets that were written."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from itertools import pairwise
from typing import Any

import pytest

from flowc.serve.token import message_of, sign
from tests.serve.serving import SECRETS, Served, project

pytestmark = pytest.mark.slow
FLOWS = """
asset sales: path = "sales.csv"
schema Order { id: int }
flow orders {
  on webhook "/orders" body Order
  task take = python work:note("order", run.event.id)
}
flow files {
  on file "in/*.csv" poll 1s
  task take = python work:note("file", run.event.path)
}
flow after_orders {
  on flow orders
  task take = python work:note("after", run.event.outcome) writes sales
}
flow elsewhere {
  on file "file://FOLDER/far/*.csv" poll 1s
  task take = python work:note("far", run.event.path.name)
}
flow nowhere {
  on file "nosuch://far/*.csv"
  task take = python work:note("no", run.event.path)
}
flow by_day {
  on webhook "/by_day" body Order
  partition day, start: 2024-01-01
  task take = python work:note("by_day", run.event.id)
}
flow any_json(x: json = null) {
  partition ["a"]
  task a = sh "echo #{x}"
}
asset gift: path = "gift.csv"
flow giving {
  on webhook "/give"
  task give = python work:note("give", run.at) writes gift
}
flow taking {
  on webhook "/take"
  task take = python work:note("take", run.at)
}
flow together {
  on asset gift and flow taking
  task take = python work:note("together", run.trigger)
}
asset days: path = "days.csv" partition day
asset all_hours: path = "hours.csv"
flow a_day {
  partition day, start: 2024-01-01
  task write = python work:note("day", run.partition) writes days
}
flow an_hour {
  partition hour, start: 2024-01-01
  task write = python work:note("hour", run.partition) writes all_hours
}
flow on_hours {
  on asset all_hours
  task take = python work:note("hours", run.event.partition == null)
}
flow on_days {
  on asset days
  task take = python work:note("days", run.event.partition)
}
flow alone {
  on webhook "/alone"
  max_runs 1, overlap: skip
  task sleep = python work:waits("go")
}
flow one_by_one {
  on webhook "/queued"
  max_runs 1, overlap: queue
  task sleep = python work:note("queued", run.event)
}
asset totals: path = "totals.csv"
flow child {
  task write = python work:note("child", run.trigger) writes totals
}
flow parent {
  task inner = run child()
}
flow after_child {
  on flow child
  task take = python work:note("after_child", run.event.outcome)
}
flow on_totals {
  on asset totals
  task take = python work:note("totals", run.event.name)
}
flow on_sales {
  on asset sales
  task take = python work:note("sales", run.event.name)
}
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    home = tmp_path_factory.mktemp("events")
    folder = project(home, FLOWS.replace("FOLDER", str(home)))
    for place in ("in", "far"):
        (folder / place).mkdir()
        (folder / place / "old.csv").touch()
    with Served(folder) as server:
        yield server


def runs(served: Served, flow: str) -> list[Any]:
    return served.ask(f"/api/runs?flow={flow}")[1]["runs"]


def signed(body: bytes, *, key: str = "", path: str = "/orders", moment: float | None = None) -> str:
    (secret,) = SECRETS.values()
    return sign(message_of(path, key, body), secret, int(moment or time.time()))


def test_a_webhook_starts_a_run_and_what_follows_from_it(served: Served) -> None:
    status, found = served.ask("/hooks/orders", {"id": 1}, X_Flowc_Key="one")
    assert status == 202
    (identity,) = found["runs"]
    assert served.ended(identity)["instances"][0]["value"] == '"1"'
    (after,) = served.until("/api/runs?flow=after_orders&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert after["trigger"] == "flow"
    (sales,) = served.until("/api/runs?flow=on_sales&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert sales["trigger"] == "asset"
    assert served.ask("/hooks/orders", {"id": 1}, X_Flowc_Key="one")[0] == 409
    assert len(runs(served, "orders")) == 1


def test_what_a_run_of_another_run_does_is_heard(served: Served) -> None:
    status, found = served.ask("/api/flows/parent/runs", {})
    assert status == 202
    assert served.ended(found["id"])["run"]["state"] == "succeeded"
    for flow in ("after_child", "on_totals"):
        served.until(f"/api/runs?flow={flow}&outcome=succeeded", lambda found: len(found["runs"]) == 1)


def test_which_partition_was_written_is_told(served: Served) -> None:
    assert served.ask("/api/flows/a_day/runs", {"partition": "2024-01-05"})[0] == 202
    (run,) = served.until("/api/runs?flow=on_days&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert served.ask(f"/api/runs/{run['id']}")[1]["instances"][0]["value"] == '"2024-01-05"'


def test_of_an_asset_without_partitions_none_was_written(served: Served) -> None:
    assert served.ask("/api/flows/an_hour/runs", {"partition": "2024-01-05T06:00"})[0] == 202
    (run,) = served.until("/api/runs?flow=on_hours&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert served.ask(f"/api/runs/{run['id']}")[1]["instances"][0]["value"] == '"True"'


def test_a_signature_opens_it_once_and_for_what_was_signed(served: Served) -> None:
    body = json.dumps({"id": 2}).encode()
    before = len(runs(served, "orders"))
    refused = [
        {"X_Flowc_Signature": signed(body + b" ")},
        {"X_Flowc_Signature": signed(body, path="/other")},
        {"X_Flowc_Signature": signed(body), "X_Flowc_Key": "another"},
        {"X_Flowc_Signature": signed(body, moment=time.time() - 3600)},
        {"X_Flowc_Signature": "t=1,v1="},
        {},
    ]
    for headers in refused:
        assert served.ask("/hooks/orders", body, token="", **headers)[0] == 401
    good = signed(body)
    assert served.ask("/hooks/orders", body, token="", X_Flowc_Signature=good)[0] == 202
    assert served.ask("/hooks/orders", body, token="", X_Flowc_Signature=good)[0] == 409
    assert len(runs(served, "orders")) == before + 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id": "x"}', b'{"id": NaN}', b'{"id": 1, "\\ud800": 2}', b"[" * 9999]
)
def test_a_body_of_another_type_is_refused(served: Served, body: bytes) -> None:
    assert served.ask("/hooks/orders", body)[0] == 422


@pytest.mark.parametrize("levels", [101, 300, 9999])
def test_what_is_nested_too_deep_is_refused(served: Served, levels: int) -> None:
    body = b"[" * levels + b"]" * levels
    assert served.ask("/hooks/give", body)[0] == 422
    assert served.ask("/api/flows/giving/runs", b'{"event": %s}' % body)[0] in (400, 422)
    assert served.ask("/api/flows/any_json/runs", b'{"params": {"x": %s}}' % body)[0] in (400, 422)
    assert served.ask("/api/flows/any_json/backfills", b'{"params": {"x": %s}}' % body)[0] in (400, 422)


def test_a_backfill_is_told_what_has_started_it(served: Served) -> None:
    days = {"from": "2024-01-01", "to": "2024-01-02"}
    assert served.ask("/api/flows/by_day/backfills", days)[0] == 422
    assert served.ask("/api/flows/by_day/backfills", {**days, "event": {"id": "x"}})[0] == 422
    status, found = served.ask("/api/flows/by_day/backfills", {**days, "event": {"id": 7}})
    assert status == 202
    ended = [served.ended(run)["instances"][0]["value"] for run in found["runs"]]
    assert ended == ['"7"', '"7"']


def test_nobody_waits_there(served: Served) -> None:
    assert served.ask("/hooks/nothing", {})[0] == 404
    assert served.ask("/hooks/orders", b"x" * (1 << 21))[0] == 413


def test_a_new_file_starts_one_run_and_an_old_one_none(served: Served) -> None:
    (served.folder / "in" / "new.csv").write_text("a")
    (run,) = served.until("/api/runs?flow=files&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert served.ask(f"/api/runs/{run['id']}")[1]["instances"][0]["value"] == '"in/new.csv"'
    (served.folder / "in" / "new.csv").write_text("ab")
    served.until("/api/runs?flow=files&outcome=succeeded", lambda found: len(found["runs"]) == 2)


def test_files_of_other_machines_are_seen_and_what_cannot_be_is_told(served: Served) -> None:
    (served.folder / "far" / "new.csv").write_text("a")
    (run,) = served.until("/api/runs?flow=elsewhere&outcome=succeeded", lambda found: found["runs"])["runs"]
    assert served.ask(f"/api/runs/{run['id']}")[1]["instances"][0]["value"] == '"new.csv"'
    (problem,) = served.ask("/api/health")[1]["problems"]
    assert problem == "on file 'nosuch://far/*.csv': ValueError: Protocol not known: nosuch"


def test_what_waits_for_two_events_starts_once_both_have_come(served: Served) -> None:
    def comes(path: str) -> None:
        """An event, and all that follows from it: the next is asked for when the one before was heard."""
        (run,) = served.ask(f"/hooks/{path}", 1)[1]["runs"]
        served.ended(run)
        served.until("/api/health", lambda health: not health["going"])

    held: list[int] = []
    for path in ("give", "give", "take", "take", "give"):
        comes(path)
        held.append(len(runs(served, "together")))
    assert held == [0, 0, 1, 1, 2]


def test_a_run_that_overlaps_is_dropped_and_the_next_one_is_not(served: Served) -> None:
    (first,) = served.ask("/hooks/alone", 1, X_Flowc_Key="1")[1]["runs"]
    served.until(f"/api/runs/{first}", lambda found: found.get("instances"))
    served.ask("/hooks/alone", 2, X_Flowc_Key="2")
    assert [run["id"] for run in runs(served, "alone")] == [first]
    (served.folder / "go").touch()
    served.ended(first)
    (third,) = served.ask("/hooks/alone", 3, X_Flowc_Key="3")[1]["runs"]
    served.ended(third)
    assert {run["id"] for run in runs(served, "alone")} == {first, third}


def test_what_may_not_overlap_waits_and_loses_nothing(served: Served) -> None:
    for key in range(5):
        assert served.ask("/hooks/queued", key, X_Flowc_Key=f"q{key}")[0] == 202
    url = "/api/runs?flow=one_by_one&outcome=succeeded"
    found = served.until(url, lambda found: len(found["runs"]) == 5)["runs"]
    spans = sorted((run["began"], run["ended"]) for run in found)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans)), spans
    lines = (served.folder / "effects.txt").read_text().splitlines()
    assert [line for line in lines if line.startswith("queued")] == [f"queued {key}" for key in range(5)]


def test_a_flood_is_held_back(served: Served) -> None:
    answers = [served.ask("/hooks/nothing", {})[0] for _ in range(150)]
    assert set(answers) == {404, 429}
