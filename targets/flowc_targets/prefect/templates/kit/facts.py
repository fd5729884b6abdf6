"""What a task knows of the flow run that it is part of."""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from prefect.client.schemas import FlowRun
from prefect.context import FlowRunContext

from .stopping import Stopping

STARTED_BY = "FLOW_STARTED_BY"
"""The variable of the process that says what started the run, where an event did."""


@dataclass(frozen=True)
class Call:
    """A flow run that a task of another one has started: it stands for the same instant, and ends with the task."""

    at: datetime
    stopping: Stopping
    whole: str | None = None
    """The run of the flow that this one is a part of."""


CALL: ContextVar[Call | None] = ContextVar("call", default=None)


def flow_run() -> FlowRun:
    """Prefect's record of this run."""
    context = FlowRunContext.get()
    assert context and context.flow_run, "a task runs in a flow"
    return context.flow_run


def flow_name() -> str:
    """The name of the flow that runs."""
    context = FlowRunContext.get()
    assert context and context.flow, "a task runs in a flow"
    return context.flow.name


def run_id() -> str:
    """The id of this run."""
    return str(flow_run().id)


def run_at(zone: str = "UTC") -> datetime:
    """The instant that the run is for, on the clocks of a zone: when it was scheduled, or asked for."""
    call = CALL.get()
    moment = call.at if call else flow_run().expected_start_time or datetime.now(timezone.utc)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    # Prefect's datetimes are of a class of their own
    local = datetime.fromtimestamp(moment.timestamp(), timezone(offset))
    return local.replace(microsecond=moment.microsecond)


def run_date(zone: str = "UTC") -> date:
    """The date of that instant there."""
    return run_at(zone).date()


def run_trigger() -> str:
    """What started the run: `schedule`, `run` where another flow did, an event's kind, else `manual`."""
    if CALL.get():
        return "run"
    if started_by := os.environ.get(STARTED_BY):
        return started_by
    return "schedule" if flow_run().auto_scheduled else "manual"
