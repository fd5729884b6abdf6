"""Schedules whose missed instants are made up for: a flow asks now and then which instants have become due."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import cast

from prefect.artifacts import Artifact, create_table_artifact
from prefect.deployments import run_deployment

from .due import due
from .facts import STARTED_BY
from .filling import Filled

MANY = 50
"""Missed instants for which a look asks for runs; the rest is the next one's."""


def start_what_is_due(flow: Filled) -> list[str]:
    """The instants for which a run was asked for. An instant has one run, however often it is asked for.

    Up to where all instants have been looked at is kept as an artifact, once all runs are asked for.
    """
    key = "due-" + re.sub(r"[^a-z0-9]+", "-", flow.name.lower()).strip("-")
    seen = _seen(key)
    found = due(flow.schedules, seen, datetime.now(timezone.utc), most=MANY)
    for at in found.instants:
        run_deployment(
            f"{flow.name}/{flow.name}",
            scheduled_time=at,
            timeout=0,
            idempotency_key=f"schedule {at.isoformat()}",
            job_variables={"env": {STARTED_BY: "schedule"}},
            as_subflow=False,
        )
    if found.instants or seen is None:
        create_table_artifact([{"seen": found.seen.isoformat()}], key=key, description="Up to where instants are done.")
    return [at.isoformat() for at in found.instants]


def _seen(key: str) -> datetime | None:
    """Up to where the last look has seen; None before the first."""
    found = cast("Artifact | None", Artifact.get(key))  # in a flow that is not async it waits for the answer
    return datetime.fromisoformat(json.loads(str(found.data))[0]["seen"]) if found else None
