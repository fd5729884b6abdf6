"""What a backfill goes over: the partitions of a range, or the instants of the schedules there (rule 22)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from typing import Any, Protocol

from .errors import UsageError
from .partitions import between, due, ends, read, text
from .reading import in_zone
from .schedule import merged
from .texts import datetime_text
from .triggers import Backfill, Cron, Every, Keys, Windows


class Filled(Protocol):
    """A flow, as far as a backfill asks."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def zone(self) -> str:
        """The zone of its clocks."""
        ...

    @property
    def schedules(self) -> Sequence[Cron | Every]:
        """When it runs by the clock."""
        ...

    @property
    def partition(self) -> Windows | Keys | None:
        """What its runs work on."""
        ...

    @property
    def backfill(self) -> Backfill:
        """In which order, how many at once."""
        ...


@dataclass(frozen=True)
class Piece:
    """What one run is for: a partition, an instant, or both; `at` is None where the partitions have names."""

    at: datetime | None
    partition: str | None = None

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.partition or (datetime_text(self.at) if self.at else "")


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a range, both ends in, or names; `limit` runs at once, else what the flow says.

    `event`, as JSON, is what each of the runs is told that has started it.
    """

    since: datetime | None = None
    until: datetime | None = None
    names: Sequence[str] = ()
    limit: int | None = None
    force: bool = False
    is_dry: bool = False
    event: Any = None


@dataclass(frozen=True)
class Range:
    """The pieces of a range in the order in which they are run, and how many of it are not over yet."""

    pieces: Sequence[Piece]
    early: int = 0


def pieces(flow: Filled, wanted: Wanted, *, now: datetime | None = None, most: int | None = None) -> Range:
    """The partitions that begin from one instant to another, both in, or the instants of the schedules there.

    Without `since` from the first partition on, without `until` up to now; or those of these names alone.
    UsageError where there is nothing to go over, more than `most`, or a range that no calendar holds or that ends
    before it begins.
    """
    try:
        return _pieces(flow, wanted, now or datetime.now(timezone.utc), most)
    except OverflowError as error:
        raise UsageError(f"the range is outside of what a calendar holds: {error}") from error


def _pieces(flow: Filled, wanted: Wanted, moment: datetime, most: int | None) -> Range:
    since, until = (found and in_zone(found, flow.zone) for found in (wanted.since, wanted.until))
    if since and until and until < since:
        raise UsageError("the range ends before it begins")
    if wanted.names:
        found, early = [*dict.fromkeys(_named(flow, name) for name in wanted.names)], 0
    elif isinstance(flow.partition, Keys):
        if since or until:
            raise UsageError(f"the partitions of {flow.name} have names: take all of them, or say which")
        found, early = [Piece(None, name) for name in flow.partition.keys], 0
    else:
        in_time = _in_time(flow, _begin(flow, since), until or moment)
        every = list(in_time if most is None else islice(in_time, most + 1))
        if most is not None and len(every) > most:
            raise UsageError(f"these are more than {most} runs: choose a shorter range")
        found = [piece for piece, over in every if over <= moment]
        early = len(every) - len(found)
    return Range(found if flow.backfill.order == "oldest" else found[::-1], early)


def _named(flow: Filled, name: str) -> Piece:
    if flow.partition is None:
        raise UsageError(f"{flow.name} has no partitions")
    start = read(flow.partition, name)
    if isinstance(start, str) or isinstance(flow.partition, Keys):
        return Piece(None, name)
    return Piece(due(flow.partition, start, flow.schedules), text(start))


def _begin(flow: Filled, since: datetime | None) -> datetime:
    if since is not None:
        return since
    if isinstance(flow.partition, Windows) and flow.partition.start:
        return datetime.min.replace(year=2, tzinfo=timezone.utc)  # the first partition is later
    raise UsageError("from when on? Say it with --from")


def _in_time(flow: Filled, since: datetime, until: datetime) -> Iterator[tuple[Piece, datetime]]:
    """Each piece, and when it can be run."""
    if isinstance(flow.partition, Windows):
        for start in between(flow.partition, since, until):
            yield Piece(due(flow.partition, start, flow.schedules), text(start)), ends(flow.partition, start)
    elif flow.schedules:
        for instant in merged(flow.schedules, since, until):
            yield Piece(instant), instant
    else:
        raise UsageError(f"{flow.name} has neither partitions nor a schedule: there is nothing to go over")
