"""Runs that were asked for: each key once, whoever asks, in SQLite and in PostgreSQL."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flowc.runtime.errors import StateError
from flowc.runtime.register import Asked, Register, at_key, event_key, new_id, partition_key
from tests.postgres import database

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def asked(key: str, *, at: str = "2026-03-01T06:00:00Z", flow: str = "sales") -> Asked:
    return Asked(flow, key, new_id(), at, "schedule")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    return tmp_path / "state" if request.param == "sqlite" else database("register")


@pytest.fixture
def register(place: Path | str) -> Iterator[Register]:
    with Register(place) as opened:
        yield opened


def test_a_key_is_asked_for_once(register: Register) -> None:
    first, again = asked("a"), asked("a")
    assert register.ask([first]) == [first]
    assert register.ask([again, asked("b")])[0] == first
    assert register.ask([asked("a", flow="other")])[0] != first
    assert register.find("sales", "a") == first
    assert register.of_run(first.id) == first
    assert register.find("sales", "c") is None


def test_rows_and_cursor_are_there_in_another_process_together(place: Path | str) -> None:
    register = Register(place)
    register.ask([asked("a")], cursor=("sales", "2026-03-01T06:00:00Z"))
    register.ask([], cursor=("sales", "2026-03-02T06:00:00Z"))
    register.close()
    with Register(place) as later:
        assert later.cursor("sales") == "2026-03-02T06:00:00Z"
        assert later.cursor("other") is None
        assert [each.key for each in later.unfinished()] == ["a"]


def test_unfinished_come_by_their_instant_and_leave_with_their_end(register: Register) -> None:
    late, early = asked("late", at="2026-03-02T00:00:00Z"), asked("early")
    register.ask([late, early])
    assert register.unfinished() == [early, late]
    register.end(early.id, "failed")
    assert register.unfinished() == [late]
    assert register.reopen(early, "b1") == register.of_run(early.id)
    assert [each.id for each in register.of_batch("b1")] == [early.id]
    assert [each.id for each in register.unfinished()] == [early.id, late.id]


def test_a_replaced_run_takes_its_key(register: Register) -> None:
    first, second = asked("a"), asked("a")
    register.ask([first])
    register.end(first.id, "succeeded")
    assert register.replace(second) == second
    assert register.find("sales", "a") == second
    assert register.of_run(first.id) is None


def test_many_who_ask_at_once_get_one_run(place: Path | str) -> None:
    found: list[Asked] = []

    def ask() -> None:
        with Register(place) as register:
            for number in range(20):
                found.extend(register.ask([asked(f"k{number}")]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 80
    assert len({each.id for each in found}) == 20


def test_keys_tell_apart_what_differs_and_nothing_else() -> None:
    from datetime import timedelta, timezone

    berlin = AT.astimezone(timezone(timedelta(hours=1)))
    assert at_key(AT, {"a": 1, "b": 2}) == at_key(berlin, {"b": 2, "a": 1})
    assert at_key(AT, {"a": 1}) != at_key(AT, {"a": "1"})
    assert partition_key("eu", {}) != partition_key("us", {})
    assert event_key("file", "a b", "c") != event_key("file", "a", "b c")


@pytest.mark.parametrize("more", ["x" * 20_000, "\u20ac" * 900, "a\0b"])
def test_keys_may_be_long_and_hold_any_character(register: Register, more: str) -> None:
    incompressible = "".join(chr(0x100 + number * 7919 % 5000) for number in range(4000))
    keys = [at_key(AT, {"note": more + incompressible}), at_key(AT, {"note": more + incompressible[:-1]}), more]
    rows = register.ask([asked(key) for key in keys], cursor=(f"files {more}{incompressible}", "here"))
    assert len({row.id for row in rows}) == 3
    assert [row.id for row in register.ask([asked(key) for key in keys])] == [row.id for row in rows]
    assert [register.find("sales", key) for key in keys] == rows
    assert register.cursor(f"files {more}{incompressible}") == "here"
    again = register.replace(asked(keys[0]))
    assert register.find("sales", keys[0]) == again != rows[0]


def test_a_database_has_one_server() -> None:
    place = database("register_claim")
    with Register(place) as first:
        first.claim()
        with Register(place) as other, pytest.raises(StateError, match="another server works with"):
            other.claim()
        assert first.ask([asked("a")])[0].key == "a"
    with Register(place) as later:
        later.claim()


def test_a_broken_file_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    path.write_text("this is no database, but somebody's text " * 100)
    with pytest.raises(StateError, match=r"register\.db"):
        Register(tmp_path)
    assert path.read_text().startswith("this is no database")
