"""When a DAG begins to be scheduled."""

from __future__ import annotations

from datetime import datetime, timezone


def if_to_come(start: datetime) -> datetime | None:
    """A start that lies in the future. One in the past would have Airflow run the latest missed instant at once."""
    return start if start > datetime.now(timezone.utc) else None
