"""When assets were written, by Dagster's own records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

import dagster as dg

from .run import run_at
from .texts import text
from .waits import wait_for


def wait_for_asset(
    context: dg.OpExecutionContext,
    asset: dg.AssetKey,
    *,
    partition: date | None = None,
    poll: timedelta,
    timeout: timedelta | None = None,
) -> None:
    """Look whether an asset was materialized since the run's instant, or since its start if that came first.

    Of a `partition` any materialization will do.
    """
    if partition is not None:
        context.log.info(f"waits until {text(partition)} of {asset.to_user_string()} is materialized")
        wanted = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[text(partition)])
        wait_for(lambda: bool(_last(context, wanted)), poll=poll, timeout=timeout)
        return
    record = context.instance.get_run_record_by_id(context.run_id)
    since = min(run_at(context).timestamp(), record.create_timestamp.timestamp() if record else float("inf"))

    def is_written() -> bool:
        found = _last(context, asset)
        return bool(found) and found[0].timestamp >= since

    began = datetime.fromtimestamp(since, timezone.utc)
    context.log.info(
        f"waits until {asset.to_user_string()} is materialized, counted from {began:%Y-%m-%d %H:%M:%S} UTC"
    )
    wait_for(is_written, poll=poll, timeout=timeout)


def _last(context: dg.OpExecutionContext, wanted: dg.AssetKey | dg.AssetRecordsFilter) -> Sequence[dg.EventLogRecord]:
    return context.instance.fetch_materializations(wanted, limit=1).records
