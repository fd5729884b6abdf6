"""From the partners' systems into the warehouse."""

from __future__ import annotations

import csv
import os
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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
    with rows.open(encoding="utf-8", newline="") as file:
        columns, *found = list(csv.reader(file))
    if not found:
        return 0
    ids = [row[columns.index("id")] for row in found]
    with closing(_warehouse(connection)) as warehouse, warehouse.cursor() as cursor:
        cursor.execute(f"DELETE FROM {into} WHERE id IN ({_marks(ids)})", ids)
        cursor.executemany(f"INSERT INTO {into} ({', '.join(columns)}) VALUES ({_marks(columns)})", found)
        warehouse.commit()
    return len(found)


def _marks(values: list[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _warehouse(connection: Mapping[str, Any]) -> Any:
    """A connection to the warehouse: Snowflake by its address in production, else a PostgreSQL server."""
    url = urlsplit(connection.get("url") or "")
    if url.scheme != "snowflake":
        import psycopg

        named = {"host": "host", "port": "port", "user": "user", "password": "password", "database": "dbname"}
        given = {name: connection[key] for key, name in named.items() if connection.get(key) is not None}
        return psycopg.connect(connection.get("url") or "", **given)
    import snowflake.connector

    database, _, schema = url.path.strip("/").partition("/")
    return snowflake.connector.connect(
        account=url.hostname, user=unquote(url.username or ""), password=unquote(url.password or ""),
        database=database, schema=schema, **dict(parse_qsl(url.query)),
    )  # fmt: skip
