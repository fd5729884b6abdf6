"""Did you mean."""

import pytest

from flowc.diagnostics.suggest import closest

KNOWN = ["retry", "timeout", "pool", "fallback", "rows", "n", "extract_orders", "url", "load", "warehouse"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("retires", "retry"),
        ("retries", "retry"),
        ("Retry", "retry"),
        ("tiemout", "timeout"),
        ("fallbak", "fallback"),
        ("row", "rows"),
        ("laod", "load"),
        ("wharehouse", "warehouse"),
        ("m", None),
        ("xyz", None),
        ("node", None),
        ("", None),
    ],
)
def test_the_nearest_name(typed: str, meant: str | None) -> None:
    assert closest(typed, KNOWN) == meant


def test_the_first_of_equally_near_ones_whatever_the_order() -> None:
    assert closest("tasx", ["taso", "task"]) == closest("tasx", ["task", "taso"]) == "task"


def test_nothing_known_nothing_meant() -> None:
    assert closest("retry", []) is None


def test_a_name_is_not_its_own_correction() -> None:
    assert closest("retry", ["retry"]) is None
