"""The lake: Parquet files in a bucket, read and written with DuckDB."""

from __future__ import annotations

import os

import duckdb
import fsspec


def lake() -> duckdb.DuckDBPyConnection:
    """DuckDB with access to the buckets, by whatever rights this machine has."""
    database = duckdb.connect()
    # What came since it was last asked is there too.
    database.register_filesystem(fsspec.filesystem("s3", use_listings_cache=False))
    return database


def place(name: str) -> str:
    """Where a file of the lake lies."""
    return f"s3://{os.environ['LAKE_BUCKET']}/{name}"
