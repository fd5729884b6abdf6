"""What is said of schedules hangs on the text alone, never on the day on which it is read."""

from __future__ import annotations

import pytest

from tests.unit.sema.programs import Programs

FLOW = 'flow f {{ {0} task a = sh "true" }}'


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("schedule daily, start: 2022-01-01, catchup: all", "all runs since 2022-01-01, 365 a year"),
        ("every 1h, start: 2030-01-01, catchup: all", "all runs since 2030-01-01, 8 760 a year"),
        ("every 1h, start: 2024-01-01, end: 2024-02-01, catchup: all", "up to 768 runs from 2024-01-01 to 2024-02-01"),
    ],
)
def test_what_there_is_to_catch_up(programs: Programs, schedule: str, message: str) -> None:
    (found,) = programs.compile(FLOW.format(schedule + "\n")).diagnostics
    assert (found.code.number, found.message) == ("FLOW505", f"`catchup: all` makes up for {message}")


@pytest.mark.parametrize(
    "schedule",
    [
        "schedule daily, start: 2025-01-01, catchup: all",
        "schedule daily, start: 2030-01-01, catchup: all",
        "every 1h, start: 2020-01-01, catchup: latest",
        "schedule monthly, start: 2000-01-01, catchup: all",
    ],
)
def test_little_to_catch_up_is_not_worth_a_word(programs: Programs, schedule: str) -> None:
    assert programs.said(FLOW.format(schedule + "\n")) == []
