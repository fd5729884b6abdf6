"""The connections of this project. Secrets and variables are read where they are used."""

from typing import Any


def warehouse() -> dict[str, Any]:  # partner_scores.flow:1
    return {"kind": "duckdb", "database": "warehouse.duckdb"}
