"""What a task came to, for those that wait for it.

Dagster gives up all that follows a failed op, and skips all that follows a skipped one, whatever else they wait for.
Where that is not what is wanted an op keeps what it came to in an `Outcome`, its only output, and each op looks at the
outcomes of all that it waits for before it does anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Literal

import dagster as dg

from .deadline import Deadline
from .environment import held
from .errors import TaskFailure
from .failures import failure_of
from .masks import discreet, hidden, masked
from .retries import Backoff
from .values import Mismatch, conform

State = Literal["succeeded", "recovered", "failed", "skipped", "blocked", "absent"]
SUCCEEDED, SKIPPED, FAILED = 0, 1, 2
"""What an outcome is to who waits for it; the worse the greater."""
_COLOURS = {"succeeded": SUCCEEDED, "recovered": SUCCEEDED, "skipped": SKIPPED, "absent": SKIPPED}


@dataclass(frozen=True)
class Element:
    """An element of a loop, or of loops in loops: its index, value and key at each level, outermost first.

    `why` is set where the loop was not entered: the one element then stands for all that there might have been, and
    `is_whole` tells that they were written in the source, so that they are known all the same.
    """

    index: tuple[int, ...]
    items: tuple[Any, ...] = ()
    keys: tuple[Any, ...] = ()
    why: Literal["skipped", "blocked"] | None = None
    is_whole: bool = False

    @property
    def item(self) -> Any:
        """The value at the innermost level."""
        return self.items[-1]

    @property
    def key(self) -> Any:
        """The key at the innermost level."""
        return self.keys[-1]

    @property
    def number(self) -> int:
        """The index at the innermost level."""
        return self.index[-1]


@dataclass(frozen=True)
class Outcome:
    """What a task came to. `absent` are fallbacks that were not needed, and handlers that were not due."""

    state: State
    value: Any = None
    error: str | None = None
    task: str = ""
    index: tuple[int, ...] = ()
    is_own: bool = False
    """Of one that was skipped or blocked: it said so itself, not what it waits for."""
    step: str = ""
    """The step that it is of; that of the task, where another one tells whether a fallback saved it."""
    instances: tuple[Outcome, ...] | None = None
    """Of a mapped task: what its instances came to; a loop over an empty list has none."""

    @property
    def colour(self) -> int:
        """What it is to who waits for it."""
        return _COLOURS.get(self.state, FAILED)

    @property
    def verdict(self) -> int:
        """What a check says of what it judges; one that was skipped because of something else says nothing."""
        return SUCCEEDED if self.colour == SKIPPED and not self.is_own else self.colour


class Skip(Exception):
    """The task is skipped."""


class Block(Exception):
    """The task is blocked: something that it needs has failed."""


class OwnBlock(Block):
    """The task is blocked, though nothing that it needs has failed."""


class Absent(Exception):
    """The task does not exist in this run."""


class Verdict(TaskFailure):
    """A failure that no further attempt would change."""


class OwnSkip(Exception):
    """A check says that what follows is to be skipped."""


def guarded(
    output: str | None = None,
    *,
    name: str = "",
    retries: Backoff | None = None,
    deadline: Deadline | None = None,
    has_secrets: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an op's function give an `Outcome`, whatever happens; its value is brought to the type `output`.

    Attempts that fail are retried by the op's retry policy, or by `retries`. `name` is the task's, where the op has
    another one. With `has_secrets` what the attempt prints is looked through, and its value may hold none.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def attempt(context: dg.OpExecutionContext, *args: Any, **named: Any) -> dg.Output[Outcome]:
            with discreet() if has_secrets else nullcontext():
                found = _come_to(lambda: function(context, *args, **named), context, output, retries, deadline)
            return said(context, found, name=name)

        attempt.__annotations__ = {**function.__annotations__, "return": dg.Output[Outcome]}
        return attempt

    return decorate


def said(context: dg.OpExecutionContext, found: Outcome, *, name: str = "") -> dg.Output[Outcome]:
    """The op's output, with what it came to where people see it: the event log."""
    metadata: dict[str, Any] = {"outcome": found.state}
    if found.error:
        metadata["error"] = found.error
    if found.is_own:
        metadata["by"] = "itself"
    key = context.get_mapping_key() or ""
    index = tuple(int(part) for part in key.split("_") if part.isdigit())
    step = f"{context.op_handle}[{key}]" if key else str(context.op_handle)
    found = replace(found, task=found.task or name or context.op_handle.name, index=index, step=found.step or step)
    if found.step != step:
        metadata["of"] = found.step
    return dg.Output(found, metadata=metadata)


def _come_to(
    work: Callable[[], Any],
    context: dg.OpExecutionContext,
    output: str | None,
    retries: Backoff | None,
    deadline: Deadline | None,
) -> Outcome:
    try:
        value = work()
        return Outcome("succeeded", None if output is None else fitting(value, output))
    except Skip as reason:
        return Outcome("skipped", error=masked(str(reason)))
    except OwnSkip as reason:
        return Outcome("skipped", error=masked(str(reason)), is_own=True)
    except Block as reason:
        state: State = "failed" if context.retry_number else "blocked"
        return Outcome(state, error=masked(str(reason)), is_own=isinstance(reason, OwnBlock))
    except Absent as reason:
        return Outcome("absent", error=str(reason))
    except (Exception, SystemExit) as error:
        return _failed(error, context, retries, deadline)


def fitting(value: Any, output: str) -> Any:
    """A value as the type `output` has it; Mismatch where it is none, or holds a secret."""
    found = conform(value, output)
    if name := held(found, hidden):
        raise Mismatch(f"the value holds secret {name}")
    return found


def _failed(
    error: Exception | SystemExit, context: dg.OpExecutionContext, retries: Backoff | None, deadline: Deadline | None
) -> Outcome:
    message = masked(failure_of(error).message)
    if deadline is not None and deadline.is_over(context):
        return Outcome("failed", error=deadline.said(context))
    if retries is not None and not isinstance(error, Verdict):
        retries.retry(error, context, deadline)
    policy = context.op_def.retry_policy
    if policy and context.retry_number < policy.max_retries and not isinstance(error, Verdict):
        if hidden or isinstance(error, SystemExit):
            raise TaskFailure(message) from None
        raise error
    context.log.error(f"failed: {message}", exc_info=None if hidden else error)
    return Outcome("failed", error=message)
