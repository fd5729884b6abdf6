"""A day's sales as one file, whatever number of files the shops sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

COLUMNS = {"id": "BIGINT", "shop": "VARCHAR", "amount": "DECIMAL(14, 2)"}


def stage(source: Path, day: date) -> tuple[Path, int]:
    """Write the sales of a day and region to one Parquet file: where it is, and how many there are."""
    region = source.parent.name
    staged = f"s3://lake/staged/{region}-{day}.parquet"
    with duckdb.connect() as lake:
        lake.execute("INSTALL httpfs; LOAD httpfs; CREATE SECRET (TYPE s3, PROVIDER credential_chain)")
        sales = lake.sql(
            "SELECT DISTINCT id, shop, amount, CAST(? AS DATE) AS day, ? AS region FROM read_csv(?, types = ?)",
            params=[day, region, f"{str(source).rstrip('/')}/*.csv", COLUMNS],
        )
        sales.write_parquet(staged)
        count = lake.execute("SELECT count(*) FROM read_parquet(?)", [staged]).fetchall()[0][0]
    return Path(staged), count
