"""A flow as a graph: tasks, choices and loops, and what each waits for. `Run` puts it together.

    run = Run()
    rows = run.submit(extract, region)
    files = run.each(list_files, rows)
    with files.elements():
        parsed = run.submit(parse, files.item)
    run.submit(report, parsed, wait_for=[finished(rows)])
    return run.finish()

`submit` is Prefect's, but for what decides whether a task runs: its upstreams have all ended, none that it requires has
failed (else it is blocked), none was skipped (else it is skipped too). What is no requirement is wrapped: `optional`,
`any_of`, `finished`, `failed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Phase = Literal["main", "failure", "success", "late", "finally"]
Index = tuple[int, ...]


@dataclass(eq=False)
class Place:
    """Something that stands in the graph and waits: a task, a choice or a loop. `around` is what it stands in."""

    function: Any
    args: tuple[Any, ...]
    needs: tuple[Need, ...]
    around: tuple[Around, ...]
    phase: Phase

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops that it stands in, outermost first."""
        return tuple(place for place in self.around if isinstance(place, Loop))


@dataclass(eq=False)
class Node(Place):
    """A task of the graph; its value, where it is an argument of another one."""

    fallback: Node | None = None

    @property
    def name(self) -> str:
        return self.function.name

    @property
    def limit(self) -> int | None:
        """How many of its instances may run at once."""
        return min((loop.limit for loop in self.loops if loop.limit), default=None)

    def checked(self, *checks: Node) -> Seen:
        """This task together with the checks that judge it: it is as bad as the worst of them."""
        return Seen(self, checks)


@dataclass(eq=False)
class Choice(Place):
    """An `if` or a `match`: its function gives the number of the arm that is chosen."""

    where: Where = field(kw_only=True)

    def arm(self, number: int) -> AbstractContextManager[None]:
        """The tasks that run only if that arm is chosen."""
        return self.where.inside(self, Arm(self, number))


@dataclass(frozen=True, eq=False)
class Arm:
    """One arm of a choice."""

    choice: Choice
    number: int


@dataclass(eq=False)
class Loop(Place):
    """Tasks that run once for each element of a list, or of a map by its keys.

    `limit` of each task run at once, `tolerate` of each may fail. A list that is written in the source (`static`) has
    its elements even where the loop is not entered.
    """

    limit: int | None = None
    tolerate: float = 0
    static: bool = False
    where: Where = field(kw_only=True)

    @property
    def item(self) -> Item:
        """The element."""
        return Item(self, "item")

    @property
    def index(self) -> Item:
        """Its number, from 0."""
        return Item(self, "index")

    @property
    def key(self) -> Item:
        """Its key in the map."""
        return Item(self, "key")

    @contextmanager
    def elements(self) -> Iterator[Loop]:
        """The tasks that run for each element."""
        with self.where.inside(self, self):
            yield self


Around = Arm | Loop


class Where:
    """Where one stands while a graph is put together: in which arms and loops, and in which part of the run."""

    def __init__(self) -> None:
        self.around: tuple[Around, ...] = ()
        self.phase: Phase = "main"

    @contextmanager
    def inside(self, place: Place, around: Around) -> Iterator[None]:
        """What is said meanwhile stands inside an arm or a loop."""
        before, self.around = self.around, (*place.around, around)
        yield
        self.around = before

    @contextmanager
    def handlers(self, phase: Phase) -> Iterator[None]:
        """What is said meanwhile belongs to the end of the run."""
        self.phase = phase
        yield
        self.phase = "main"


@dataclass(frozen=True)
class Item:
    """The element of a loop that a task stands in."""

    loop: Loop
    role: Literal["item", "index", "key"]


@dataclass(frozen=True)
class Told:
    """What a handler is told of the run."""

    name: Literal["error", "failed_task", "lateness"]


# ------------------------------------------------------------------ what is waited for


@dataclass(frozen=True, eq=False)
class Group:
    """Tasks as one: failed if any has failed, skipped if there are instances and all were skipped."""

    members: tuple[Node, ...]

    def checked(self, *checks: Node) -> Seen:
        """The tasks together with checks that judge them from outside."""
        return Seen(self, checks)


def group(*members: Node) -> Group:
    """Tasks as one upstream."""
    return Group(members)


@dataclass(frozen=True, eq=False)
class Seen:
    """An upstream with its checks."""

    of: Node | Group
    checks: tuple[Node, ...] = ()


Upstream = Node | Group | Seen


@dataclass(frozen=True, eq=False)
class Need:
    """Upstreams, and what they must have come to."""

    role: Literal["requires", "accepts", "any_of", "awaits", "any_failed"]
    upstreams: tuple[Seen, ...]


def optional(upstream: Upstream) -> Need:
    """Blocks if it failed; if it was skipped its value is None."""
    return Need("accepts", (seen(upstream),))


def any_of(*upstreams: Upstream) -> Need:
    """Blocks if one of them failed, skips if all were skipped."""
    return Need("any_of", tuple(map(seen, upstreams)))


def finished(upstream: Upstream) -> Need:
    """Whatever it came to; its value is None if it has none."""
    return Need("awaits", (seen(upstream),))


def failed(*upstreams: Upstream) -> Need:
    """Skips unless one of them failed or was blocked."""
    return Need("any_failed", tuple(map(seen, upstreams)))


def seen(upstream: Upstream) -> Seen:
    """An upstream, with no checks if it names none."""
    return upstream if isinstance(upstream, Seen) else Seen(upstream)


def needs_of(args: Sequence[Any], wait_for: Sequence[Any]) -> tuple[Need, ...]:
    """What the arguments and `wait_for` ask for; a bare task is required."""
    found = [arg for arg in (*args, *wait_for) if isinstance(arg, (Node, Group, Seen, Need))]
    return tuple(each if isinstance(each, Need) else Need("requires", (seen(each),)) for each in found)
