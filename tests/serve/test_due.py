"""What is due: missed firings by `catchup`, a clock that is set back or forward, a restart in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowc.runtime.actions import Fail
from flowc.runtime.due import LATE, MOST, due, following
from flowc.runtime.engine import Engine
from flowc.runtime.model import Flow, Task
from flowc.runtime.register import Asked, Register
from flowc.runtime.triggers import Cron, Every
from flowc.serve.keeper import Keeper
from flowc.serve.ticker import Ticker

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(found: tuple[datetime, ...]) -> list[int]:
    return [instant.hour for instant in found]


@pytest.mark.parametrize(("catchup", "wanted"), [("none", [12]), ("latest", [11, 12]), ("all", [9, 10, 11, 12])])
def test_missed_firings_by_catchup(catchup: str, wanted: list[int]) -> None:
    schedule = Cron("0 * * * *", catchup=catchup)  # type: ignore[arg-type]
    found = due([schedule], NOON - 4 * HOUR, NOON)
    assert (hours(found.instants), found.seen) == (wanted, NOON)


def test_a_short_absence_misses_nothing() -> None:
    schedule = Cron("0 * * * *")
    assert hours(due([schedule], NOON - HOUR, NOON + LATE / 2).instants) == [12]
    assert due([schedule], NOON - HOUR, NOON + 2 * LATE).instants == ()


def test_a_first_look_counts_from_the_start_where_that_is_made_up() -> None:
    start = NOON - 2 * HOUR
    assert hours(due([Every(HOUR, start=start, catchup="all")], None, NOON).instants) == [10, 11, 12]
    assert hours(due([Every(HOUR, start=start, catchup="latest")], None, NOON).instants) == [11, 12]
    assert due([Every(HOUR, start=start)], None, NOON).instants == ()


def test_two_schedules_at_once_are_one_firing() -> None:
    found = due([Cron("0 * * * *", catchup="all"), Cron("0 12 * * *", catchup="all")], NOON - 2 * HOUR, NOON)
    assert hours(found.instants) == [11, 12]


def test_many_missed_ones_come_in_pieces() -> None:
    schedule = Every(timedelta(seconds=1), start=NOON, catchup="all")
    seen, found = None, []
    while seen is None or seen < NOON + HOUR:
        piece = due([schedule], seen, NOON + HOUR)
        assert len(piece.instants) <= MOST
        found += piece.instants
        seen = piece.seen
    assert found == [NOON + timedelta(seconds=number) for number in range(3601)]


def test_the_next_firing_may_be_years_away() -> None:
    assert following([Cron("0 0 29 2 *")], NOON) == datetime(2028, 2, 29, tzinfo=UTC)
    assert following([Cron("0 0 1 1 *", end=NOON)], NOON) is None


class Clock:
    def __init__(self) -> None:
        self.shows = NOON

    def __call__(self) -> datetime:
        return self.shows


class Noted(Keeper):
    """Begins nothing, and notes what it was given."""

    def put(self, rows: object) -> None:
        self.noted = [*getattr(self, "noted", []), *(row.at for row in rows if isinstance(row, Asked))]  # type: ignore[attr-defined]


@pytest.fixture
def keeper(tmp_path: Path):
    flow = Flow("f", [Task("a", Fail(""))], schedules=[Cron("0 * * * *", catchup="all")])
    engine = Engine(tmp_path, flows={"f": flow})
    with Register(tmp_path) as register:
        yield Noted(engine, register, lambda identity, flow: None)
    engine.close()


def test_a_clock_that_is_set_back_fires_nothing_twice(keeper: Noted) -> None:
    clock = Clock()
    ticker = Ticker(keeper, list(keeper.engine.flows.values()), clock)
    for shift in (0.0, 1.0, 2.0, 0.5, 1.0, 2.0, 3.0):
        clock.shows = NOON + shift * HOUR
        ticker.look()
    assert keeper.noted == ["2024-03-01T13:00:00Z", "2024-03-01T14:00:00Z", "2024-03-01T15:00:00Z"]


def test_a_clock_that_is_set_forward_has_missed_what_lies_between(keeper: Noted) -> None:
    clock = Clock()
    ticker = Ticker(keeper, list(keeper.engine.flows.values()), clock)
    for shift in (0.0, 3.5):
        clock.shows = NOON + shift * HOUR
        ticker.look()
    again = Ticker(keeper, list(keeper.engine.flows.values()), clock)  # as after a restart
    again.look()
    assert keeper.noted == [f"2024-03-01T{hour}:00:00Z" for hour in (13, 14, 15)]
