"""Rule 17: params are checked before anything runs; rule 16: secrets appear nowhere; rule 18: run.at and run.date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flowc.runtime.actions import Python, Shell, call
from flowc.runtime.environment import Masker, env, secret
from flowc.runtime.errors import UsageError
from flowc.runtime.model import Connection, Flow, Param, Requires, Retry, Task
from flowc.runtime.params import from_texts

from .conftest import Run, lines, of, ok

FLOW = Flow(
    "f",
    [of("a", lambda v: dict(v.params))],
    params=[
        Param("n", "int", low=1, high=9),
        Param("day", "date", lambda v: v.run.date),
        Param("rate", "float", 0.5, low=0.0, high=1.0),
        Param("mode", '"full" | "delta"', "full"),
        Param("note", "str?", None),
        Param("twice", "int", lambda v: v.params["n"] * 2),
    ],
)
AT = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)


def test_defaults_and_given_values(go: Run) -> None:
    found = go(FLOW, params={"n": 9, "rate": 1, "day": "2024-02-29"}, at=AT)
    expected = '{"day":"2024-02-29","mode":"full","n":9,"note":null,"rate":1.0,"twice":18}'
    assert lines(found)[0] == f"a succeeded 1 {expected}"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "param n: missing; its type is int"),
        ({"n": 0}, "param n: 0 is not in 1 .. 9"),
        ({"n": 10}, "param n: 10 is not in 1 .. 9"),
        ({"n": "5"}, "param n: expected int, found str '5'"),
        ({"n": True}, "param n: expected int, found bool True"),
        ({"n": 1, "rate": 1.5}, "param rate: 1.5 is not in 0.0 .. 1.0"),
        ({"n": 1, "mode": "slow"}, 'param mode: expected "full" | "delta", found \'slow\''),
        ({"n": 1, "day": "soon"}, "param day: expected date, found 'soon'"),
        ({"n": 1, "m": 2}, "f has no param m; it has n, day, rate, mode, note, twice"),
    ],
)
def test_bad_missing_and_unknown_ones(go: Run, tmp_path: Path, params: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        go(FLOW, params=params)
    assert str(caught.value).splitlines()[0] == message
    assert not (tmp_path / ".flowc" / "runs").exists()


def test_all_problems_are_told_at_once(go: Run) -> None:
    with pytest.raises(UsageError) as caught:
        go(FLOW, params={"rate": 7, "x": 1})
    assert len(str(caught.value).splitlines()) == 3


def test_on_a_command_line_each_is_read_by_its_type() -> None:
    assert from_texts(FLOW, {"n": "5", "day": "2024-01-01", "note": "null", "rate": "1"}) == {
        "n": 5,
        "day": date(2024, 1, 1),
        "note": None,
        "rate": 1.0,
    }
    with pytest.raises(UsageError, match="param n: expected int, found 'x'\nparam day: expected date, found 'y'"):
        from_texts(FLOW, {"n": "x", "day": "y"})


@pytest.mark.parametrize(
    ("at", "zone", "shown"),
    [
        (AT, "UTC", '["2024-01-31T23:30:00Z","2024-01-31"]'),
        (AT, "Europe/Berlin", '["2024-02-01T00:30:00+01:00","2024-02-01"]'),
        (datetime(2024, 7, 1), "Europe/Berlin", '["2024-07-01T00:00:00+02:00","2024-07-01"]'),
    ],
)
def test_the_instant_is_on_the_clocks_of_the_flows_zone(go: Run, at: datetime, zone: str, shown: str) -> None:
    assert lines(go(of("a", lambda v: [v.run.at, v.run.date]), at=at, zone=zone))[0] == f"a succeeded 1 {shown}"


def test_without_one_it_is_the_moment_of_the_request(go: Run) -> None:
    found = go(of("a", lambda v: abs(v.run.at - datetime.now(UTC)) < timedelta(minutes=1)))
    assert lines(found)[0] == "a succeeded 1 true"


# ------------------------------------------------------------------ secrets and variables

SECRET = "hunter2 \u00e4"


def in_two_pieces(v: Any) -> Any:
    token = v.connection("api")["token"]
    return call(token[:4], token[4:], sep="")


def leaky(**more: Any) -> Flow:
    return Flow(
        "f",
        [
            Task("s", Shell("echo $TOKEN; echo $TOKEN >&2"), env=lambda v: {"TOKEN": secret("TOKEN")}),
            Task("p", Python("builtins:print", in_two_pieces)),
            Task("e", Python("work:boom", lambda v: call(v.connection("api")["token"])), retry=Retry(1)),
            Task("h", Shell("printf %s \"$TOKEN\" | cut -c1-4; echo"), env=lambda v: {"TOKEN": secret("TOKEN")}),
        ],
        connections={"api": Connection("http", lambda: {"token": secret("TOKEN")})},
        secrets=["TOKEN"],
        **more,
    )  # fmt: skip


def test_a_secret_is_in_no_log_and_no_record(go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    heard: list[Any] = []
    found = go(leaky(), executor="processes", listener=heard.append)
    for path in (path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".py"):
        assert SECRET.encode() not in path.read_bytes(), path
    assert (found.folder / "logs" / "s.1.log").read_text() == "***\n***\n"
    assert (found.folder / "logs" / "p.1.log").read_text() == "***\n"
    assert found.error == "RuntimeError: ***"
    assert SECRET not in repr(heard)


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_a_value_that_holds_a_secret_is_a_failed_attempt(
    go: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str
) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    given: dict[str, Any] = {"env": lambda v: {"TOKEN": secret("TOKEN")}}
    flow = Flow(
        "f",
        [
            Task("s", Shell('echo "so $TOKEN"'), "str", **given),
            Task("m", Python("os:environ.copy", lambda v: call()), "map[str, str]", **given),
            Task("n", Shell('printf %s "$TOKEN" | wc -m'), "int", **given),
        ],
        secrets=["TOKEN"],
    )
    found = go(flow, executor=executor)
    assert lines(found)[0] == "m failed 1"
    assert lines(found)[2] == "s failed 1"
    assert found.error == "the value holds secret TOKEN"
    for path in (path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".py"):
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_secret_that_is_not_set_is_a_failed_attempt(go: Run) -> None:
    found = go(Task("s", Shell("true"), env=lambda v: {"TOKEN": secret("NO_SUCH")}))
    assert (lines(found)[0], found.error) == ("s failed 1", "secret NO_SUCH is not set")


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_secret_in_two_pieces_is_masked(cut: int) -> None:
    masker = Masker(("hunter2", "hunter2long"))
    said = b"a hunter2 b hunter2long c"
    pieces = [said[start : start + cut] for start in range(0, len(said), cut)]
    assert b"".join(masker.feed(piece) for piece in pieces) + masker.flush() in (b"a *** b *** c", b"a *** b ***long c")


def test_what_only_looks_like_the_beginning_of_one_is_not_lost() -> None:
    masker = Masker(("hunter2",))
    assert masker.feed(b"the hunt") == b"the "
    assert masker.feed(b"ing") + masker.flush() == b"hunting"


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNT", "5")
    assert (env("COUNT"), env("COUNT", type="int"), env("NO_SUCH", 7, type="int")) == ("5", 5, 7)
    with pytest.raises(Exception, match="variable NO_SUCH is not set"):
        env("NO_SUCH")


def test_the_environment_of_a_task_is_its_own(go: Run) -> None:
    def shows(name: str, value: str | None) -> Task:
        more: dict[str, Any] = {"env": lambda v: {"MINE": value, "PATH": "/usr/bin:/bin"}} if value else {}
        return Task(name, Python("os:getenv", lambda v: call("MINE")), "str?", **more)

    after = Task("c", Python("os:getenv", lambda v: call("MINE")), "str?", needs=[Requires("a")])
    found = go(shows("a", "x"), shows("b", None), after, executor="processes", jobs=1)
    assert lines(found)[:3] == ['a succeeded 1 "x"', "b succeeded 1 null", "c succeeded 1 null"]


def test_values_in_the_environment_have_their_text_form(go: Run) -> None:
    more: dict[str, Any] = {
        "env": lambda v: {"D": date(2024, 1, 31), "N": None, "L": [1, 2], "T": timedelta(minutes=90)}
    }
    assert lines(go(Task("a", Shell('echo "$D $N $L $T"'), "str", **more), executor="processes"))[0] == (
        'a succeeded 1 "2024-01-31 null [1,2] 1h30m"'
    )


def test_no_secrets_no_masking(go: Run) -> None:
    assert go(ok("a", 1)).outcome == "succeeded"
