"""From the partners' systems into the warehouse."""

from __future__ import annotations

import csv
import os
import urllib.request
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

WORK = Path("build")


def pull(source: str, day: date) -> Path:
    """Fetch a day's rows of a partner's system, as CSV."""
    WORK.mkdir(exist_ok=True)
    rows = WORK / f"{source}-{day}.csv"
    url = f"{os.environ['PARTNERS_URL']}/{source}.csv?day={day}"
    with urllib.request.urlopen(url, timeout=60) as answer:
        rows.write_bytes(answer.read())
    return rows


def copy(rows: Path, into: str, connection: Mapping[str, Any]) -> int:
    """Put rows into a table of the warehouse, in place of those with the same `id`; how many there were."""
    from sqlalchemy import bindparam, text

    with rows.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    if not found:
        return 0
    columns = list(found[0])
    ids = text(f"DELETE FROM {into} WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    values = ", ".join(f":{column}" for column in columns)
    with _engine(connection).begin() as warehouse:
        warehouse.execute(ids, {"ids": [row["id"] for row in found]})
        warehouse.execute(text(f"INSERT INTO {into} ({', '.join(columns)}) VALUES ({values})"), found)
    return len(found)


def _engine(connection: Mapping[str, Any]) -> Engine:
    """The warehouse: Snowflake by its address in production, else a PostgreSQL server."""
    from sqlalchemy import URL, create_engine

    if "url" in connection:
        return create_engine(connection["url"])
    keys = ("host", "port", "database")
    named = {key: connection[key] for key in keys if connection.get(key) is not None}
    user, password = connection.get("user"), connection.get("password")
    return create_engine(URL.create("postgresql+psycopg", username=user, password=password, **named))
