"""The versions of Dagster that projects are for."""

from __future__ import annotations

from flowc.target.versions import Version, Versions

VERSIONS = Versions(
    package="dagster",
    every=(
        Version("1.13.27", because="the newest that `dagster-webserver` and `dagster-dg-cli` can be had of as well"),
        Version("1.12.22"),
    ),
    beside=(
        "dagster-webserver=={version}",
        "dagster-dg-cli=={version}",
        "duckdb",
        "psycopg[binary]",
        "psutil",
        "s3fs",
        "snowflake-connector-python<5",
    ),
)
