"""A Prefect project as a value: what the templates print, and what a reader of its records has to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from flowc.emit.tree import FileTree
from flowc_targets.project.needs import Emulation, Need

# ------------------------------------------------------------------ what is printed


@frozen
class Function:
    """A function of the file, with its decorators."""

    name: str
    decorators: tuple[str, ...]
    parameters: tuple[str, ...]
    returns: str
    doc: str
    comment: str
    body: tuple[str, ...]


@frozen
class Line:
    """A line of the flow function; `around` are the `with` statements that it stands in, outermost first."""

    text: str
    around: tuple[str, ...] = ()
    comment: str = ""


@frozen
class FlowFile:
    """One flow."""

    path: str
    name: str
    function: Function
    doc: str
    origin: str
    digest: str
    imports: tuple[str, ...]
    tasks: tuple[Function, ...]
    lines: tuple[Line, ...]
    is_part: bool = False
    """Whether the flow that was split runs it, in its own process."""


@frozen
class Deployment:
    """A deployment in prefect.yaml, as plain values."""

    flow: str
    settings: Mapping[str, object]


# ------------------------------------------------------------------ what a trace needs to know


@frozen
class Traced:
    """A task as a reader of Prefect's records meets it: `id` is its name there, `value` the type of its value."""

    name: str
    id: str
    value: str | None = None
    saves: str | None = None
    """The task that it is a fallback of."""
    waits: bool = False
    """Whether its attempts wait for a pool or a lock once they have begun."""


@frozen
class TracedFlow:
    """What the trace of a flow's runs needs to know."""

    entrypoint: str
    tasks: tuple[Traced, ...]
    name: str = ""
    inner: frozenset[str] = frozenset()
    """Tasks that stand for a part of the flow, or for a task of one, by their names there."""
    parts: tuple[TracedFlow, ...] = ()
    """Those that it was split into."""


# ------------------------------------------------------------------ the project


@frozen
class Project:
    """A whole project."""

    name: str
    origins: tuple[str, ...]
    flows: tuple[FlowFile, ...]
    deployments: tuple[Deployment, ...]
    connections: tuple[str, ...]
    needs: tuple[Need, ...]
    requirements: tuple[str, ...]
    kit: FileTree
    files: FileTree
    traced: Mapping[str, TracedFlow] = field(factory=dict[str, TracedFlow])
    emulations: tuple[Emulation, ...] = ()
    required: Mapping[str, str] = field(factory=dict[str, str])
    """What has to be given to a run of each, by the names that the engine knows them by: JSON, as a word of a shell."""
    script: str | None = None
    """The source of `backfill.py`, where a flow has something to go over."""
    backfills: Sequence[str] = ()
    """Arguments of that script, as examples."""
    posted: Mapping[str, str] = field(factory=dict[str, str])
    """What is started by what somebody posts, and the body of the request: JSON, as a word of a shell."""
