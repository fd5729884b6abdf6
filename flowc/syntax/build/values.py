"""What a literal's spelling means, and which spellings mean nothing (`2024-02-30`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TypeVar

from flowc.syntax.ast import Size

T = TypeVar("T")

LARGEST_INT = 2**63
"""The magnitude of the smallest int: as a literal it is one too many, after a `-` it is not."""

_MICROSECONDS = {
    "us": 1,
    "ms": 1_000,
    "s": 1_000_000,
    "m": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 604_800_000_000,
}
_BYTES = {
    "B": 1,
    "kB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "TB": 1000**4,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "TiB": 1024**4,
}
_DURATION_PART = re.compile(r"(\d+)(us|ms|s|m|h|d|w)")
_SIZE_PART = re.compile(r"([\d.]+)(\w+)")


class Meaningless(ValueError):
    """The spelling stands for no value; the message says why, as a diagnostic would."""


def read_int(spelling: str) -> int:
    """`1_000`."""
    if len(spelling) > 40 or (value := int(spelling.replace("_", ""))) > LARGEST_INT:
        raise Meaningless("the number is larger than 9_223_372_036_854_775_807, the largest int")
    return value


def read_float(spelling: str) -> float:
    """`1_000.5`, `1e6`."""
    value = float(spelling.replace("_", ""))
    if value == float("inf"):
        raise Meaningless("the number is larger than 1.7976931348623157e308, the largest float")
    return value


def read_date(spelling: str) -> date:
    """`2024-01-31`."""
    return _of_calendar(date.fromisoformat, spelling, "day")


def read_time(spelling: str) -> time:
    """`06:00`."""
    return _of_calendar(time.fromisoformat, spelling, "time of day")


def read_datetime(spelling: str) -> datetime:
    """`2024-01-01T06:00Z`."""
    return _of_calendar(datetime.fromisoformat, spelling, "instant")


def read_duration(spelling: str) -> timedelta:
    """`1h30m`."""
    parts = _DURATION_PART.findall(spelling)
    if any(len(number) > 20 for number, _ in parts):
        raise Meaningless("the duration is longer than 2.7 million years")
    try:
        return timedelta(microseconds=sum(int(number) * _MICROSECONDS[unit] for number, unit in parts))
    except OverflowError:
        raise Meaningless("the duration is longer than 2.7 million years") from None


def read_size(spelling: str) -> Size:
    """`4GiB`, `1.5kB`."""
    found = _SIZE_PART.fullmatch(spelling)
    assert found is not None
    size = Fraction(found[1]) * _BYTES[found[2]] if len(found[1]) <= 40 else Fraction(LARGEST_INT)
    if size >= LARGEST_INT:
        raise Meaningless("the size is larger than 8388607TiB, the largest size")
    if size.denominator != 1:
        raise Meaningless(f"`{spelling}` is no whole number of bytes")
    return Size(int(size))


def _of_calendar(read: Callable[[str], T], spelling: str, what: str) -> T:
    try:
        return read(spelling)
    except ValueError:
        raise Meaningless(f"there is no {what} `{spelling}`") from None
