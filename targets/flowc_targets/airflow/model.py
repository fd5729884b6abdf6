"""An Airflow project as a value: what the templates print, and what a reader of its records has to know."""

from __future__ import annotations

from collections.abc import Mapping

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
class Function:
    """A `@task` function, its call, and its edges."""

    name: str
    decorator: str
    options: tuple[Option, ...]
    parameters: tuple[str, ...]
    """The values of other tasks, and the element of a loop."""
    takes_context: bool
    doc: str
    comment: str
    body: tuple[str, ...]
    arguments: tuple[str, ...]
    """What is handed over for the parameters."""
    mapped: str | None = None
    """The element's parameter and what it is mapped over, where the task is mapped by itself."""
    variable: str | None = None
    """The name of the call's result, if anyone needs it."""
    upstream: tuple[str, ...] = ()
    """What else it waits for."""
    is_result: bool = False
    """Whether its value is that of the DAG's run."""

    @property
    def signature(self) -> str:
        return ", ".join((*self.parameters, *(("**context",) if self.takes_context else ())))

    @property
    def decorated(self) -> str:
        """What stands behind the `@`."""
        said = ", ".join(f"{option.name}={option.value}" for option in self.options)
        return f"{self.decorator}({said})" if said else self.decorator

    @property
    def call(self) -> str:
        """What makes the task."""
        if self.mapped is None:
            made = f"{self.name}({', '.join(self.arguments)})"
            return f"dag_result(dag, {made})" if self.is_result else made
        given = ", ".join(f"{name}={value}" for name, value in zip(self.parameters[1:], self.arguments, strict=True))
        return f"{self.name}{f'.partial({given})' if given else ''}.expand({self.mapped})"

    @property
    def wiring(self) -> tuple[str, ...]:
        """The lines that make the task and its edges."""
        edges = f"[{', '.join(self.upstream)}]" if len(self.upstream) > 1 else "".join(self.upstream)
        if self.variable is None:
            return (f"{edges} >> {self.call}" if edges else self.call,)
        made = f"{self.variable} = {self.call}"
        return (made, f"{edges} >> {self.variable}") if edges else (made,)


@frozen
class Group:
    """A task group."""

    id: str
    doc: str
    items: tuple[Item, ...]


@frozen
class Frame:
    """A mapped task group: the tasks of a loop."""

    name: str
    element: str
    over: str
    comment: str
    items: tuple[Item, ...]


Item = Function | Group | Frame


@frozen
class DagFile:
    """One DAG. `options` are the arguments of `DAG`, or of what else makes it; `lines` stand before it."""

    path: str
    id: str
    doc: str
    origin: str
    digest: str
    imports: tuple[str, ...]
    lines: tuple[str, ...]
    options: tuple[Option, ...]
    made_by: str
    items: tuple[Item, ...]
    needs_dag: bool
    ends: tuple[str, ...] = ()
    """Statements after all tasks."""
    is_part: bool = False
    """Whether the DAG of a flow that was split runs it."""


@frozen
class EventDag:
    """A DAG beside those of the flows: the calls that make its tasks."""

    id: str
    options: tuple[Option, ...]
    calls: tuple[str, ...]


@frozen
class EventFile:
    """DAGs beside those of the flows: those that start one for its events, or the one that looks how old assets are."""

    path: str
    doc: str
    origin: str
    digest: str
    imports: tuple[str, ...]
    dags: tuple[EventDag, ...]


# ------------------------------------------------------------------ what a trace needs to know


@frozen
class Value:
    """Where the value of a task is: `type` as its text; where it ran a flow, the task of that whose value it is."""

    type: str
    of_run: str | None = None


@frozen
class Traced:
    """A task as a reader of Airflow's records meets it."""

    name: str
    id: str
    value: Value | None = None
    loops: tuple[str, ...] = ()
    over: str | int | None = None
    """What its instances are numbered by: the task that made the list, or the length of a list in the source."""
    is_flattened: bool = False
    """Whether that made elements that tell where they stand."""
    result: str | None = None
    """The task that says whether a fallback saved it."""
    saves: str | None = None
    """The id of the task that it is a fallback of."""
    gate: str | None = None
    """Of a fallback: the task that lets it run."""
    due: str | None = None
    """The task that says whether its handler was due."""


@frozen
class TracedFlow:
    """What the trace of a flow's runs needs to know."""

    dag_id: str
    tasks: tuple[Traced, ...]
    parts: tuple[TracedFlow, ...] = ()
    """Those that it was split into; their runs have the id of its run."""
    inner: Mapping[str, tuple[str, str | None]] = field(factory=dict[str, "tuple[str, str | None]"])
    """Tasks that stand for others: by the id of each the DAG of a part, and the id of a task in it, if it is one."""


# ------------------------------------------------------------------ the project


@frozen
class Backfill:
    """How a DAG is run for past instants, as an example: options of `airflow backfill create`.

    Or for which names, and what such a run is given: JSON between double quotes of a shell, for a `$NAME`.
    """

    options: str = ""
    names: tuple[str, ...] = ()
    conf: str = ""


@frozen
class Project:
    """A whole project."""

    name: str
    origins: tuple[str, ...]
    dags: tuple[DagFile, ...]
    events: tuple[EventFile, ...]
    freshness: EventFile | None
    connections: tuple[str, ...]
    """The source of the module of connections, in lines; none where there are none."""
    needs: tuple[Need, ...]
    requirements: tuple[str, ...]
    kit: FileTree
    plugins: FileTree
    files: FileTree
    traced: Mapping[str, TracedFlow] = field(factory=dict[str, TracedFlow])
    emulations: tuple[Emulation, ...] = ()
    required: Mapping[str, str] = field(factory=dict[str, str])
    """What has to be given to a run of each, by the names that the engine knows them by: JSON, as a word of a shell."""
    backfills: Mapping[str, Backfill] = field(factory=dict[str, "Backfill"])
    posted: Mapping[str, str] = field(factory=dict[str, str])
    """What is started by what somebody posts, and the body of the request: JSON, as a word of a shell."""
