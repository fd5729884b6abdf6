"""When DAGs run whose instants Airflow's own timetables do not give: a plugin, so this folder is the `plugins_folder`.

Those take a time that the clocks leave out in spring for one an hour later, and of one that comes twice in autumn the
second; and they know no period but those that divide a day. And none of theirs is for backfills alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable
from clock_firings import EPOCH, cron_of, instants, multiples

_SPANS = tuple(timedelta(days=days) for days in (2, 40, 400, 3000, 30000))
"""How far to look for the next instant: a 29th of February on a Sunday comes every 28 or 40 years."""


@dataclass(frozen=True)
class Clock:
    """The instants of a cron line on the clocks of a zone: what the clocks leave out is due when they go on, what they
    show twice the first time.
    """

    line: str
    zone: str = "UTC"

    def __str__(self) -> str:
        return f"{self.line} {self.zone}"

    def instants(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The instants from `since` to `until`, both in."""
        return instants(cron_of(self.line), ZoneInfo(self.zone), since, until)


@dataclass(frozen=True)
class Period:
    """The instants at multiples of a period, from a start or from 1970 on."""

    period: timedelta
    start: datetime = EPOCH

    def __str__(self) -> str:
        return f"every {self.period}"

    def instants(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The instants from `since` to `until`, both in."""
        return multiples(self.period, self.start, since, until)


class ClockTimetable(Timetable):
    """A run at each instant of any of these; without catch-up none before now, or only the `latest` of those."""

    def __init__(self, *schedules: Clock | Period, latest: bool = False) -> None:
        self.schedules = schedules
        self.latest = latest
        self.description = self.summary

    @property
    def summary(self) -> str:
        """What the UI shows."""
        return ", ".join(map(str, self.schedules))

    def serialize(self) -> dict[str, Any]:
        """As JSON, for the database."""
        return {"schedules": [_told(each) for each in self.schedules], "latest": self.latest}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        """From what the database holds."""
        return cls(*(_read(each) for each in data["schedules"]), latest=data["latest"])

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """A run by hand is for the moment it is asked for."""
        return DataInterval.exact(run_after)

    def get_partition_mapper(self, *, name: str = "", uri: str = "") -> Any:
        """There are no partitions here."""
        raise NotImplementedError(f"{self.summary} has no partitions")

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The run after the last one, or the first."""
        now = datetime.now(timezone.utc)
        since = restriction.earliest or now
        if last_automated_data_interval is not None:
            since = max(since, last_automated_data_interval.end + timedelta(microseconds=1))
        if not restriction.catchup:
            since = max(since, (_last(self.schedules, now) if self.latest else None) or now)
        since = datetime.fromtimestamp(since.timestamp(), timezone.utc)  # no pendulum's, whose arithmetic is its own
        found = [instant for each in self.schedules if (instant := _first(each, since)) is not None]
        due = min((instant.astimezone(timezone.utc) for instant in found), default=None)
        if due is None or (restriction.latest is not None and due > restriction.latest):
            return None
        return DagRunInfo.exact(pendulum.instance(due))


class BackfillTimetable(ClockTimetable):
    """The instants at which partitions are over, for `airflow backfill create` to go over: none comes by itself."""

    @property
    def summary(self) -> str:
        """What the UI shows."""
        return f"backfills only: {super().summary}"

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """Only a backfill asks with catch-up: the DAG has none."""
        if not restriction.catchup:
            return None
        return super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval, restriction=restriction
        )


def _first(schedule: Clock | Period, since: datetime) -> datetime | None:
    """The first instant from `since` on."""
    return next((instant for span in _SPANS for instant in schedule.instants(since, since + span)), None)


def _last(schedules: tuple[Clock | Period, ...], until: datetime) -> datetime | None:
    """The last instant up to `until`."""
    for span in _SPANS:
        found = [instant for each in schedules for instant in each.instants(until - span, until)]
        if found:
            return max(instant.astimezone(timezone.utc) for instant in found)
    return None


def _told(schedule: Clock | Period) -> dict[str, Any]:
    if isinstance(schedule, Clock):
        return {"line": schedule.line, "zone": schedule.zone}
    return {"period": schedule.period.total_seconds(), "start": schedule.start.isoformat()}


def _read(told: dict[str, Any]) -> Clock | Period:
    if "line" in told:
        return Clock(told["line"], told["zone"])
    return Period(timedelta(seconds=told["period"]), datetime.fromisoformat(told["start"]))


class ClockTimetablePlugin(AirflowPlugin):
    """Makes the timetables known to Airflow."""

    name = "clock_timetable"
    timetables = [ClockTimetable, BackfillTimetable]  # noqa: RUF012 - as Airflow declares it
