"""The lake: Parquet files in a bucket, read and written with DuckDB."""

from __future__ import annotations

import os

import duckdb


def lake() -> duckdb.DuckDBPyConnection:
    """DuckDB with access to the buckets, by whatever rights this machine has."""
    database = duckdb.connect()
    database.execute("INSTALL httpfs; LOAD httpfs; CREATE SECRET (TYPE s3, PROVIDER credential_chain)")
    return database


def place(name: str) -> str:
    """Where a file of the lake lies."""
    return f"s3://{os.environ['LAKE_BUCKET']}/{name}"
