"""The connections of this project. Secrets and variables are read where they are used."""

from typing import Any

from .settings import secret


def wh() -> dict[str, Any]:  # orders.flow:6
    return {"kind": "snowflake", "url": secret("SNOWFLAKE_URL")}
