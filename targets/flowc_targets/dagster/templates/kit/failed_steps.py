"""What failed, told to Dagster as steps that failed, once it is known that the run fails.

An op whose output is an `Outcome` ends well, so that those who wait for it can look. Where the run fails all the same,
its last op marks what failed: it is red on the page of the run, sensors hear of it, and re-executing from failure runs
it again with all that follows it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import dagster as dg
from dagster._core.execution.plan.objects import StepFailureData
from dagster_shared.error import SerializableErrorInfo

from .masks import masked


def tell_failed_steps(context: dg.OpExecutionContext) -> set[str]:
    """Mark each step of the run that failed by itself, but what a fallback saved; all steps that ended in it."""
    outputs = list(_outputs(context))
    saved = {told.get("of") for _, told in outputs if told["outcome"] == "recovered"}
    for event, told in outputs:
        is_failed = told["outcome"] == "failed" or (told["outcome"] == "blocked" and told.get("by") == "itself")
        if is_failed and "of" not in told and event.step_key not in saved:
            failure = _failure(event, masked(told.get("error") or told["outcome"]))
            context.instance.report_dagster_event(failure, context.run_id, logging.ERROR)
    return {str(event.step_key) for event, _ in outputs}


def _outputs(context: dg.OpExecutionContext) -> Iterator[tuple[dg.DagsterEvent, dict[str, str]]]:
    """The outcomes of the run so far, and what was said of them."""
    for entry in context.instance.all_logs(context.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT):
        event = entry.get_dagster_event()
        told = {name: str(each.value) for name, each in event.step_output_data.metadata.items()}
        if "outcome" in told:
            yield event, told


def _failure(event: dg.DagsterEvent, error: str) -> dg.DagsterEvent:
    """The event that Dagster itself has of a step that fails; nothing public of it makes one."""
    return event._replace(
        event_type_value=dg.DagsterEventType.STEP_FAILURE.value,
        event_specific_data=StepFailureData(SerializableErrorInfo(error, [], None), user_failure_data=None),
        message=f'"{event.step_key}" failed: {error}',
    )
