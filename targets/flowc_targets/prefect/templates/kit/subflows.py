"""Runs of other flows: a task that starts one, waits for it and ends as it did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from prefect import Flow, State
from prefect.states import Cancelled
from prefect.transactions import BaseTransaction

from .admission import admitted
from .errors import TIMED_OUT, TaskFailure
from .facts import CALL, Call, run_at, run_id
from .failures import AttemptFailed
from .stopping import ATTEMPT, Attempt, NotBegun, Stopping, attempt


class RunFailed(TaskFailure):
    """A run that a task has started did not succeed."""


def run_flow(
    flow: Flow[..., Any],
    *,
    timeout: timedelta | None = None,
    max_runs: int | None = None,
    drops: bool = False,
    is_part: bool = False,
) -> Callable[..., Any]:
    """A way to run a flow for the instant of this run: `run_flow(load)(region="eu")` gives what it returns.

    It is cancelled after the timeout, and when the run is stopped. With `max_runs` it waits until it may begin, or with
    `drops` the task is skipped. `is_part`: it is a part of this flow (`parts`).
    """

    def call(**params: Any) -> Any:
        parent = attempt().stopping
        child, late = Stopping(parent.until), threading.Event()

        def cancel() -> None:
            late.set()
            child.stop("cancelled")

        timer = threading.Timer(timeout.total_seconds(), cancel) if timeout is not None else None
        whole = run_id() if is_part else None
        tokens = CALL.set(Call(run_at(), child, whole)), ATTEMPT.set(Attempt("", child))
        # what the run has done stays done where this task fails: its tasks are no part of this one's transaction
        own = BaseTransaction.__var__.set(None)  # pyright: ignore
        state: State[Any] = Cancelled()
        try:
            with parent.ended_by(lambda: child.stop("cancelled")):
                if timer:
                    timer.start()
                with admitted(flow.name, max_runs, drops=drops) if max_runs else nullcontext():
                    state = flow(**params, return_state=True)  # pyright: ignore
        except NotBegun:
            pass  # its time was over before it could begin
        finally:
            BaseTransaction.__var__.reset(own)
            CALL.reset(tokens[0])
            ATTEMPT.reset(tokens[1])
            if timer:
                timer.cancel()
        parent.check()
        if late.is_set():
            raise AttemptFailed(TIMED_OUT)
        if not state.is_completed():
            raise RunFailed(f"{flow.name}: {state.message or state.name}")
        return state.result()

    return call
