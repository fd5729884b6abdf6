"""When assets were written, by Dagster's own records."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import dagster as dg

from .run import run_at
from .waits import wait_for


def wait_for_asset(
    context: dg.OpExecutionContext, asset: dg.AssetKey, *, poll: timedelta, timeout: timedelta | None = None
) -> None:
    """Look whether an asset was materialized since the run's instant, or since its start if that came first."""
    record = context.instance.get_run_record_by_id(context.run_id)
    since = min(run_at(context).timestamp(), record.create_timestamp.timestamp() if record else float("inf"))

    def is_written() -> bool:
        found = context.instance.fetch_materializations(asset, limit=1).records
        return bool(found) and found[0].timestamp >= since

    began = datetime.fromtimestamp(since, timezone.utc)
    context.log.info(
        f"waits until {asset.to_user_string()} is materialized, counted from {began:%Y-%m-%d %H:%M:%S} UTC"
    )
    wait_for(is_written, poll=poll, timeout=timeout)
