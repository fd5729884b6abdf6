"""The time by which a run has to have ended: what runs then is stopped, and what has not started never does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .exceptions import AirflowFailException, AirflowSkipException
from .failures import keep_error, note_error
from .process import in_project
from .texts import duration_text

Context = Mapping[str, Any]

OVER = "deadline"
"""The XCom of a fallback that the deadline has kept from being tried."""


class Deadline:
    """So long after the run's start."""

    def __init__(self, after: timedelta) -> None:
        self.after = after

    def left(self, context: Context) -> timedelta:
        """How long until then."""
        end = context["dag_run"].start_date + self.after
        return end - datetime.now(timezone.utc)

    def is_over(self, context: Context) -> bool:
        """Whether it has passed."""
        return self.left(context) <= timedelta(0)

    def begin(self, context: Context) -> None:
        """Let an attempt take no longer (`pre_execute`)."""
        in_project(context)
        left = self.left(context)
        if left <= timedelta(0):
            raise AirflowFailException(self.said)
        task = context["task"]
        task.execution_timeout = min(left, task.execution_timeout or left)

    def block_if_over(self, context: Context) -> None:
        """Block what follows once it has passed."""
        if self.is_over(context):
            raise AirflowFailException(self.said)

    def skip_if_over(self, context: Context) -> None:
        """Try no fallback once it has passed."""
        if self.is_over(context):
            context["ti"].xcom_push(key=OVER, value=True)
            raise AirflowSkipException(self.said)

    def note_error(self, context: Context) -> None:
        """Keep the last attempt's error where a handler finds it (`on_failure_callback`)."""
        if self.is_over(context):
            keep_error(context, self.said)
        else:
            note_error(context)

    @property
    def said(self) -> str:
        """What is said of what it stopped."""
        return f"deadline of {duration_text(self.after)} passed"
