"""How old assets are: a task for each, which fails while its asset is late."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import Asset, task

from .assets import last_write
from .exceptions import AirflowFailException, AirflowSkipException
from .texts import datetime_text, duration_text


def look(asset: Asset, allowed: timedelta) -> None:
    """A task that is called as the asset. It is skipped before the first write: nobody knows how old it is then."""

    @task(task_id=asset.name, inlets=[asset])
    def fresh(**context: Any) -> None:
        written = last_write(context, asset)
        if written is None:
            raise AirflowSkipException(f"{asset.name} was never written")
        if datetime.now(timezone.utc) - written > allowed:
            said = f"it was written at {datetime_text(written)}, and may be {duration_text(allowed)} old"
            raise AirflowFailException(f"{asset.name} is late: {said}")

    fresh()
