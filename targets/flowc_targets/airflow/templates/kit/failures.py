"""What is said of a failed attempt, and what retries go by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from .errors import TIMED_OUT, Failure, TaskFailure, failure
from .exceptions import AirflowException, AirflowTaskTimeout
from .masks import masked

ERROR = "error"
UNTIL = "trigger_until"
"""The XCom of a task that has started a run of another DAG, which has to end by then."""


class AttemptFailed(TaskFailure):
    """An attempt that ran in a process of its own failed there."""

    def __init__(self, found: Failure) -> None:
        super().__init__(found.message)
        self.found = found


def failure_of(exception: BaseException) -> Failure:
    """What is recorded of an exception that ended an attempt."""
    if isinstance(exception, AttemptFailed):
        return exception.found
    if isinstance(exception, AirflowTaskTimeout):
        return TIMED_OUT
    if isinstance(exception, AirflowException):
        return Failure(str(exception), tuple(kind.__name__ for kind in type(exception).__mro__))
    return failure(exception)


def failure_in(context: Mapping[str, Any], exception: BaseException) -> Failure:
    """The same, where the attempt may have waited for a run of another DAG that had to end with it."""
    if isinstance(exception, AirflowException):
        ti = context["ti"]
        until = ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index, key=UNTIL)
        if until and datetime.fromisoformat(until) <= datetime.now(timezone.utc):
            return TIMED_OUT
    return failure_of(exception)


def note_error(context: Mapping[str, Any]) -> None:
    """Keep the last attempt's error where a handler finds it (`on_failure_callback`)."""
    exception = context.get("exception")
    if isinstance(exception, BaseException):
        keep_error(context, failure_in(context, exception).message)


def keep_error(context: Mapping[str, Any], message: str) -> None:
    """Keep an error's text."""
    context["ti"].xcom_push(key=ERROR, value=masked(message))
