"""A Dagster project as a value: what the templates print, and what a reader of its event log has to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from flowc.emit.tree import FileTree
from flowc_targets.project.needs import Emulation, Need

# ------------------------------------------------------------------ what is printed


@frozen
class Option:
    """A keyword argument, its value as source."""

    name: str
    value: str


@frozen
class Op:
    """An op: its decorators, its function, and the call that makes it a part of the job."""

    name: str
    options: tuple[Option, ...]
    decorator: str
    """What stands between `@dg.op` and the function, if anything."""
    parameters: tuple[str, ...]
    returns: str
    doc: str
    comment: str
    body: tuple[str, ...]

    @property
    def head(self) -> str:
        """`@dg.op`, with what is said of it."""
        said = ", ".join(f"{option.name}={option.value}" for option in self.options)
        return f"@dg.op({said})" if said else "@dg.op"

    @property
    def signature(self) -> str:
        """`def clean(context: dg.OpExecutionContext, orders: list[int]) -> int`."""
        return f"def {self.name}({', '.join(self.parameters)}){f' -> {self.returns}' if self.returns else ''}"


@frozen
class PartGraph:
    """A graph that is nested in that of a job: its function, what goes in and what comes out, and the lines of it."""

    name: str
    called: str
    """Its name to Dagster, where that is another."""
    doc: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def head(self) -> str:
        """`@dg.graph`, with what is said of it."""
        outs = ", ".join(f'"{name}": dg.GraphOut()' for name in self.outputs)
        said = [f'name="{self.called}"'] if self.called else []
        said += [f"out={{{outs}}}"] if outs else []
        return f"@dg.graph({', '.join(said)})" if said else "@dg.graph"

    @property
    def given(self) -> str:
        """What it returns."""
        pairs = ", ".join(f'"{name}": {name}' for name in self.outputs)
        return f"{{{pairs}}}"


@frozen
class Field:
    """A field of the params."""

    name: str
    annotation: str
    default: str | None
    doc: str

    @property
    def is_mutable(self) -> bool:
        """Whether the default is a list or a map."""
        return self.default is not None and self.default[0] in "[{"


@frozen
class JobFile:
    """The module of one flow."""

    path: str
    name: str
    job: str
    """What Dagster calls it."""
    doc: str
    origin: str
    digest: str
    imports: tuple[str, ...]
    constants: tuple[str, ...]
    params: tuple[Field, ...]
    params_class: str
    ops: tuple[Op, ...]
    parts: tuple[PartGraph, ...]
    options: tuple[Option, ...]
    wiring: tuple[str, ...]
    after: tuple[str, ...]
    """What follows the job: schedules, assets."""


# ------------------------------------------------------------------ what a trace needs to know


@frozen
class Traced:
    """A task as a reader of the event log meets it."""

    name: str
    id: str
    type: str | None = None
    """The type of its value."""
    result: str | None = None
    """The op that says whether a fallback saved it."""
    list: str | None = None
    """Of a mapped task: the op that its elements come from."""
    length: int | None = None
    """Of a mapped task whose list is written in the source: how long that is."""


@frozen
class TracedFlow:
    """What the trace of a flow's runs needs to know. `is_plain`: ops fail and are skipped as Dagster has it."""

    job: str
    tasks: tuple[Traced, ...]
    is_plain: bool


# ------------------------------------------------------------------ the project


@frozen
class Project:
    """A whole project."""

    name: str
    package: str
    origins: tuple[str, ...]
    jobs: tuple[JobFile, ...]
    connections: tuple[str, ...]
    """The source of the module of connections, in lines; none where there are none."""
    needs: tuple[Need, ...]
    requirements: tuple[str, ...]
    kit: FileTree
    files: FileTree
    assets: tuple[str, ...] = ()
    """The lines of the module of assets."""
    has_freshness: bool = False
    """Whether the daemon has to look how old assets are."""
    is_daemon_needed: bool = False
    traced: Mapping[str, TracedFlow] = field(factory=dict[str, TracedFlow])
    emulations: tuple[Emulation, ...] = ()
    required: Mapping[str, str] = field(factory=dict[str, str])
    """What has to be given to a run of each, by the names that the engine knows them by: JSON, as a word of a shell."""
    posted: Mapping[str, tuple[str, ...]] = field(factory=dict[str, "tuple[str, ...]"])
    """The paths that are posted to, and the jobs that this starts."""
    script: str | None = None
    """The source of the module `backfill`, where a job has something to go over."""
    backfills: Sequence[str] = ()
    """Arguments of that module, as examples."""
    partitioned: Sequence[str] = ()
    """The jobs that have Dagster's partitions."""

    @property
    def header(self) -> str:
        """What files begin with that are of all flows: from what they were made, and what that meant."""
        digests = list(dict.fromkeys(job.digest for job in self.jobs))
        several, them = ("s" if len(digests) > 1 else ""), ("those files" if len(self.origins) > 1 else "that file")
        return (
            f"# Generated by flowc from {', '.join(self.origins)} (digest{several} {', '.join(digests)}). "
            f"Change {them}, not this one."
        )
