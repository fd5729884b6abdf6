"""The API over HTTP: who may ask, what it tells, beginning and stopping runs, and how a server stops and starts."""

from __future__ import annotations

import stat
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.serve.serving import Served, effects, project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    with Served(project(tmp_path_factory.mktemp("api"))) as server:
        yield server


def begun(served: Served, flow: str, **given: object) -> str:
    status, found = served.ask(f"/api/flows/{flow}/runs", given)
    assert status == 202, found
    return found["id"]


def test_nothing_is_told_or_begun_without_the_token(served: Served) -> None:
    before = served.ask("/api/runs")[1]
    for token in ("", "wrong", served.token + "x"):
        assert served.ask("/api/flows", token=token)[0] == 401
        assert served.ask("/api/flows/hello/runs", {}, token=token)[0] == 401
    assert served.ask("/api/runs", token="", Cookie=f"token={served.token}")[0] == 401
    assert served.ask("/api/runs")[1] == before


def test_the_token_is_for_its_owner_alone(served: Served) -> None:
    assert stat.S_IMODE((served.folder / ".flowc" / "serve.token").stat().st_mode) == 0o600


def test_another_name_that_points_here_is_refused(served: Served) -> None:
    assert served.ask("/api/flows", Host="evil.example")[0] == 421
    assert served.ask("/", Host="evil.example:80")[0] == 421
    assert served.ask("/api/flows", Host="localhost:1")[0] == 200


def test_flows_are_told(served: Served) -> None:
    found = {flow["name"]: flow for flow in served.ask("/api/flows")[1]}
    assert [(param["name"], param["type"]) for param in found["hello"]["params"]] == [("name", "str"), ("times", "int")]
    assert found["days"]["is_partitioned"]
    assert found["days"]["upcoming"].endswith("T06:00:00Z")
    assert served.ask("/api/flows/nothing")[0] == 404


def test_a_run_is_begun_and_told_of(served: Served) -> None:
    identity = begun(served, "hello", params={"name": "Ada"})
    found = served.ended(identity)
    assert (found["run"]["state"], found["run"]["params"]["name"]) == ("succeeded", "Ada")
    assert [(one["task"], one["outcome"], one["value"]) for one in found["instances"]] == [
        ("greet", "succeeded", '"Ada"'),
        ("again", "succeeded", '"Ada"'),
    ]
    assert found["edges"] == [["greet", "again"]]
    assert "again Ada" in effects(served.folder)
    events = served.ask(f"/api/runs/{identity}/events?offset=1&limit=2")[1]
    assert ([event["event"] for event in events["events"]], events["next"]) == (["start", "end"], 3)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"params": {"nam": "x"}}, "hello has no param nam; it has name, times"),
        ({"params": {"times": "many"}}, "param times"),
        ({"params": {"times": 1e400}}, "param times"),
        ({"params": {"name": "\ud800"}}, ""),
        ({"partition": "2024-01-01"}, "hello has no partitions"),
        ({"event": {}}, "no event starts hello"),
        ({"what": 1}, "what"),
        ([], "body"),
    ],
)
def test_what_cannot_start_is_refused_with_the_reason(served: Served, given: object, why: str) -> None:
    status, found = served.ask("/api/flows/hello/runs", given)
    assert status == 422
    assert why in found["detail"]


def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    assert served.ask("/api/flows/hello/runs", b" " * (1 << 21))[0] == 413


def test_a_key_begins_one_run(served: Served) -> None:
    answers = [served.ask("/api/flows/hello/runs", {"key": "once"})[1] for _ in range(2)]
    assert answers[0]["id"] == answers[1]["id"]
    assert [answer["is_new"] for answer in answers] == [True, False]


def test_a_run_is_stopped(served: Served) -> None:
    identity = begun(served, "slow")
    served.until(f"/api/runs/{identity}", lambda found: found.get("instances"))
    assert served.ask(f"/api/runs/{identity}/resume", {})[0] == 409
    assert served.ask(f"/api/runs/{identity}/cancel", {})[0] == 202
    assert served.ended(identity)["run"]["state"] == "cancelled"
    assert served.ask(f"/api/runs/{identity}/cancel", {})[0] == 409


def test_a_run_goes_on_and_keeps_what_succeeded(served: Served) -> None:
    identity = begun(served, "broken")
    found = served.ended(identity)
    assert (found["run"]["state"], found["run"]["error"]) == ("failed", "RuntimeError: <img src=x onerror=alert(1)>")
    (log,) = found["logs"]
    assert "<script>" in served.ask(f"/api/runs/{identity}/logs/{log['name']}")[1]["text"]
    (served.folder / "mended").touch()
    assert served.ask(f"/api/runs/{identity}/resume", {})[0] == 202
    again = served.until(f"/api/runs/{identity}", lambda found: found["run"]["state"] == "succeeded")
    assert effects(served.folder).count("first x") == 1
    assert {one["task"]: one["outcome"] for one in again["instances"]} == {"first": "succeeded", "second": "succeeded"}
    assert served.ask(f"/api/runs/{identity}/resume", {})[0] == 409


def test_a_log_is_one_of_the_run(served: Served) -> None:
    identity = begun(served, "hello")
    served.ended(identity)
    for name in ("..%2F..%2Fserve.token", "%2e%2e", "nothing.log"):
        assert served.ask(f"/api/runs/{identity}/logs/{name}")[0] == 404


def test_a_backfill_runs_each_partition_once(served: Served) -> None:
    wanted = {"from": "2024-01-01", "to": "2024-01-03", "parallel": 2}
    first = served.ask("/api/flows/days/backfills", wanted)[1]
    for identity in first["runs"]:
        assert served.ended(identity)["run"]["state"] == "succeeded"
    again = served.ask("/api/flows/days/backfills", wanted)[1]
    assert (again["runs"], again["kept"]) == ([], 3)
    forced = served.ask("/api/flows/days/backfills", {**wanted, "force": True})[1]
    assert len(set(forced["runs"]) - set(first["runs"])) == 3
    found = served.ask("/api/runs?flow=days&limit=2")[1]
    assert len(found["runs"]) == 2
    assert found["next"] == found["runs"][-1]["id"]
    assert served.ask("/api/flows/hello/backfills", {"from": "2024-01-01"})[0] == 422
    assert served.ask("/api/flows/days/backfills", {"from": "0001-01-01", "to": "9999-12-31"})[0] == 422


def test_a_run_that_is_cut_by_the_stop_goes_on_at_the_next_start(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    with Served(folder, "--grace", "0") as server:
        identity = begun(server, "slow")
        server.until(f"/api/runs/{identity}", lambda found: found.get("instances"))
        code, said = server.stop()
        assert (code, "go on at the next start" in said) == (0, True)
    with Served(folder) as server:
        server.until(f"/api/runs/{identity}", lambda found: found["run"]["state"] == "running")
        assert server.ask(f"/api/runs/{identity}/cancel", {})[0] == 202
        server.ended(identity)
        second = Served(folder)
        assert second.process.wait(60) == 1
        assert "another server works with" in second.stop()[1]


def test_a_state_of_another_kind_is_refused(tmp_path: Path) -> None:
    server = Served(project(tmp_path / "p"), "--state", "mysql://somewhere/flowc")
    assert server.process.wait(60) == 2
    assert "--state takes a folder or a postgresql:// URL" in server.stop()[1]


def test_a_state_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / ".flowc").mkdir()
    (folder / ".flowc" / "register.db").write_text("no database at all, but a text that is long enough\n" * 40)
    server = Served(folder)
    assert server.process.wait(60) == 1
    said = server.stop()[1]
    assert "register.db" in said
    assert "Traceback" not in said
    assert (folder / ".flowc" / "register.db").read_text().startswith("no database")
