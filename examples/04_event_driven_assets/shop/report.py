"""What each segment of customers ordered."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shop.lake import lake

REPORT = "s3://reports/segments.parquet"


def segments(facts: str) -> None:
    """Write the report from the warehouse's table of facts, over the last one."""
    query = f"SELECT segment, count(*), sum(amount) FROM {facts} GROUP BY segment ORDER BY segment"
    with closing(_warehouse(os.environ["SNOWFLAKE_URL"])) as warehouse, warehouse.cursor() as cursor:
        rows = cursor.execute(query).fetchall()
    with lake() as database:
        database.execute("CREATE TABLE report (segment VARCHAR, orders BIGINT, amount DECIMAL(18, 2))")
        if rows:
            database.executemany("INSERT INTO report VALUES (?, ?, ?)", rows)
        database.table("report").write_parquet(REPORT)


def _warehouse(address: str) -> Any:
    """Snowflake, by the address that the flow's connection has too."""
    import snowflake.connector

    url = urlsplit(address)
    database, _, schema = url.path.strip("/").partition("/")
    return snowflake.connector.connect(
        account=url.hostname, user=unquote(url.username or ""), password=unquote(url.password or ""),
        database=database, schema=schema, **dict(parse_qsl(url.query)),
    )  # fmt: skip
