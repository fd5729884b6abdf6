"""What an op knows of the run that it is part of."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import dagster as dg

AT, TRIGGER = "run/at", "run/trigger"
"""Tags of a run: the instant that it is for, where that is not when it was asked for, and what started it."""
_SCHEDULED = (".dagster/scheduled_execution_time", "dagster/scheduled_execution_time")


def run_at(context: dg.OpExecutionContext, zone: str = "UTC") -> datetime:
    """The instant that the run is for, on the clocks of a zone."""
    moment = _instant(context).astimezone(ZoneInfo(zone))
    found = datetime.fromtimestamp(moment.timestamp(), timezone(moment.utcoffset() or timedelta(0)))
    return found.replace(microsecond=moment.microsecond)


def _instant(context: dg.OpExecutionContext) -> datetime:
    tags = context.run.tags
    for name in (AT, *_SCHEDULED):
        if name in tags:
            found = datetime.fromisoformat(tags[name].replace("Z", "+00:00"))
            return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
    first = context.run.root_run_id or context.run_id  # of a run that is re-executed it stays what it was
    record = context.instance.get_run_record_by_id(first)
    return record.create_timestamp if record else datetime.now(timezone.utc)


def utc(moment: datetime) -> str:
    """An instant as the tag says it."""
    return moment.astimezone(timezone.utc).isoformat()


def run_date(context: dg.OpExecutionContext, zone: str = "UTC") -> date:
    """The date of that instant there."""
    return run_at(context, zone).date()


def run_trigger(context: dg.OpExecutionContext) -> str:
    """What started the run: `manual`, `schedule`, `backfill`, or `run` where another one did."""
    tags = context.run.tags
    if TRIGGER in tags:
        return tags[TRIGGER]
    return "backfill" if "dagster/backfill" in tags else "schedule" if "dagster/schedule_name" in tags else "manual"
