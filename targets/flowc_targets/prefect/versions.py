"""The versions of Prefect that projects are for."""

from __future__ import annotations

from flowc.target.versions import Version, Versions

VERSIONS = Versions(
    package="prefect",
    every=(
        Version("3.8.8", because="the newest that installs: 3.9 asks for a newer certifi than there is"),
        Version("3.7.8"),
    ),
    beside=("duckdb", "psycopg[binary]", "s3fs", "snowflake-connector-python<5"),
    # FastAPI refuses the nulls of Prefect's own client from 0.151 on, and from 0.155 on the server does not load; with
    # SQLAlchemy 2.1 its scheduler never fires.
    pins=("fastapi<0.151", "sqlalchemy<2.1"),
)
