"""A flow as a value: its tasks, what each waits for, and what surrounds them.

    FLOW = Flow(
        "orders_etl",
        params=[Param("region", "str", "eu")],
        tasks=[
            Task("extract", Python("shop.etl:extract", lambda v: call(v.params["region"], day=v.run.date)), "path"),
            Task(
                "clean",
                Python("shop.etl:clean", lambda v: call(v.value("extract"))),
                "path",
                needs=[Requires("extract")],
                retry=Retry(3, delay=timedelta(seconds=30)),
            ),
        ],
    )

Functions of one argument are evaluated when their time has come, against a view `v` of the run. Types are given as
their text (`types`). Tasks stand in one flat list; where each stands is its `scope`, outermost first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Union

from .actions import Action
from .triggers import Backfill, Cron, Event, Every, Keys, Windows

if TYPE_CHECKING:
    from .view import View

Phase = Literal["main", "failure", "success", "late", "finally"]
Evaluated = Callable[["View"], Any]

# ------------------------------------------------------------------ where a task stands


@dataclass(frozen=True)
class InArm:
    """Inside arm number `arm` of a decision; the number after the last arm is `else`."""

    decision: str
    arm: int


@dataclass(frozen=True)
class InLoop:
    """Inside a loop: one instance for each element."""

    loop: str


Place = Union[InArm, InLoop]  # noqa: UP007 - evaluated on Python 3.10

# ------------------------------------------------------------------ what it waits for


@dataclass(frozen=True)
class Upstream:
    """A task or a group that is waited for, and the checks whose verdicts colour its outcome."""

    name: str
    is_group: bool = False
    checks: Sequence[str] = ()


def group(name: str, checks: Sequence[str] = ()) -> Upstream:
    """A group as an upstream."""
    return Upstream(name, True, checks)


class _One:
    """A need of one upstream, given by its name or as an `Upstream`."""

    upstream: Upstream

    def __init__(self, upstream: Upstream | str, checks: Sequence[str] = ()) -> None:
        self.upstream = Upstream(upstream, checks=checks) if isinstance(upstream, str) else upstream

    @property
    def upstreams(self) -> tuple[Upstream, ...]:
        return (self.upstream,)


class _Several:
    """A need of some of several upstreams."""

    upstreams: tuple[Upstream, ...]

    def __init__(self, *upstreams: Upstream | str) -> None:
        self.upstreams = tuple(Upstream(item) if isinstance(item, str) else item for item in upstreams)


class Requires(_One):
    """Read without `??`, or `after x`: blocked if it failed, skipped if it was skipped."""


class Accepts(_One):
    """Read with `??` and a value at the end, or compared with null: blocked if it failed, a skip is no matter."""


class AnyOf(_Several):
    """`a ?? b` of tasks only: blocked if any failed, skipped if all were skipped."""


class Awaits(_One):
    """`after x, when: done`, and what a handler reads: any outcome will do."""


class AnyFailed(_Several):
    """`after a, b, when: failed`: skipped unless one of them failed or was blocked."""


Need = Union[Requires, Accepts, AnyOf, Awaits, AnyFailed]  # noqa: UP007

# ------------------------------------------------------------------ decisions, loops, groups


@dataclass(frozen=True)
class Decision:
    """An `if` or a `when`: the first arm whose condition holds; the number after the last is `else`."""

    name: str
    arms: Sequence[Evaluated]
    scope: Sequence[Place] = ()
    needs: Sequence[Need] = ()

    def choose(self, v: View) -> int:
        """The number of the arm that is chosen."""
        return next((number for number, arm in enumerate(self.arms) if arm(v)), len(self.arms))


@dataclass(frozen=True)
class Match:
    """A `match`: arms are the patterns that the subject is compared with, a range as `(low, high)`; none match all."""

    name: str
    subject: Evaluated
    arms: Sequence[Sequence[Any]]
    scope: Sequence[Place] = ()
    needs: Sequence[Need] = ()

    def choose(self, v: View) -> int:
        """The number of the arm that is chosen."""
        from .operators import matches

        subject = self.subject(v)
        found = (number for number, arm in enumerate(self.arms) if not arm or matches(subject, *arm))
        return next(found, len(self.arms))


@dataclass(frozen=True)
class Loop:
    """`for x in items`: at most `limit` instances of each task at once, `tolerate` failures of each.

    A list that is written in the source (`is_static`) has its instances even where the loop is not entered.
    """

    name: str
    items: Evaluated
    scope: Sequence[Place] = ()
    needs: Sequence[Need] = ()
    limit: int | None = None
    tolerate: int | float = 0
    is_static: bool = False


@dataclass(frozen=True)
class Group:
    """A name over tasks; `members` are their names, those of inner groups included."""

    name: str
    members: Sequence[str]
    scope: Sequence[Place] = ()
    doc: str = ""


# ------------------------------------------------------------------ tasks


@dataclass(frozen=True)
class Retry:
    """`count` further attempts, with pauses in between."""

    count: int
    delay: timedelta = timedelta(0)
    backoff: Literal["constant", "linear", "exponential"] = "constant"
    max: timedelta | None = None
    jitter: bool = False
    on: Sequence[int | str] = ()
    never: Sequence[int | str] = ()


@dataclass(frozen=True)
class Slots:
    """Slots of a pool, held while an attempt runs."""

    pool: str
    count: int = 1


@dataclass(frozen=True)
class Cache:
    """Take the recorded value of an earlier success with the same key; `key` None: the task's arguments."""

    key: Evaluated | None = None
    keep: timedelta | None = None


@dataclass(frozen=True)
class Facts:
    """What is said of a task for people and for executors; nothing here changes how it runs on one machine."""

    owner: str | None = None
    tags: Sequence[str] = ()
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    partitions: Sequence[str] = ()
    """Those of `writes` of which it writes the partition that the run works on."""
    cpu: float | None = None
    memory: int | None = None
    gpu: int | None = None
    gpu_kind: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Task:
    """One task, a check, or the `fail` arm of a `match`. `output` is its type as text, None where it has no value."""

    name: str
    action: Action
    output: str | None = None
    scope: Sequence[Place] = ()
    needs: Sequence[Need] = ()
    phase: Phase = "main"
    retry: Retry = Retry(0)
    timeout: timedelta | None = None
    fallback: str | None = None
    pool: Slots | None = None
    priority: int = 0
    lock: Evaluated | None = None
    env: Evaluated | None = None
    cache: Cache | None = None
    facts: Facts = Facts()
    doc: str = ""


# ------------------------------------------------------------------ the flow


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Any = _Required()


@dataclass(frozen=True)
class Param:
    """A typed parameter: its default, or a function of the view that gives it; both ends of a range are allowed."""

    name: str
    type: str
    default: Any = REQUIRED
    low: Any = None
    high: Any = None
    doc: str = ""


@dataclass(frozen=True)
class Connection:
    """A service: its kind, and its settings, which are read where they are used."""

    kind: str
    settings: Callable[[], Mapping[str, Any]] = dict


@dataclass(frozen=True)
class Flow:
    """One flow. `event` is the type of `run.event` as text.

    `secrets` are the names of the variables whose values may appear nowhere. `freshness` is how old the assets may be
    that it has to do with. `source` and `digest` say which file it was made from, and what that meant; `renamed_from`
    under which name its history is kept.
    """

    name: str
    tasks: Sequence[Task]
    params: Sequence[Param] = ()
    decisions: Sequence[Decision | Match] = ()
    loops: Sequence[Loop] = ()
    groups: Sequence[Group] = ()
    returns: Evaluated | None = None
    output: str | None = None
    zone: str = "UTC"
    schedules: Sequence[Cron | Every] = ()
    events: Sequence[Event] = ()
    event: str | None = None
    partition: Windows | Keys | None = None
    backfill: Backfill = Backfill()
    deadline: timedelta | None = None
    sla: timedelta | str | None = None
    max_runs: int | None = None
    overlap: Literal["queue", "skip", "cancel_old"] = "queue"
    pools: Mapping[str, int] = field(default_factory=dict[str, int])
    connections: Mapping[str, Connection] = field(default_factory=dict[str, Connection])
    secrets: Sequence[str] = ()
    freshness: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    owner: str | None = None
    tags: Sequence[str] = ()
    doc: str = ""
    source: str = ""
    digest: str = ""
    renamed_from: str | None = None

    @property
    def id(self) -> str:
        """What it is kept by: the name that it had first."""
        return self.renamed_from or self.name


def loops_of(scope: Sequence[Place]) -> tuple[str, ...]:
    """The loops of a scope, outermost first."""
    return tuple(place.loop for place in scope if isinstance(place, InLoop))
