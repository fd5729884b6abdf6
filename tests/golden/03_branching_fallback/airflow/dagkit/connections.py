"""The connections of this project. Secrets and variables are read where they are used."""

from typing import Any

from .settings import secret


def slack() -> dict[str, Any]:  # fx_rates.flow:4
    return {"kind": "slack", "url": secret("SLACK_URL")}


def warehouse() -> dict[str, Any]:  # fx_rates.flow:3
    return {"kind": "duckdb", "database": "warehouse.duckdb"}
