"""When a flow runs, and the partitions that its runs work on, as generated code says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Union


@dataclass(frozen=True)
class Cron:
    """Firing instants by five cron fields in a zone."""

    expression: str
    zone: str = "UTC"
    start: date | datetime | None = None
    end: date | datetime | None = None
    catchup: Literal["none", "latest", "all"] = "none"


@dataclass(frozen=True)
class Every:
    """Firing instants at multiples of a period, from `start` or from 1970-01-01T00:00Z."""

    period: timedelta
    start: date | datetime | None = None
    end: date | datetime | None = None
    catchup: Literal["none", "latest", "all"] = "none"


@dataclass(frozen=True)
class OnAsset:
    """A task of any flow has written the asset."""

    asset: str


@dataclass(frozen=True)
class OnFile:
    """A file that matches the pattern is there that was not, or is another one."""

    pattern: str
    poll: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class OnWebhook:
    """Something was posted to the path; `body` is its type, None where any JSON will do."""

    path: str
    body: str | None = None


@dataclass(frozen=True)
class OnFlow:
    """A run of another flow has ended so."""

    flow: str
    when: Literal["succeeded", "done", "failed"] = "succeeded"


@dataclass(frozen=True)
class Both:
    """All of them, each at least once since the last run that they started."""

    events: Sequence[Event]


@dataclass(frozen=True)
class Either:
    """Any of them."""

    events: Sequence[Event]


Event = Union[OnAsset, OnFile, OnWebhook, OnFlow, Both, Either]  # noqa: UP007 - evaluated on Python 3.10


@dataclass(frozen=True)
class Windows:
    """Partitions that are windows of time by the clocks of a zone: from one start of its unit to the next.

    Those whose start is within `start` and `end`, both in.
    """

    unit: Literal["hour", "day", "week", "month"]
    zone: str = "UTC"
    start: date | datetime | None = None
    end: date | datetime | None = None


@dataclass(frozen=True)
class Keys:
    """Partitions that have names."""

    keys: Sequence[str]


@dataclass(frozen=True)
class Backfill:
    """How a backfill goes over partitions or instants: `limit` at once."""

    order: Literal["oldest", "newest"] = "oldest"
    limit: int = 1
