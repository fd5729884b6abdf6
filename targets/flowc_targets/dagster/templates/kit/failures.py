"""What is said of a failed attempt, and what retries go by."""

from __future__ import annotations

import dagster as dg

from .errors import Failure, TaskFailure, failure


class AttemptFailed(TaskFailure):
    """An attempt that ran in a process of its own failed there."""

    def __init__(self, found: Failure) -> None:
        super().__init__(found.message)
        self.found = found


def failure_of(exception: BaseException) -> Failure:
    """What is recorded of an exception that ended an attempt."""
    if isinstance(exception, AttemptFailed):
        return exception.found
    if isinstance(exception, dg.Failure):
        return Failure(exception.description or "failed", ("Failure",))
    return failure(exception)
