"""When a run has to have ended: what runs then is stopped, and what has not started never does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import dagster as dg

from .limits import Limit
from .overlap import CANCELLED, is_marked, mark, newer_one_waits
from .texts import duration_text

UNTIL = "run/until"
"""The tag of a run that ends with the attempt that has started it: when that has to end."""
PARENT = "dagster/parent_run_id"
"""The tag of a run that another one has started: which."""


class Deadline:
    """So long after the run's start, or when the attempt is over that has started the run.

    With `max_runs` also for a newer run of the job that waits, if this is the oldest of so many.
    """

    def __init__(self, after: timedelta | None = None, *, max_runs: int | None = None) -> None:
        self.after = after
        self.max_runs = max_runs

    def left(self, context: dg.OpExecutionContext) -> timedelta:
        """How long until then."""
        if self.is_cancelled(context):
            return timedelta(0)
        own = self._own(context)
        return own - datetime.now(timezone.utc) if own is not None else timedelta(days=36500)

    def _own(self, context: dg.OpExecutionContext) -> datetime | None:
        """When the run has to have ended by the clock."""
        if self.after is None:
            return self._of_others(context)
        record = context.instance.get_run_record_by_id(context.run_id)
        start = record.start_time if record else None
        began = datetime.now(timezone.utc) if start is None else datetime.fromtimestamp(start, timezone.utc)
        until = self._of_others(context)
        return began + self.after if until is None else min(until, began + self.after)

    def _of_others(self, context: dg.OpExecutionContext) -> datetime | None:
        until = context.run.tags.get(UNTIL)
        return datetime.fromisoformat(until) if until else None

    def is_over(self, context: dg.OpExecutionContext) -> bool:
        """Whether it has passed."""
        return self.left(context) <= timedelta(0)

    def is_cancelled(self, context: dg.OpExecutionContext) -> bool:
        """Whether others have ended the run: the task that has started it, or a newer run. Its tags say so then."""
        if _was_cancelled(context):
            return True
        until = self._of_others(context)
        is_late = until is not None and until <= datetime.now(timezone.utc)
        if is_late or (self.max_runs is not None and newer_one_waits(context, self.max_runs)):
            mark(context.instance, context.run_id, CANCELLED)
            return True
        return False

    def begin(self, context: dg.OpExecutionContext, timeout: timedelta | None = None) -> Limit:
        """How long an attempt may take; none may start once the run has to end."""
        from .outcomes import OwnBlock

        left = self.left(context)
        if left <= timedelta(0):
            raise OwnBlock(self.said(context))
        is_looked_at = PARENT in context.run.tags or self.max_runs is not None
        look = (lambda: self.is_cancelled(context)) if is_looked_at else None
        return Limit(left if timeout is None else min(left, timeout), look)

    def keep_absent(self, context: dg.OpExecutionContext) -> None:
        """Try no fallback once it has passed."""
        from .outcomes import Absent

        if self.is_over(context):
            raise Absent(self.said(context))

    def keep_absent_where_cancelled(self, context: dg.OpExecutionContext) -> None:
        """Of the handlers of a run that others have ended only `finally` is due."""
        from .outcomes import Absent

        if _was_cancelled(context):
            raise Absent("the run was cancelled")

    def fail_if_cancelled(self, context: dg.OpExecutionContext) -> None:
        """A run that others have ended has not succeeded, whatever its tasks have come to."""
        if _was_cancelled(context):
            raise dg.Failure("the run was cancelled", allow_retries=False)

    def said(self, context: dg.OpExecutionContext) -> str:
        """What is said of what it stopped."""
        if self.after is None or _was_cancelled(context):
            return "cancelled"
        return f"deadline of {duration_text(self.after)} passed"


def _was_cancelled(context: dg.OpExecutionContext) -> bool:
    return is_marked(context.instance, context.run_id, CANCELLED)
