"""What a node does: one class for each core kind, and one for what is not built yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import frozen

from flowc.ir.expr import Expr, Text


@frozen
class Arg:
    """An argument of a call; `name` is None where it is positional."""

    name: str | None
    value: Expr


@frozen
class Python:
    """Call `module:function(args)` in a worker process."""

    module: str
    function: str
    args: tuple[Arg, ...] = ()


@frozen
class Shell:
    """Run a script under `/bin/sh -ec`; each hole is one quoted word, a list several."""

    script: Text


@frozen
class Sql:
    """Run statements in one transaction; holes are bind parameters. The node's output says what comes back."""

    connection: str
    statement: Text


@frozen
class Http:
    """One request. `connection` gives base URL, headers and credentials; status >= 400 fails."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    url: Text
    connection: str | None = None
    headers: Expr | None = None
    params: Expr | None = None
    json: Expr | None = None
    body: Expr | None = None


@frozen
class WaitFile:
    """Until a file matches; its value is the first match."""

    path: Expr
    poll: timedelta = timedelta(minutes=1)


@frozen
class WaitTime:
    """Until a time of day (of `run.date` in the schedule's zone), an instant, or so long from the task's start."""

    until: Expr
    poll: timedelta = timedelta(minutes=1)


@frozen
class WaitUntil:
    """Until a query finds something, or a server answers.

    A query has found something where the first value of its first row is neither null nor false, 0 or the empty text. A
    server answers with a status below 400; while there is nobody, or the status is 404, 408, 409, 425, 429, or of 500
    and more, it is not there yet.
    """

    look: Sql | Http
    poll: timedelta = timedelta(minutes=1)

    @property
    def connection(self) -> str | None:
        """The connection that it looks over."""
        return self.look.connection


@frozen
class WaitAsset:
    """Until an asset was written since the run's instant; or, `by_partition`, that of it which the run works on."""

    asset: str
    by_partition: bool = False
    poll: timedelta = timedelta(minutes=1)


@frozen
class WaitApproval:
    """Until somebody has said yes; a no fails the attempt. `by` is who is asked: a list of names, None for anybody."""

    text: Expr
    by: Expr | None = None
    poll: timedelta = timedelta(seconds=5)


@frozen
class Email:
    """Send a mail over an `smtp` connection."""

    connection: str
    to: Expr
    subject: Expr
    text: Expr


@frozen
class RunFlow:
    """Start another flow of the project, wait, and end as it did (rule 14).

    `is_part`: the other one is a part of this flow that was split off (`flowc.passes.split`). It has one run for each
    run of this one, of the same identity, in which a run that is resumed goes on.
    """

    flow: str
    args: tuple[Arg, ...] = ()
    is_part: bool = False


@frozen
class OfPart:
    """End as a task of a part did, with its value: the part has a run with the identity of this one, which is over.

    `can_skip`: whether that task could be skipped (`flowc.ir.skips`).
    """

    flow: str
    task: str
    can_skip: bool = False


@frozen
class Check:
    """A condition that must hold (rule 7). `text` says what is wrong when it does not."""

    condition: Expr
    text: Expr | None
    verdict: Literal["fail", "skip", "warn"] = "fail"


@frozen
class Fail:
    """A `match` arm that fails the run (rule 8)."""

    text: Expr


@frozen
class Unbuilt:
    """A kind of the vocabulary that no target can say yet (`container`, `dbt`, ...): checked, and refused at build."""

    kind: str
    args: tuple[Arg, ...] = ()


Wait = WaitFile | WaitTime | WaitUntil | WaitAsset | WaitApproval
Action = Python | Shell | Sql | Http | Wait | Email | RunFlow | OfPart | Check | Fail | Unbuilt
