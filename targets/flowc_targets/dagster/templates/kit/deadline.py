"""The time by which a run has to have ended: what runs then is stopped, and what has not started never does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import dagster as dg

from .texts import duration_text

UNTIL = "run/until"
"""The tag of a run that ends with the attempt that has started it: when that has to end."""


class Deadline:
    """So long after the run's start, or when the attempt is over that has started the run."""

    def __init__(self, after: timedelta | None = None) -> None:
        self.after = after

    def left(self, context: dg.OpExecutionContext) -> timedelta:
        """How long until then."""
        now = datetime.now(timezone.utc)
        ends = [end for end in (self._own(context), self._of_others(context)) if end is not None]
        return min(ends) - now if ends else timedelta(days=36500)

    def _own(self, context: dg.OpExecutionContext) -> datetime | None:
        if self.after is None:
            return None
        record = context.instance.get_run_record_by_id(context.run_id)
        start = record.start_time if record else None
        began = datetime.now(timezone.utc) if start is None else datetime.fromtimestamp(start, timezone.utc)
        return began + self.after

    def _of_others(self, context: dg.OpExecutionContext) -> datetime | None:
        until = context.run.tags.get(UNTIL)
        return datetime.fromisoformat(until) if until else None

    def is_over(self, context: dg.OpExecutionContext) -> bool:
        """Whether it has passed."""
        return self.left(context) <= timedelta(0)

    def begin(self, context: dg.OpExecutionContext, timeout: timedelta | None = None) -> timedelta:
        """How long an attempt may take; none may start once the deadline has passed."""
        from .outcomes import OwnBlock

        left = self.left(context)
        if left <= timedelta(0):
            raise OwnBlock(self.said)
        return left if timeout is None else min(left, timeout)

    def keep_absent(self, context: dg.OpExecutionContext) -> None:
        """Try no fallback once it has passed."""
        from .outcomes import Absent

        if self.is_over(context):
            raise Absent(self.said)

    def keep_absent_where_ended(self, context: dg.OpExecutionContext) -> None:
        """Of the handlers of a run that another one has ended only `finally` is due."""
        from .outcomes import Absent

        until = self._of_others(context)
        if until is not None and until <= datetime.now(timezone.utc):
            raise Absent("the run was ended by the task that had started it")

    @property
    def said(self) -> str:
        """What is said of what it stopped."""
        if self.after is None:
            return "the time of the task that started the run is over"
        return f"deadline of {duration_text(self.after)} passed"
