"""What a rate is, and the warehouse that keeps them."""

from __future__ import annotations

from typing import TypedDict

import duckdb

WAREHOUSE = "warehouse.duckdb"


class Rate(TypedDict):
    """What one euro costs in a currency on a day."""

    ccy: str
    day: str
    rate: float


def warehouse() -> duckdb.DuckDBPyConnection:
    """Open the warehouse; it is closed at the end of a `with`."""
    return duckdb.connect(WAREHOUSE)
