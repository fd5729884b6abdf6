"""What a task does: one class for each kind. What depends on the run is a function of the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Union

from .texts import text

if TYPE_CHECKING:
    from .attempts import Result
    from .sql import Statement
    from .view import View

Words = Union[str, Callable[["View"], str]]  # noqa: UP007 - evaluated on Python 3.10


@dataclass(frozen=True)
class Call:
    """The arguments of a call."""

    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict[str, Any])


def call(*args: Any, **named: Any) -> Call:
    """The arguments, written as in a call: `call(rows, day=v.run.date)`."""
    return Call(args, named)


def no_arguments(v: View) -> Call:
    """The arguments of a function that takes none."""
    return Call()


@dataclass(frozen=True)
class Python:
    """Call `module:function` in a worker process."""

    function: str
    arguments: Callable[[View], Call] = no_arguments


@dataclass(frozen=True)
class Shell:
    """Run a script under `/bin/sh -ec`; a hole is `quoted(value)`."""

    script: Words


@dataclass(frozen=True)
class Sql:
    """Run statements on a connection in one transaction; `table` is what the task writes, where that is its value."""

    connection: str
    statement: str | Callable[[View], str | Statement]
    table: str | None = None


@dataclass(frozen=True)
class Http:
    """One request; a status of 400 or more fails."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    url: Words = ""
    connection: str | None = None
    headers: Callable[[View], Any] | None = None
    params: Callable[[View], Any] | None = None
    json: Callable[[View], Any] | None = None
    body: Callable[[View], Any] | None = None


@dataclass(frozen=True)
class WaitFile:
    """Until a file matches; its value is the first match."""

    path: Words
    poll: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class WaitTime:
    """Until a time of day, an instant, or for a duration."""

    until: Callable[[View], Any]
    poll: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class WaitUntil:
    """Until a query finds something, or a server answers."""

    look: Union[Sql, Http]  # noqa: UP007
    poll: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class WaitAsset:
    """Until an asset was written since the run's instant; or, `by_partition`, that of it which the run works on."""

    asset: str
    by_partition: bool = False
    poll: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class WaitApproval:
    """Until somebody has said yes; a no fails. `by` gives the names of those who are asked, None: anybody."""

    text: Words
    by: Callable[[View], list[str]] | None = None
    poll: timedelta = timedelta(seconds=5)


@dataclass(frozen=True)
class Email:
    """Send a mail over an `smtp` connection."""

    connection: str
    to: Words
    subject: Words
    text: Words


@dataclass(frozen=True)
class RunFlow:
    """Start another flow of the project, wait, and end as it did.

    `is_part`: that one is a part of this flow, and has one run for each run of it, which goes on where this one does.
    """

    flow: str
    arguments: Callable[[View], Call] = no_arguments
    is_part: bool = False


@dataclass(frozen=True)
class OfPart:
    """End as a task of a part of the flow did, with its value; the part's run is over."""

    flow: str
    task: str


@dataclass(frozen=True)
class Pretend:
    """Run nothing, and end as `result` says of an instance by its index: the task of a test."""

    result: Callable[[tuple[int, ...]], Result]


@dataclass(frozen=True)
class Check:
    """A condition that must hold; `text` says what is wrong when it does not."""

    condition: Callable[[View], bool]
    text: Words | None = None
    verdict: Literal["fail", "skip", "warn"] = "fail"


@dataclass(frozen=True)
class Fail:
    """Fails the run where it is chosen."""

    text: Words


Action = Union[  # noqa: UP007
    Python,
    Shell,
    Sql,
    Http,
    WaitFile,
    WaitTime,
    WaitUntil,
    WaitAsset,
    WaitApproval,
    Email,
    RunFlow,
    OfPart,
    Pretend,
    Check,
    Fail,
]


def words(value: Words | None, v: View) -> str:
    """A text that may depend on the run: of a path, which can stand for one, what is written."""
    return text(value(v)) if callable(value) else value or ""
