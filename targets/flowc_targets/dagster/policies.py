"""What is said of an op's further attempts: Dagster's own policy where it keeps the rules, else one of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowc.ir.actions import Python
from flowc.ir.graph import Node, Retry
from flowc.target.literals import literal, string
from flowc_targets.dagster.model import Option
from flowc_targets.project.leaves import delta

if TYPE_CHECKING:
    from flowc_targets.dagster.body import Body
    from flowc_targets.dagster.job import Job

EXITS_FAIL = "exits_fail"
"""The decorator that asks for no context."""


def has_policy(node: Node, job: Job) -> bool:
    """Whether Dagster's pauses are those that are wanted, and nothing else is asked."""
    retry = node.retry
    grows = retry.count > 1 and bool(retry.delay)
    is_odd = grows and (retry.backoff == "exponential" or (retry.backoff == "linear" and retry.max is not None))
    return not (is_odd or retry.jitter or retry.on or retry.never or job.is_timed(node))


def retries(node: Node, body: Body) -> tuple[list[Option], str]:
    """The op's policy, or one of the support package."""
    retry = node.retry
    if not retry.count:
        return [], ""
    if not has_policy(node, body.job):
        return [], _backoff(retry, body)
    delay = min(retry.delay, retry.max) if retry.max is not None else retry.delay
    given = [f"max_retries={retry.count}", *([f"delay={literal(_seconds(delay.total_seconds()))}"] if delay else [])]
    is_linear = retry.backoff == "linear" and retry.count > 1 and bool(delay)
    given += ["backoff=dg.Backoff.LINEAR"] if is_linear else []
    return [Option("retry_policy", f"dg.RetryPolicy({', '.join(given)})")], ""


def decorator(node: Node, backoff: str, body: Body) -> str:
    """Of an op of a plain job: that it is tried again. A policy of Dagster's hears no `sys.exit`."""
    if backoff:
        return f"{body.kit('retried')}({backoff})"
    return body.kit(EXITS_FAIL) if node.retry.count and isinstance(node.action, Python) else ""


def _seconds(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else seconds


def _backoff(retry: Retry, body: Body) -> str:
    given = [str(retry.count)]
    given += [body.write(delta(retry.delay))] if retry.delay else []
    grows = retry.backoff != "constant" and retry.count > 1 and retry.delay
    given += [f"growth={string(retry.backoff)}"] if grows else []
    given += [f"at_most={body.write(delta(retry.max))}"] if retry.max is not None else []
    given += ["jitter=True"] if retry.jitter else []
    given += [f"{name}={literal(words)}" for name, words in (("on", retry.on), ("never", retry.never)) if words]
    return f"{body.kit('Backoff')}({', '.join(given)})"
