"""Analysed flows: every name resolved, every expression typed, templates expanded, blocks still as written.

`build` flattens this tree into the graph. Ids are final here: `sources.load`, `check n > 0`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from attrs import field, frozen

from flowc.ir.actions import Action
from flowc.ir.expr import Expr
from flowc.ir.graph import (
    Asset,
    Cache,
    Connection,
    Later,
    Origin,
    Override,
    Parameter,
    Phase,
    Pool,
    PoolUse,
    Resources,
    Retry,
    Window,
    Write,
)
from flowc.ir.tests import Test
from flowc.ir.triggers import Backfill, Partitioning, Trigger
from flowc.ir.types import Record, Type
from flowc.source import Span


@frozen
class After:
    """One `after` clause, or one arrow of a chain: tasks and groups by their ids."""

    tasks: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    when: Literal["succeeded", "done", "failed"] = "succeeded"
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Policy:
    """What the clauses of a task came to, defaults and policies merged."""

    retry: Retry = Retry(0)
    timeout: timedelta | None = None
    pool: PoolUse | None = None
    priority: int = 0
    lock: Expr | None = None
    env: tuple[tuple[str, Expr], ...] = ()
    resources: Resources = Resources()
    cache: Cache | None = None
    poll: timedelta | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    places: Mapping[str, Span] = field(factory=dict[str, Span], eq=False, repr=False)
    """Where the value of a clause was written, by its word; `slots` are those of `pool`."""


@frozen
class Task:
    """A task, a check or a `fail` arm.

    `untyped`: its Python function does not say what it returns. It has a value only if somebody reads it.
    """

    id: str
    action: Action
    output: Type | None = None
    several: bool = False
    untyped: bool = field(default=False, kw_only=True)
    policy: Policy = Policy()
    after: tuple[After, ...] = ()
    when: Expr | None = None
    fallback: str | None = None
    fallback_at: Span | None = field(default=None, eq=False, repr=False, kw_only=True)
    reads: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    writes: tuple[Write, ...] = ()
    renamed_from: str | None = None
    overrides: tuple[Override, ...] = ()
    unbuilt: tuple[str, ...] = ()
    doc: str = ""
    span: Span = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)
    memory: dict[str, object] = field(init=False, eq=False, repr=False, factory=dict[str, object])
    """What was found out of it, by who found it: it never changes."""

    @property
    def origin(self) -> Origin:
        """Where it stands now: it may be taken over into the next text of its file."""
        return Origin(self.span.source.path, self.span.line, self.span.column)


@frozen
class Group:
    """A `group`, or the use of a template."""

    id: str
    body: tuple[Stmt, ...]
    after: tuple[After, ...] = ()
    when: Expr | None = None
    renamed_from: str | None = None
    is_separate: bool = False
    doc: str = ""
    origin: Origin = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)


@frozen
class If:
    """`if`, with the id of its decision; `otherwise` None where there is no `else`."""

    id: str
    condition: Expr
    then: tuple[Stmt, ...]
    otherwise: tuple[Stmt, ...] | None
    origin: Origin = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)


@frozen
class Arm:
    """Patterns (none: `_`) and what runs then."""

    patterns: tuple[Expr, ...]
    body: tuple[Stmt, ...]


@frozen
class Match:
    """`match`, with the id of its decision."""

    id: str
    subject: Expr
    arms: tuple[Arm, ...]
    origin: Origin = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)


@frozen
class For:
    """A loop; `keys` is the first of two variables: the index of a list, the key of a map."""

    id: str
    item: str
    keys: str | None
    items: Expr
    body: tuple[Stmt, ...]
    limit: int | None = None
    tolerate: int | float = 0
    is_static: bool = False
    origin: Origin = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)


Stmt = Task | Group | If | Match | For


@frozen
class Header:
    """What the flow's own clauses say of its runs."""

    triggers: tuple[Trigger, ...] = ()
    zone: str = "UTC"
    partition: Partitioning | None = None
    backfill: Backfill = Backfill()
    event: Type | None = None
    max_runs: int | None = None
    overlap: Literal["queue", "skip", "cancel_old"] = "queue"
    deadline: timedelta | None = None
    sla: timedelta | str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    renamed_from: str | None = None


@frozen
class Flow:
    """One flow, analysed."""

    name: str
    params: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    handlers: tuple[tuple[Phase, tuple[Stmt, ...]], ...] = ()
    returns: Expr | None = None
    output: Type | None = None
    several: bool = False
    when: Expr | None = None
    header: Header = Header()
    later: tuple[Later, ...] = field(default=(), kw_only=True)
    pools: tuple[Pool, ...] = ()
    connections: tuple[Connection, ...] = ()
    assets: tuple[Asset, ...] = ()
    schemas: tuple[Record, ...] = ()
    overrides: tuple[Override, ...] = ()
    doc: str = ""
    origin: Origin = field(kw_only=True)
    at: Span = field(kw_only=True, eq=False, repr=False)
    memory: dict[str, object] = field(init=False, eq=False, repr=False, factory=dict[str, object])
    """What was found out of it, by who found it."""


@frozen
class Module:
    """The flows of the files that were given, in order, and those that they run; and the tests in these files.

    `tested` are flows of other files that have a test here, `assets` those that the tests name.
    """

    project: str
    flows: tuple[Flow, ...]
    tests: tuple[Test, ...] = field(default=(), kw_only=True)
    tested: tuple[Flow, ...] = field(default=(), kw_only=True)
    assets: tuple[Asset, ...] = field(default=(), kw_only=True)
