"""A day's sales as one file, whatever number of files the shops sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import fsspec

COLUMNS = {"id": "BIGINT", "shop": "VARCHAR", "amount": "DECIMAL(14, 2)"}


def stage(source: Path, day: date) -> tuple[Path, int]:
    """Write the sales of a day and region to one file, each of them once: where it is, and how many there are.

    It has the columns of the warehouse's table in their order and no line above them, which is how `COPY INTO` reads a
    file that it is told nothing of. A day without sales has no file.
    """
    region, lake = source.parent.name, source.parent.parent.parent
    staged = lake / "staged" / f"{region}-{day}.csv"
    s3 = fsspec.filesystem("s3", use_listings_cache=False)  # what came since it was last asked is there too
    sent = [f"s3://{name}" for name in s3.glob(f"{source}*.csv")]
    if not sent:
        return staged, 0
    with duckdb.connect() as database:
        database.register_filesystem(s3)
        sales = database.sql(
            "SELECT DISTINCT id, shop, amount, CAST(? AS DATE) AS day, ? AS region"
            " FROM read_csv(?, types = ?) ORDER BY id",
            params=[day, region, sent, COLUMNS],
        )
        sales.write_csv(str(staged), header=False)
        return staged, len(sales.fetchall())
