"""`sys.exit` in a task is a failed attempt."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .errors import TaskFailure, failure


def exits_fail(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `sys.exit` in an op's function a failure like any other, which its retry policy hears."""

    @wraps(function)
    def attempt(*args: Any, **named: Any) -> Any:
        try:
            return function(*args, **named)
        except SystemExit as error:
            raise TaskFailure(failure(error).message) from error

    return attempt
