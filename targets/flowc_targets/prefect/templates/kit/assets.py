"""When assets were written, by Prefect's own events."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from prefect.artifacts import Artifact, create_markdown_artifact
from prefect.assets import add_asset_metadata
from prefect.client.orchestration import get_client
from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventOrder, EventResourceFilter

from .attempts import once_succeeded
from .facts import flow_run, run_at
from .texts import text
from .waits import wait_for

WRITTEN = "prefect.asset.materialization.succeeded"
_LONG_AGO = timedelta(days=3650)


def note_partition(key: str, partition: date) -> None:
    """Say which partition of an asset the task writes: in the event that tells of it, and for those who wait for it.

    For them it is kept as an artifact, for Prefect's server keeps events for some days only.
    """
    add_asset_metadata(key, {"partition": text(partition)})
    said = f"{text(partition)} of `{key}` was written."
    once_succeeded(lambda: create_markdown_artifact(said, key=_artifact(key, partition)))


def _artifact(key: str, partition: date) -> str:
    name = f"{key} {text(partition)}"
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{words}-{sha256(name.encode()).hexdigest()[:6]}"


def wait_for_asset(
    key: str, *, partition: date | None = None, poll: timedelta, timeout: timedelta | None = None
) -> None:
    """Look whether an asset was written since the run's instant, or since its start if that came first.

    Of a `partition` any write will do.
    """
    if partition is not None:
        artifact = _artifact(key, partition)
        wait_for(lambda: Artifact.get(artifact) is not None, poll=poll, timeout=timeout)
        return
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
