"""What each segment of customers ordered."""

from __future__ import annotations

import os

REPORT = "s3://reports/segments.parquet"
UNLOAD = """
COPY INTO '{report}' FROM (
    SELECT segment, count(*) AS orders, sum(amount) AS amount FROM {facts} GROUP BY segment ORDER BY segment
) STORAGE_INTEGRATION = reports FILE_FORMAT = (TYPE = PARQUET) SINGLE = TRUE OVERWRITE = TRUE
"""


def segments(facts: str) -> None:
    """Let the warehouse write the report from the table of facts, over the last one."""
    from sqlalchemy import create_engine, text

    with create_engine(os.environ["SNOWFLAKE_URL"]).begin() as warehouse:
        warehouse.execute(text(UNLOAD.format(report=REPORT, facts=facts)))
