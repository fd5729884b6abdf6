"""The graph of a flow: what must happen, free of syntax and of engines.

Nodes are flat. Where a node stands is its `scope`, outermost first: arms of decisions, loops. What it waits for, and
what that must have come to, is its `needs`; those of the decisions and loops around it count too (rule 1).
Two references meet on the same element of the loops that both stand in; a reader outside of a loop sees all elements.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import field, frozen

from flowc.ir.actions import Action
from flowc.ir.expr import Expr
from flowc.ir.triggers import Backfill, Partitioning, Trigger, Unit
from flowc.ir.types import Record, Type
from flowc.source import Span

Phase = Literal["main", "failure", "success", "late", "finally"]
Given = Literal["event", "partition"]


@frozen
class Origin:
    """Where the user wrote it: the path as given, line and column from 1."""

    path: str
    line: int
    column: int

    @property
    def file(self) -> str:
        """`orders.flow`."""
        return self.path.rpartition("/")[2]

    @property
    def place(self) -> str:
        """`orders.flow:7`."""
        return f"{self.file}:{self.line}"


# ------------------------------------------------------------------ where a node stands


@frozen
class InArm:
    """Inside arm number `arm` of a decision. The number after the last arm is `else`."""

    decision: str
    arm: int


@frozen
class InLoop:
    """Inside a loop: one instance per element."""

    loop: str


Scope = tuple[InArm | InLoop, ...]

# ------------------------------------------------------------------ what a node waits for


@frozen
class Upstream:
    """A node or a group that is waited for, and the checks whose verdicts colour its outcome (rule 7)."""

    name: str
    is_group: bool = False
    checks: tuple[str, ...] = ()


@frozen
class Requires:
    """Read without `??`, or `after x`: blocked if it failed, skipped if it was skipped."""

    upstream: Upstream


@frozen
class Accepts:
    """Read with `??` and a value at the end, or compared with null: blocked if it failed, a skip is no matter."""

    upstream: Upstream


@frozen
class AnyOf:
    """`a ?? b` with tasks only: blocked if any failed, skipped if all were skipped."""

    upstreams: tuple[Upstream, ...]


@frozen
class Awaits:
    """`after x, when: done`, and what a handler reads: any outcome will do."""

    upstream: Upstream


@frozen
class AnyFailed:
    """`after a, b, when: failed`: skipped unless one of them failed or was blocked."""

    upstreams: tuple[Upstream, ...]


Need = Requires | Accepts | AnyOf | Awaits | AnyFailed

# ------------------------------------------------------------------ decisions, loops, groups


@frozen
class Decision:
    """An `if`, a `match` or a `when`, evaluated once for each element of the loops that it stands in.

    The first arm that holds is chosen. Without `subject` an arm is one condition; with it, patterns that the subject is
    compared with (constants and ranges), and an arm without patterns is `_`.
    """

    name: str
    subject: Expr | None
    arms: tuple[tuple[Expr, ...], ...]
    scope: Scope
    needs: tuple[Need, ...]
    origin: Origin = field(eq=False)
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Loop:
    """`for item in items`: `limit` instances of each task at once, `tolerate` failures of each task.

    `keys` is the variable for index (list) or key (map). `is_static`: the list is written in the source.
    """

    name: str
    item: str
    keys: str | None
    items: Expr
    scope: Scope
    needs: tuple[Need, ...]
    limit: int | None = None
    tolerate: int | float = 0
    is_static: bool = False
    origin: Origin = field(kw_only=True, eq=False)
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Group:
    """A name over nodes: a `group`, or the use of a template. `members` are node names, inner groups' included."""

    name: str
    members: tuple[str, ...]
    scope: Scope
    doc: str = ""
    renamed_from: str | None = None
    is_separate: bool = False
    """Its tasks are a part of their own where the flow is split (`flowc.passes.split`)."""


# ------------------------------------------------------------------ nodes


@frozen
class Retry:
    """`count` further attempts (rule 4)."""

    count: int
    delay: timedelta = timedelta(0)
    backoff: Literal["constant", "linear", "exponential"] = "constant"
    max: timedelta | None = None
    jitter: bool = False
    on: tuple[int | str, ...] = ()
    never: tuple[int | str, ...] = ()


@frozen
class PoolUse:
    """Slots of a pool, held while an attempt runs."""

    name: str
    slots: int = 1


@frozen
class Resources:
    """What is asked of the executor: cores, bytes, devices, and labels on what runs the task."""

    cpu: float | None = None
    memory: int | None = None
    gpu: int | None = None
    gpu_kind: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The words by which something is asked for."""
        said = {"cpu": self.cpu, "memory": self.memory, "gpu": self.gpu, "labels": self.labels or None}
        return tuple(word for word, value in said.items() if value is not None)


@frozen
class Cache:
    """Rule 24: take the recorded value of an earlier success with the same key. `keep` None is for ever."""

    key: tuple[Expr, ...] | None
    keep: timedelta | None = None


@frozen
class Write:
    """An asset that a task writes, and how."""

    asset: str
    mode: Literal["append", "overwrite", "merge"] | None = None


@frozen
class Window:
    """The partitions of an asset from `first` to `last`, both in, that a task reads: `sales[day - 6d .. day]`."""

    asset: str
    first: Expr
    last: Expr


@frozen
class Override:
    """`target airflow { word value }` on a node or a flow: that target's own words."""

    target: str
    word: str
    value: Expr
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Node:
    """A task, a check or a `fail` arm; `output` is None where there is no value, a Record with `several` outputs.

    `unbuilt` are words of the vocabulary on it that no target can say yet: `expand`.
    """

    name: str
    action: Action
    output: Type | None = None
    several: bool = False
    scope: Scope = ()
    needs: tuple[Need, ...] = ()
    phase: Phase = "main"
    retry: Retry = Retry(0)
    timeout: timedelta | None = None
    fallback: str | None = None
    fallback_of: str | None = None
    pool: PoolUse | None = None
    priority: int = 0
    lock: Expr | None = None
    env: tuple[tuple[str, Expr], ...] = ()
    resources: Resources = Resources()
    cache: Cache | None = None
    reads: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    writes: tuple[Write, ...] = ()
    owner: str | None = None
    tags: tuple[str, ...] = ()
    renamed_from: str | None = None
    overrides: tuple[Override, ...] = ()
    unbuilt: tuple[str, ...] = ()
    doc: str = ""
    origin: Origin = field(kw_only=True, eq=False)
    at: Span | None = field(default=None, eq=False, repr=False)
    memory: dict[str, tuple[Expr, ...]] = field(init=False, eq=False, repr=False, factory=dict[str, tuple[Expr, ...]])
    """The expressions in it, once `flowc.ir.reads` has been asked for them."""

    @property
    def loops(self) -> tuple[str, ...]:
        """The loops that the node stands in, outermost first."""
        return tuple(place.loop for place in self.scope if isinstance(place, InLoop))


# ------------------------------------------------------------------ the flow


@frozen
class Parameter:
    """A typed parameter; `default` None means it must be given. `low`, `high`: both ends allowed.

    `given` is what a target put it there for: what else a run is given (`run.event`, `run.partition`).
    """

    name: str
    type: Type
    default: Expr | None = None
    low: Expr | None = None
    high: Expr | None = None
    doc: str = ""
    given: Given | None = None


@frozen
class Connection:
    """Where a kind of service is found: settings by name; a secret or `env` is read where it is used."""

    name: str
    kind: str
    settings: tuple[tuple[str, Expr], ...]
    origin: Origin = field(kw_only=True, eq=False)
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Asset:
    """A table or a path that flows read and write; late when it is older than `freshness`. `unbuilt` as on a node."""

    name: str
    type: Type
    connection: str | None
    locator: str | None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    renamed_from: str | None = None
    doc: str = ""
    partition: Unit | None = None
    freshness: timedelta | None = None
    unbuilt: tuple[str, ...] = ()
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Pool:
    """Slots over all runs of all flows."""

    name: str
    slots: int


@frozen
class Part:
    """Tasks of a large flow that have a graph of their own: its name, and the parts that it waits for."""

    name: str
    members: tuple[str, ...]
    ups: tuple[str, ...]


@frozen
class Later:
    """A word of the vocabulary that no target can say yet, where it stands."""

    word: str
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Graph:
    """One flow, whole. Order is the user's; it means nothing."""

    name: str
    params: tuple[Parameter, ...] = ()
    returns: Expr | None = None
    output: Type | None = None
    several: bool = False
    triggers: tuple[Trigger, ...] = ()
    zone: str = "UTC"
    partition: Partitioning | None = None
    backfill: Backfill = Backfill()
    event: Type | None = None
    nodes: tuple[Node, ...] = ()
    decisions: tuple[Decision, ...] = ()
    loops: tuple[Loop, ...] = ()
    groups: tuple[Group, ...] = ()
    max_runs: int | None = None
    overlap: Literal["queue", "skip", "cancel_old"] = "queue"
    deadline: timedelta | None = None
    sla: timedelta | str | None = None
    pools: tuple[Pool, ...] = ()
    connections: tuple[Connection, ...] = ()
    assets: tuple[Asset, ...] = ()
    schemas: tuple[Record, ...] = ()
    owner: str | None = None
    tags: tuple[str, ...] = ()
    renamed_from: str | None = None
    overrides: tuple[Override, ...] = ()
    doc: str = ""
    part_of: str | None = None
    """The flow that this one is a part of."""
    parts: tuple[Part, ...] = field(default=(), eq=False)
    """Which tasks a target writes as graphs that are nested in this one. It means nothing."""
    later: tuple[Later, ...] = field(default=(), kw_only=True)
    origin: Origin = field(kw_only=True, eq=False)
    at: Span | None = field(default=None, eq=False, repr=False)

    def node(self, name: str) -> Node:
        """The node of that name; KeyError if there is none."""
        return self._by_name["node", name]  # type: ignore[return-value]

    def decision(self, name: str) -> Decision:
        return self._by_name["decision", name]  # type: ignore[return-value]

    def loop(self, name: str) -> Loop:
        return self._by_name["loop", name]  # type: ignore[return-value]

    def group(self, name: str) -> Group:
        return self._by_name["group", name]  # type: ignore[return-value]

    def find_group(self, name: str) -> Group | None:
        """The group of that name, if there is one."""
        return self._by_name.get(("group", name))  # type: ignore[return-value]

    def connection(self, name: str) -> Connection:
        return self._by_name["connection", name]  # type: ignore[return-value]

    def asset(self, name: str) -> Asset:
        return self._by_name["asset", name]  # type: ignore[return-value]

    def find_asset(self, name: str) -> Asset | None:
        return self._by_name.get(("asset", name))  # type: ignore[return-value]

    memory: dict[object, object] = field(init=False, eq=False, repr=False, factory=dict[object, object])
    """What `flowc.ir.memo` has found out of it."""
    _by_name: dict[tuple[str, str], object] = field(init=False, eq=False, repr=False)

    @_by_name.default  # pyright: ignore
    def _index(self) -> dict[tuple[str, str], object]:
        kinds = ("node", "decision", "loop", "group", "connection", "asset")
        return {(kind, item.name): item for kind in kinds for item in getattr(self, f"{kind}s")}


@frozen
class Program:
    """The flows of a project that are built together: `main` ones and those that they run."""

    project: str
    graphs: tuple[Graph, ...]
    root: str = "."

    def graph(self, name: str) -> Graph:
        return next(graph for graph in self.graphs if graph.name == name)
