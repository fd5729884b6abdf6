"""A native project as a value: for each flow the calls that its module is made of, and what stands beside."""

from __future__ import annotations

from attrs import frozen

from flowc.emit.tree import FileTree
from flowc.target.code import Code


@frozen
class Make:
    """A value made by a call, `Task("clean", ..., needs=[...])`; `comment` stands above it."""

    call: str
    args: tuple[Value, ...] = ()
    named: tuple[tuple[str, Value], ...] = ()
    comment: str = ""


@frozen
class Several:
    """A list of values, each on its own line where they are made by calls."""

    items: tuple[Value, ...]


@frozen
class Entries:
    """A dict by text."""

    items: tuple[tuple[str, Value], ...]


Value = Make | Several | Entries | Code


@frozen
class FlowModule:
    """The module of one flow: `FLOW = Flow(...)`."""

    name: str
    doc: str
    flow: Value


@frozen
class CronLine:
    """A line of a crontab, and the zone that it is read in."""

    zone: str
    fields: str


@frozen
class FlowPackage:
    """The package of one flow, `python -m PACKAGE run`; `calls` are the flows that it runs, by package."""

    package: str
    module: FlowModule
    calls: tuple[tuple[str, str], ...]
    params: tuple[tuple[str, str, str], ...]
    crons: tuple[CronLine, ...]
    heard: tuple[str, ...]
    """What starts it from outside, in words."""
    origin: str
    digest: str


@frozen
class NativeProject:
    """Everything that is written. `runtime` is the package that holds the runner; None: inside of the only flow's."""

    name: str
    flows: tuple[FlowPackage, ...]
    requirements: tuple[str, ...]
    secrets: tuple[str, ...]
    user_files: FileTree
    runtime: FileTree
    asks: bool
    """Whether a flow waits for somebody's approval."""
