"""Waiting without holding a worker: a look, and if it was too early another one later, in the same attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta, timezone
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

from airflow.sdk import PokeReturnValue

from .deadline import Deadline
from .errors import AttemptTimeout
from .exceptions import AirflowRescheduleException
from .files import first_match
from .run import run_date
from .texts import text
from .wire import to_xcom

Context = Mapping[str, Any]

LOOK = timedelta(seconds=20)
"""After which a wait for a time looks whether its run has to end for a newer one."""
SOON = timedelta(seconds=10)
"""What comes sooner is waited for here: Airflow may notice the end of a look five seconds late, and takes a look that
has begun before for one that failed."""
FOREVER = 10**9
"""Seconds: Airflow's own timeout of a sensor is never retried, so it never comes."""


def wait_for_file(
    context: Context,
    pattern: Any,
    *,
    poll: timedelta,
    output: str | None = None,
    timeout: timedelta | None = None,
    deadline: Deadline | None = None,
) -> PokeReturnValue:
    """Look for the first file or folder, in code point order, that matches."""
    while (found := first_match(text(pattern))) is None:
        _later(context, datetime.now(timezone.utc) + poll, timeout, deadline)
    return PokeReturnValue(is_done=True, xcom_value=to_xcom(found, output) if output else None)


def wait_for(
    context: Context,
    look: Callable[[], bool],
    *,
    poll: timedelta,
    timeout: timedelta | None = None,
    deadline: Deadline | None = None,
) -> PokeReturnValue:
    """Look whether it is so."""
    while not look():
        _later(context, datetime.now(timezone.utc) + poll, timeout, deadline)
    return PokeReturnValue(is_done=True)


def wait_until(
    context: Context,
    until: time | datetime | timedelta,
    *,
    zone: str = "UTC",
    timeout: timedelta | None = None,
    deadline: Deadline | None = None,
) -> PokeReturnValue:
    """Wait for a time of the run's day, for an instant, or for a while from the attempt's start."""
    if isinstance(until, timedelta):
        moment = _began(context) + until
    elif isinstance(until, datetime):
        moment = until if until.tzinfo else until.replace(tzinfo=ZoneInfo(zone))
    else:
        moment = datetime.combine(run_date(context, zone), until, ZoneInfo(zone))
    while (now := datetime.now(timezone.utc)) < moment:
        soon = min(moment, now + LOOK) if deadline is not None and deadline.line(context) else moment
        _later(context, soon.astimezone(timezone.utc), timeout, deadline)
    return PokeReturnValue(is_done=True)


def _later(context: Context, moment: datetime, timeout: timedelta | None, deadline: Deadline | None) -> None:
    """Rest, or let Airflow call again, no later than the attempt's or the run's time is over."""
    if deadline is not None:
        moment = min(moment, datetime.now(timezone.utc) + deadline.left(context))
    if timeout is not None:
        end = _began(context) + timeout
        if datetime.now(timezone.utc) >= end:
            raise AttemptTimeout("the time is over")
        moment = min(moment, end)
    rest = moment - datetime.now(timezone.utc)
    if not timedelta(0) < rest < SOON:
        raise AirflowRescheduleException(moment)
    sleep(rest.total_seconds())


def _began(context: Context) -> datetime:
    ti = context["ti"]
    return ti.get_first_reschedule_date(context) or ti.start_date
