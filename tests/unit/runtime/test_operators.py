"""Expressions beyond plain Python: 64 bits, exact decimals, json, text forms, conversions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from flowc.runtime import operators as op


def test_whole_numbers_have_64_bits() -> None:
    assert op.int64(2**63 - 1) == 2**63 - 1
    with pytest.raises(OverflowError, match="does not fit in 64 bits"):
        op.int64(2**63)
    with pytest.raises(OverflowError):
        op.sum([2**62, 2**62])
    with pytest.raises(OverflowError):
        op.abs(-(2**63))


def test_decimals_are_exact() -> None:
    large = Decimal("1" * 40)
    assert op.multiply(large, large) == int("1" * 40) ** 2
    assert str(op.add(Decimal("0.1"), Decimal("1e20"))) == "100000000000000000000.1"
    assert op.subtract(Decimal("0.3"), Decimal("0.1")) == Decimal("0.2")
    assert op.sum([Decimal("0.1")] * 3, Decimal(0)) == Decimal("0.3")
    assert [op.round(Decimal(each), 0) for each in ("0.5", "1.5", "2.5")] == [0, 2, 2]


def test_dates_move_by_whole_days() -> None:
    assert op.add(date(2024, 2, 28), timedelta(days=2)) == date(2024, 3, 1)
    assert op.subtract(date(2024, 3, 1), date(2024, 2, 28)) == timedelta(days=2)
    with pytest.raises(ValueError, match="a date moves by whole days, not by 1h"):
        op.add(date(2024, 1, 1), timedelta(hours=1))
    with pytest.raises(ValueError, match="whole days"):
        op.subtract(date(2024, 1, 1), timedelta(hours=1))


def test_sizes() -> None:
    assert op.multiply(1024, 0.5) == 512
    assert op.divide(10, 4) == 2
    assert op.divide(1024, 2) == 512


def test_days_and_zones() -> None:
    assert op.days(date(2024, 2, 28), date(2024, 3, 1)) == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert op.days(date(2024, 1, 2), date(2024, 1, 1)) == []
    summer = datetime(2024, 7, 1, tzinfo=UTC)
    assert op.to(summer, "Europe/Berlin").isoformat() == "2024-07-01T02:00:00+02:00"
    assert op.to(summer, "Europe/Berlin") + timedelta(days=180) == summer + timedelta(days=180)
    with pytest.raises(ValueError, match="has no zone"):
        op.to(datetime(2024, 7, 1), "UTC")


@pytest.mark.parametrize(
    ("container", "index", "error"),
    [
        ([1], -1, IndexError),
        ([1], 1, IndexError),
        ([1], True, TypeError),
        ({"a": 1}, "b", KeyError),
        ("text", 0, TypeError),
        (None, 0, TypeError),
        ([1], "a", TypeError),
    ],
)
def test_what_is_not_there_fails(container: Any, index: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        op.at(container, index)


def test_elements() -> None:
    assert (op.at([1, 2], 1), op.at({"a": 3}, "a")) == (2, 3)
    assert [op.member({"a": 1}, "a"), op.member({"a": 1}, "b"), op.member(None, "a"), op.member(3, "a")] == [
        1,
        None,
        None,
        None,
    ]
    assert (op.first([]), op.last([]), op.first([1, 2]), op.last([1, 2])) == (None, None, 1, 2)
    assert op.values({"b": 1, "a": 2}) == [2, 1]
    assert op.unique([1, 2, 1, True, 1.0, [1], [1]]) == [1, 2, True, 1.0, [1]]
    assert op.join([1, date(2024, 1, 1)], ", ") == "1, 2024-01-01"


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (True, 1, False),
        (1, 1.0, True),
        ([True], [1], False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"b": 1}, False),
        (None, None, True),
        (None, False, False),
        ("1", 1, False),
    ],
)
def test_json_is_compared_strictly(left: Any, right: Any, equal: bool) -> None:
    assert op.same(left, right) is equal
    assert op.contains([left], right) is equal


def test_patterns() -> None:
    assert op.matches(5, 1, (5, 9))
    assert op.matches(None, None)
    assert not op.matches(None, (1, 2))
    assert not op.matches(10, 1, (5, 9))


def test_coalesce_evaluates_no_more_than_it_needs() -> None:
    assert op.coalesce(lambda: None, lambda: 0, lambda: 1 / 0) == 0
    assert op.coalesce(lambda: None) is None


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (op.to_int, "1_000", 1000),
        (op.to_int, 2.0, 2),
        (op.to_float, "0.5", 0.5),
        (op.to_float, 1, 1.0),
        (op.to_decimal, "1.50", Decimal("1.50")),
        (op.to_decimal, 0.1, Decimal("0.1")),
        (op.to_date, "2024-01-31", date(2024, 1, 31)),
        (op.to_str, 1.0, "1.0"),
        (op.to_str, True, "true"),
        (op.to_json, "[1]", [1]),
        (op.to_json, {"a": date(2024, 1, 1)}, {"a": "2024-01-01"}),
    ],
)
def test_conversions(function: Any, value: Any, expected: Any) -> None:
    assert function(value) == expected


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (op.to_int, 2.5),
        (op.to_int, True),
        (op.to_int, "x"),
        (op.to_int, None),
        (op.to_float, "x"),
        (op.to_float, [1]),
        (op.to_date, 5),
        (op.to_decimal, True),
        (op.to_json, "{"),
        (op.to_datetime, 3),
        (op.to_path, None),
    ],
)
def test_what_does_not_fit_fails(function: Any, value: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        function(value)
