"""When assets were written, by Prefect's own events."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventOrder, EventResourceFilter

from .facts import flow_run, run_at
from .waits import wait_for

WRITTEN = "prefect.asset.materialization.succeeded"
_LONG_AGO = timedelta(days=3650)


def wait_for_asset(key: str, *, poll: timedelta, timeout: timedelta | None = None) -> None:
    """Look whether an asset was written since the run's instant, or since its start if that came first."""
    start = flow_run().start_time
    since = min(run_at(), start) if start else run_at()

    def is_written() -> bool:
        written = last_write(key)
        return written is not None and written >= since

    wait_for(is_written, poll=poll, timeout=timeout)


def last_write(key: str) -> datetime | None:
    """When an asset was written last, as far as the server knows."""
    since: Any = datetime.now(timezone.utc) - _LONG_AGO  # Prefect's datetimes are of a class of their own
    wanted = EventFilter(
        occurred=EventOccurredFilter(since=since),
        event=EventNameFilter(name=[WRITTEN]),
        resource=EventResourceFilter(id=[key]),
        order=EventOrder.DESC,
    )
    with get_client(sync_client=True) as client:
        found = client.read_events(wanted, limit=1).events
    return found[0].occurred if found else None
