"""The connections of this project. Secrets and variables are read where they are used."""

from typing import Any

from .settings import secret


def wh() -> dict[str, Any]:  # env.flow:1
    return {
        "kind": "postgres",
        "host": "localhost",
        "user": "dev",
        "password": secret("WH_PASSWORD"),
    }


def slack() -> dict[str, Any]:  # env.flow:7
    return {"kind": "slack", "url": secret("SLACK_URL")}
