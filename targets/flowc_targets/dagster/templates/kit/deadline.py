"""The time by which a run has to have ended: what runs then is stopped, and what has not started never does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import dagster as dg

from .texts import duration_text


class Deadline:
    """So long after the run's start."""

    def __init__(self, after: timedelta) -> None:
        self.after = after

    def left(self, context: dg.OpExecutionContext) -> timedelta:
        """How long until then."""
        record = context.instance.get_run_record_by_id(context.run_id)
        start = record.start_time if record else None
        if start is None:
            return self.after
        return datetime.fromtimestamp(start, timezone.utc) + self.after - datetime.now(timezone.utc)

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

    @property
    def said(self) -> str:
        """What is said of what it stopped."""
        return f"deadline of {duration_text(self.after)} passed"
