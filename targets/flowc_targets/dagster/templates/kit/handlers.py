"""The ends of a run: which handlers are due, what is told to them, and what the run itself comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import dagster as dg

from .failed_steps import tell_failed_steps
from .outcomes import FAILED, SUCCEEDED, Absent, Outcome
from .run import run_date
from .texts import duration_text


def due_after_failure(tasks: Iterable[Outcome]) -> None:
    """What follows is due only if one of these has failed or was blocked."""
    if FAILED not in [task.colour for task in tasks]:
        raise Absent("nothing has failed")


def due_after_success(tasks: Iterable[Outcome]) -> None:
    """What follows is due only if none of these has failed or was blocked."""
    if FAILED in [task.colour for task in tasks]:
        raise Absent("something has failed")


def due_when_late(context: dg.OpExecutionContext, sla: timedelta | time, zone: str = "UTC") -> str:
    """What follows is due only if the run is late, after a while or from a time of its day on; by how much it is."""
    record = context.instance.get_run_record_by_id(context.run_id)
    now = datetime.now(timezone.utc)
    if isinstance(sla, timedelta):
        start = record.start_time if record else None
        moment = (datetime.fromtimestamp(start, timezone.utc) if start is not None else now) + sla
    else:
        moment = datetime.combine(run_date(context, zone), sla, ZoneInfo(zone))
    if now <= moment:
        raise Absent("the run is not late")
    return duration_text(now - moment)


def due(handlers: Outcome) -> None:
    """Whether the handlers of that part of the run are due."""
    if handlers.colour != SUCCEEDED:
        raise Absent(handlers.error or "not due")


def failure_of_run(
    tasks: Iterable[Outcome], *, returned: Outcome | None = None, lateness: str | None = None
) -> dict[str, str | None]:
    """The first failed instance, else the first blocked one, by name and index: `failed_task` and its `error`."""
    found = [each for each in _instances(tasks) if each.state in ("failed", "blocked")]
    if not found:
        return {"failed_task": None, "error": returned.error if returned else None, "lateness": lateness}
    first = min(found, key=lambda each: (each.state != "failed", each.task, each.index))
    label = f"{first.task}[{','.join(map(str, first.index))}]" if first.index else first.task
    error = first.error if first.state == "failed" else None
    return {"failed_task": label, "error": error, "lateness": lateness}


def _instances(tasks: Iterable[Outcome]) -> Iterator[Outcome]:
    for task in tasks:
        yield from task.instances or (task,)


def end_run(context: dg.OpExecutionContext, tasks: Iterable[Outcome]) -> None:
    """Fail the run if one of these failed or was blocked, and mark the steps that failed."""
    failed = [task for task in tasks if task.colour == FAILED]
    if not failed:
        return
    here = tell_failed_steps(context)
    said = f"failed or blocked: {', '.join(task.task for task in failed)}"
    if any(each.state == "failed" and each.step not in here for each in _instances(failed)):
        said += "; some in an earlier run that was cut short, so that only re-executing all steps runs them again"
    raise dg.Failure(
        said,
        metadata={task.task: f"{task.state}: {task.error or ''}" for task in failed},
        allow_retries=False,
    )
