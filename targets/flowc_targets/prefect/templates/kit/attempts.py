"""What surrounds the function of a task, in every attempt.

@task(retries=2)
@attempt("path", pool="warehouse")
def extract(region: str) -> Path:
    return etl.extract(region)
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from copy import deepcopy
from typing import Any

from prefect.states import Completed

from .errors import Failure, failure
from .failures import AttemptFailed
from .masks import held, masked
from .pools import holding
from .stopping import NotBegun
from .stopping import attempt as this_attempt
from .values import Mismatch, conform

_AFTERWARDS: ContextVar[list[Callable[[], object]]] = ContextVar("afterwards")


class Skip(Exception):
    """The task skips itself, and what requires it."""


def once_succeeded(call: Callable[[], object]) -> None:
    """Call something when the attempt has come to a good end, its value is of its type and all."""
    _AFTERWARDS.get().append(call)


def attempt(
    output: str | None = None,
    *,
    pool: str | None = None,
    slots: int = 1,
    lock: str | Callable[..., str] | None = None,
    priority: int = 0,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function be called once for each attempt of a task.

    Its value is of the type `output`, or else the attempt has failed; without one there is none. Arguments are its own:
    what it does to them no other task sees, nor the next attempt. `sys.exit` is a failure like others. Slots of a pool
    (a concurrency limit of that name) and a lock are held meanwhile. Secrets that were read stand in no error.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            begun = this_attempt().begun
            this_attempt().stopping.begin()
            begun.append(None)
            afterwards: list[Callable[[], object]] = []
            _AFTERWARDS.set(afterwards)
            given, given_named = deepcopy((args, named))
            try:
                name = lock(*given) if callable(lock) else lock
                with (
                    holding(pool, slots, priority, this_attempt().take_ticket()) if pool else nullcontext(),
                    holding(name, 1, priority, is_lock=True) if name else nullcontext(),
                ):
                    value = function(*given, **given_named)
                if output is not None and (secret := held(value)):
                    raise Mismatch(f"the value holds secret {secret}")
                value = None if output is None else conform(value, output)
                for each in afterwards:
                    each()
                return value
            except NotBegun:
                begun.pop()
                raise
            except Skip as skip:
                return Completed(name="Skipped", message=masked(str(skip)))
            except SystemExit as error:
                raise AttemptFailed(failure(error)) from None
            except Exception as error:
                said = "".join(traceback.format_exception(error))
                if masked(said) == said:
                    raise
                found = failure(error)
            raise AttemptFailed(Failure(masked(found.message), found.names, found.code))

        call.pool, call.priority = pool, priority  # type: ignore[attr-defined]
        return call

    return decorate
