"""How an attempt can fail: what is said of it, and the names and numbers that `retry on:` and `never:` match."""

from __future__ import annotations

from dataclasses import dataclass


class TaskFailure(Exception):
    """A failure that our own kinds raise; its text alone is the message."""


class ExitStatus(TaskFailure):
    """A process ended with a status other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit {code}")
        self.code = code

    def __reduce__(self) -> tuple[type[ExitStatus], tuple[int]]:
        return (ExitStatus, (self.code,))


class HttpStatus(TaskFailure):
    """A server answered with a status of 400 or more."""

    def __init__(self, code: int) -> None:
        super().__init__(f"HTTP {code}")
        self.code = code

    def __reduce__(self) -> tuple[type[HttpStatus], tuple[int]]:
        return (HttpStatus, (self.code,))


class AttemptTimeout(TaskFailure):
    """An attempt took longer than its `timeout`, and was stopped."""


class UsageError(Exception):
    """A run cannot start as it was asked for: a bad param, an unknown run. Its text is for the user."""


class StateError(UsageError):
    """The records of a run cannot be kept: no room, no permission, no such folder."""


class Unreachable(StateError):
    """What runs attempts cannot be reached any more."""


class Damaged(UsageError):
    """The records of a run cannot be read to their end, and going on would overwrite what follows."""


@dataclass(frozen=True)
class Failure:
    """One failed attempt: `message` as `run.error` has it, the names of the exception's classes, a status if any."""

    message: str
    names: tuple[str, ...] = ()
    code: int | None = None
    details: str = ""

    def matches(self, wanted: tuple[int | str, ...]) -> bool:
        """Whether one of these statuses and names is its own."""
        return any(item == self.code if isinstance(item, int) else item in self.names for item in wanted)


TIMED_OUT = Failure("timeout", ("timeout",))


def failure(error: BaseException, details: str = "") -> Failure:
    """What is recorded of an exception."""
    if isinstance(error, AttemptTimeout):
        return TIMED_OUT
    classes = [kind for kind in type(error).__mro__ if kind is not object]
    names = [kind.__name__ for kind in classes] + [f"{kind.__module__}.{kind.__qualname__}" for kind in classes]
    code = getattr(error, "code", None) if isinstance(error, (TaskFailure, SystemExit)) else None
    code = code if isinstance(code, int) else None  # `sys.exit("text")` is a message
    return Failure(message(error), tuple(names), code, details)


def message(error: BaseException) -> str:
    """`RuntimeError: boom`, `exit 3`."""
    said = str(error)
    if isinstance(error, TaskFailure):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
