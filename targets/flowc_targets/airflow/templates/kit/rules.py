"""Whether a task runs, where Airflow's trigger rules would decide too early or otherwise.

What stands behind a task that calls these runs only if they return: AirflowFailException blocks it, and
AirflowSkipException skips it. A failed upstream counts for more than a skipped one, whichever ended first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .exceptions import AirflowFailException, AirflowSkipException
from .states import FAILED, SKIPPED, At, Upstream, colour_of, state_of, states_of
from .xcom import pull, value_of_flow

Context = Mapping[str, Any]


def require(context: Context, *tasks: Upstream) -> None:
    """All of these must have succeeded: a failed one blocks, a skipped one skips."""
    decide(context, requires=tasks)


def decide(
    context: Context,
    *,
    requires: Iterable[Upstream] = (),
    accepts: Iterable[Upstream] = (),
    any_of: Iterable[Sequence[Upstream]] = (),
    any_failed: Iterable[Sequence[Upstream]] = (),
    arms: Iterable[tuple[str | At, int]] = (),
    inside: Mapping[str, Any] | None = None,
) -> None:
    """Return if what follows has to run.

    `requires`: must have succeeded. `accepts`: may be skipped. `any_of`: one of them must not be skipped, none may have
    failed. `any_failed`: one of them must have failed. `arms`: decisions, and the number of the arm to be chosen.
    `inside`: the element of a flattened loop, which tells whether that was entered.
    """
    required, accepted = _colours(context, requires), _colours(context, accepts)
    joins = [_colours(context, join) for join in any_of]
    blame = [name for found in (required, accepted, *joins) for name, colour in found if colour == FAILED]
    chosen = [(decision, state_of(context, decision), arm) for decision, arm in arms]
    blame += [str(decision) for decision, state, _ in chosen if state in ("failed", "upstream_failed")]
    outside = (inside or {}).get("not_entered")
    blame += ["the loop's list"] if outside == "failed" else []
    if blame:
        raise AirflowFailException(f"failed or blocked: {', '.join(blame)}")
    skipped = [name for name, colour in required if colour == SKIPPED]
    skipped += [" and ".join(name for name, _ in join) for join in joins if {each for _, each in join} == {SKIPPED}]
    skip_unless(outside is None, "the loop was not entered")
    skip_unless(not skipped, f"skipped: {', '.join(skipped)}")
    for tasks in any_failed:
        skip_unless(FAILED in (colour for _, colour in _colours(context, tasks)), "nothing has failed")
    for decision, state, arm in chosen:
        skip_unless(state == "success" and pull(context, decision) == arm, f"{decision} chose otherwise")


def skip_unless(condition: bool, reason: str = "the condition is false") -> None:
    """Skip what follows unless the condition holds."""
    if not condition:
        raise AirflowSkipException(reason)


def fell_back(context: Context, task: str, *tasks: Upstream) -> None:
    """Let a fallback run: only where its task has failed by itself, and then only if its own upstreams allow it."""
    skip_unless(state_of(context, task) == "failed", f"{task} needs no fallback")
    require(context, *tasks)


def result_of(context: Context, task: str, fallback: str, *, runs: Iterable[str] = ()) -> Any:
    """What a task or else its fallback gave; blocks where both failed, skips where the task was skipped.

    `runs` are those of the two that run another DAG.
    """
    state = state_of(context, task)
    if state == "success":
        return value_of_flow(context, task) if task in runs else pull(context, task)
    skip_unless(state != "skipped", f"{task} was skipped")
    if state == "failed" and state_of(context, fallback) == "success":
        return value_of_flow(context, fallback) if fallback in runs else pull(context, fallback)
    raise AirflowFailException(f"{task} is {state}, and {fallback} did not save it")


def end_run(context: Context, *tasks: str) -> None:
    """Fail the run if one of these failed or was blocked."""
    failed = [task for task in tasks if has_failed(context, task)]
    if failed:
        raise AirflowFailException(f"failed or blocked: {', '.join(failed)}")


def has_failed(context: Context, task: str) -> bool:
    """Whether an instance of the task failed or was blocked."""
    return any(state in ("failed", "upstream_failed") for state in states_of(context, task).values())


def _colours(context: Context, tasks: Iterable[Upstream]) -> list[tuple[str, int]]:
    return [(str(task), colour_of(context, task)) for task in tasks]
