"""Looks again and again at the clock, and asks for the runs that are due: rows and cursor in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flowc.runtime.due import due, following
from flowc.runtime.errors import StateError, UsageError
from flowc.runtime.launch import bound
from flowc.runtime.model import Flow
from flowc.runtime.reading import read_datetime
from flowc.runtime.register import Asked, at_key, new_id
from flowc.runtime.texts import datetime_text
from flowc.serve.keeper import Keeper

PERIOD = 0.25
"""Seconds between two looks."""


def utc_now() -> datetime:
    """What the machine's clock shows."""
    return datetime.now(UTC)


class Ticker:
    """The schedules of some flows, on the engine's thread."""

    def __init__(self, keeper: Keeper, flows: Sequence[Flow], now: Callable[[], datetime] = utc_now) -> None:
        self.keeper = keeper
        self.flows = _scheduled(flows)
        self.now = now
        self._quiet: dict[str, tuple[datetime, datetime | None]] = {}

    def start(self) -> None:
        """Look now, and go on with it until the keeper is closed."""
        if not self.keeper.is_closed:
            self.look()
            self.keeper.engine.clock.after(PERIOD, self.start)

    def look(self) -> None:
        """Ask for all that is due."""
        now = self.now()
        for flow in self.flows:
            since, until = self._quiet.get(flow.name, (None, None))
            if since is None or not (since <= now and (until is None or now < until)):
                self._look_at(flow, now)

    def turn(self, flows: Sequence[Flow]) -> None:
        """Go by other flows. What was due by a schedule until now is asked for; one that is new counts from now."""
        now = self.now()
        schedules = {flow.name: flow.schedules for flow in flows}
        for flow in self.flows:
            if schedules.get(flow.name) != flow.schedules:
                self._look_at(flow, now)
        self.flows = _scheduled(flows)
        self._quiet.clear()

    def upcoming(self, flow: Flow) -> datetime | None:
        """When a flow is due next."""
        return following(flow.schedules, self.now()) if flow.schedules else None

    def _look_at(self, flow: Flow, now: datetime) -> None:
        name = f"schedule {flow.id}"
        said = self.keeper.register.cursor(name)
        found = due(flow.schedules, read_datetime(said) if said else None, now)
        rows = self._rows(flow, found.instants, now)
        standing = self.keeper.register.ask(rows, cursor=(name, datetime_text(found.seen)))
        self.keeper.put(row for row, wanted in zip(standing, rows, strict=True) if row.id == wanted.id)
        self._quiet[flow.name] = (found.seen, following(flow.schedules, found.seen))

    def _rows(self, flow: Flow, instants: Sequence[datetime], now: datetime) -> list[Asked]:
        try:
            params = bound(flow, {})
        except StateError:
            raise
        except UsageError as error:
            if instants:
                self.keeper.problems.add(f"schedule {flow.name}", f"{flow.name} cannot run by its schedule: {error}")
            return []
        self.keeper.problems.over(f"schedule {flow.name}")
        return [Asked(flow.name, at_key(at, params), new_id(now), datetime_text(at), "schedule") for at in instants]


def _scheduled(flows: Sequence[Flow]) -> list[Flow]:
    return [flow for flow in flows if flow.schedules]
