"""Questions to people, as Airflow has them: they stand among its required actions, and are answered there or over REST.

@asking()
def release(rows):
    return Question(f"Release {rows} rows?", by=["ann"], timeout=timedelta(days=2))
"""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory

from .deadline import Deadline
from .errors import AttemptTimeout, TaskFailure
from .exceptions import TaskDeferralTimeout
from .masks import masked

YES, NO = "Approve", "Reject"


class Refused(TaskFailure):
    """Somebody has said no."""


@dataclass(frozen=True)
class Question:
    """What is asked, of whom (None: of anybody), and how long the answer may take."""

    text: str
    by: Sequence[str] | None = None
    timeout: timedelta | None = None
    deadline: Deadline | None = None


class _Asking(DecoratedOperator, HITLOperator):
    """Its function says what to ask; Airflow lets it wait without a worker, and wakes it with the answer."""

    custom_operator_name = "asking"
    template_fields = DecoratedOperator.template_fields

    def execute(self, context: Any) -> None:
        named = {**self.determine_kwargs(context), **self.op_kwargs}
        asked: Question = self.python_callable(*self.op_args, **named)
        left = [asked.timeout] if asked.timeout is not None else []
        left += [asked.deadline.left(context)] if asked.deadline is not None else []
        self.subject = masked(asked.text)
        self.assigned_users = [{"id": name, "name": name} for name in asked.by] if asked.by else None
        self.response_timeout = max(min(left), timedelta(0)) if left else None
        HITLOperator.execute(self, context)  # not what stands between: that would call the function once more

    def execute_complete(self, context: Any, event: dict[str, Any]) -> None:
        if event.get("error_type") == "timeout":
            raise AttemptTimeout("the time is over")
        if "error" in event:
            raise TaskFailure(str(event["error"]))
        if event["chosen_options"] != [YES]:
            raise Refused(f"refused by {_name(event.get('responded_by_user'))}")

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Any) -> Any:
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except TaskDeferralTimeout:
            raise AttemptTimeout("the time is over") from None


def asking(python_callable: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A task whose function gives the question."""
    return task_decorator_factory(
        python_callable,
        multiple_outputs=False,
        decorated_operator_class=_Asking,
        subject="",
        options=[YES, NO],
        **options,
    )


def _name(user: Any) -> str:
    found = user.get("name") if isinstance(user, Mapping) else getattr(user, "name", None)
    return str(found or "somebody")
