"""When a run has to have ended: what runs then is stopped, and what has not started never does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .exceptions import AirflowFailException, AirflowSkipException
from .failures import keep_error, note_error
from .overlap import is_ending
from .process import in_project, watch
from .run import began
from .states import state_of
from .texts import duration_text

Context = Mapping[str, Any]

OVER = "deadline"
"""The XCom of a fallback that the deadline has kept from being tried."""
NOT_BEGUN = "not_begun"
"""The XCom of an attempt that found that the run has to end, and has done nothing."""
ENDS = "run/ends"
"""What the conf of a run has, beside its params, that ends with the attempt that has started it.

`until`: when that has to end. `with`: the runs around it that may be ended for newer ones, each with its DAG.
"""
FOREVER = timedelta(days=36500)
"""What is left to a run of which no clock tells when it has to end."""


class Deadline:
    """So long after the run's start, or when the attempt is over that has started the run.

    `turn` is the task that lets a run begin which may be ended for a newer one.
    """

    def __init__(self, after: timedelta | None = None, *, turn: str | None = None) -> None:
        self.after = after
        self.turn = turn

    def left(self, context: Context) -> timedelta:
        """How long until then."""
        if self.is_cancelled(context):
            return timedelta(0)
        ends = [*self._ends(context)]
        return min(ends) - datetime.now(timezone.utc) if ends else FOREVER

    def _ends(self, context: Context) -> Iterator[datetime]:
        if self.after is not None:
            yield began(context, self.turn) + self.after
        if until := _given(context).get("until"):
            yield datetime.fromisoformat(until)

    def is_over(self, context: Context) -> bool:
        """Whether it has passed."""
        return self.left(context) <= timedelta(0)

    def is_cancelled(self, context: Context) -> bool:
        """Whether others end the run: the task that has started it, or a newer run."""
        until = _given(context).get("until")
        if until and datetime.fromisoformat(until) <= datetime.now(timezone.utc):
            return True
        return any(is_ending(dag_id, run_id) for dag_id, run_id in self.line(context))

    def line(self, context: Context) -> list[list[str]]:
        """The runs that may be ended for newer ones, and this one with them."""
        ti = context["ti"]
        return [*_given(context).get("with", []), *([[ti.dag_id, ti.run_id]] if self.turn else [])]

    def begin(self, context: Context) -> None:
        """Let an attempt take no longer (`pre_execute`)."""
        in_project(context)
        ti, task = context["ti"], context["task"]
        left = self.left(context)
        if left <= timedelta(0):
            if ti.get_first_reschedule_date(context) is None:
                ti.xcom_push(key=NOT_BEGUN, value=True)
            raise AirflowFailException(self.said(context))
        if left < FOREVER:
            task.execution_timeout = min(left, task.execution_timeout or left)
        if self.line(context):
            watch(lambda: self._end_if_cancelled(context))

    def _end_if_cancelled(self, context: Context) -> None:
        if self.is_cancelled(context):
            raise AirflowFailException(self.said(context))

    def block_if_over(self, context: Context) -> None:
        """Block what follows once it has passed."""
        if self.is_over(context):
            raise AirflowFailException(self.said(context))

    def skip_if_over(self, context: Context) -> None:
        """Try no fallback once it has passed."""
        if self.is_over(context):
            context["ti"].xcom_push(key=OVER, value=True)
            raise AirflowSkipException(self.said(context))

    def settle(self, context: Context) -> None:
        """Once the tasks have ended: skipped unless others have ended the run."""
        if not self.is_cancelled(context):
            raise AirflowSkipException("nobody has ended the run")

    def note_error(self, context: Context) -> None:
        """Keep the last attempt's error where a handler finds it (`on_failure_callback`)."""
        if self.is_over(context):
            keep_error(context, self.said(context))
        else:
            note_error(context)

    def said(self, context: Context) -> str:
        """What is said of what it stopped."""
        if self.after is None or self.is_cancelled(context):
            return "cancelled"
        return f"deadline of {duration_text(self.after)} passed"


def unless_cancelled(context: Context, settled: str) -> None:
    """Of the handlers of a run that others have ended only `finally` is due."""
    if state_of(context, settled) == "success":
        raise AirflowSkipException("the run was cancelled")


def fail_if_cancelled(context: Context, settled: str) -> None:
    """A run that others have ended has not succeeded, whatever its tasks have come to."""
    if state_of(context, settled) == "success":
        raise AirflowFailException("the run was cancelled")


def _given(context: Context) -> Mapping[str, Any]:
    return (context["dag_run"].conf or {}).get(ENDS) or {}
