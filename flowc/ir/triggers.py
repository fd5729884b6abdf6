"""When a flow runs: schedules, what happens outside, and the partitions that its runs work on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal

from attrs import field, frozen

from flowc.ir.types import Type
from flowc.source import Span

Catchup = Literal["none", "latest", "all"]
Unit = Literal["hour", "day", "week", "month"]

# ------------------------------------------------------------------ schedules


@frozen
class Cron:
    """Firing instants by five cron fields in a zone (rules 18 to 20)."""

    expression: str
    zone: str = "UTC"
    start: date | datetime | None = None
    end: date | datetime | None = None
    catchup: Catchup = "none"
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Every:
    """Firing instants at multiples of a period, from `start` or from 1970-01-01T00:00Z."""

    period: timedelta
    start: date | datetime | None = None
    end: date | datetime | None = None
    catchup: Catchup = "none"
    at: Span | None = field(default=None, eq=False, repr=False)


# ------------------------------------------------------------------ events


@frozen
class OnAsset:
    """A task of any flow has written the asset."""

    asset: str


@frozen
class OnFile:
    """A file that matches the pattern is there that was not, or is another one (its etag): looked for every `poll`."""

    pattern: str
    poll: timedelta = timedelta(minutes=1)


@frozen
class OnWebhook:
    """Something was posted to the path. `body` is the type of what must be posted; None where any JSON will do."""

    path: str
    body: Type | None = None


@frozen
class OnFlow:
    """A run of another flow has ended: in success, in failure, or in any way."""

    flow: str
    when: Literal["succeeded", "done", "failed"] = "succeeded"


@frozen
class Both:
    """All of them, each at least once since the last run that they started."""

    events: tuple[Event, ...]


@frozen
class Either:
    """Any of them."""

    events: tuple[Event, ...]


Event = OnAsset | OnFile | OnWebhook | OnFlow | Both | Either


Single = OnAsset | OnFile | OnWebhook | OnFlow


def events_of(event: Event) -> Iterator[Single]:
    """The single events of one, in the order of the text."""
    if isinstance(event, Both | Either):
        for part in event.events:
            yield from events_of(part)
    else:
        yield event


@frozen
class On:
    """An `on` line."""

    event: Event
    at: Span | None = field(default=None, eq=False, repr=False)


Trigger = Cron | Every | On

# ------------------------------------------------------------------ partitions


@frozen
class Windows:
    """Partitions that are windows of time, from midnight to midnight of the zone (`day`), Monday to Monday, and so on.

    Those whose start is within `start` and `end`, both in.
    """

    unit: Unit
    zone: str = "UTC"
    start: date | datetime | None = None
    end: date | datetime | None = None
    at: Span | None = field(default=None, eq=False, repr=False)


@frozen
class Keys:
    """Partitions that have names."""

    keys: tuple[str, ...]
    at: Span | None = field(default=None, eq=False, repr=False)


Partitioning = Windows | Keys


@frozen
class Backfill:
    """How a backfill goes over the partitions, or over the instants of the schedules: `limit` of them at once."""

    order: Literal["oldest", "newest"] = "oldest"
    limit: int = 1
