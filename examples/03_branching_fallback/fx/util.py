"""Questions about what the provider sent."""

from __future__ import annotations

from fx.rates import Rate


def row_count(rates: list[Rate]) -> int:
    """How many rates there are."""
    return len(rates)
