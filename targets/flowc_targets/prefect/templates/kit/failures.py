"""What is said of a failed attempt, and what retries go by."""

from __future__ import annotations

from .errors import Failure, TaskFailure, failure


class AttemptFailed(TaskFailure):
    """An attempt failed in another process, or in a way that is told in other words."""

    def __init__(self, found: Failure) -> None:
        super().__init__(found.message)
        self.found = found

    def __reduce__(self) -> tuple[type[AttemptFailed], tuple[Failure]]:
        return (AttemptFailed, (self.found,))


def failure_of(exception: BaseException) -> Failure:
    """What is recorded of an exception that ended an attempt."""
    return exception.found if isinstance(exception, AttemptFailed) else failure(exception)
