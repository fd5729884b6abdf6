"""Assets that are older than they may be: looked at each second, told when they become late and when no more.

An asset is late once its last write is longer ago than its `freshness`. One that was never written is not: nobody knows
how old it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from flowc.runtime import written
from flowc.runtime.model import Flow
from flowc.runtime.texts import datetime_text, duration_text
from flowc.runtime.written import Write
from flowc.serve.keeper import Keeper

PERIOD = 1.0
"""Seconds between two looks."""


@frozen
class Known:
    """An asset as the server knows it: how old it may be, its last write, and whether that is too long ago."""

    name: str
    freshness: timedelta | None
    write: Write | None
    is_late: bool


class Freshness:
    """The assets of some flows, on the engine's thread. `tell` is called with a sentence."""

    def __init__(
        self, keeper: Keeper, flows: Sequence[Flow], now: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        self.keeper = keeper
        self.now = now
        self.tell = tell
        self._late: set[str] = set()
        self.turn(flows)

    def turn(self, flows: Sequence[Flow]) -> None:
        """Go by these flows from now on."""
        self.ages = {name: age for flow in flows for name, age in flow.freshness.items()}
        written = {name for flow in flows for task in flow.tasks for name in task.facts.writes}
        self.names = sorted({*self.ages, *written})

    def start(self) -> None:
        """Look now, and go on with it until the keeper is closed."""
        if not self.keeper.is_closed:
            self.look()
            self.keeper.engine.clock.after(PERIOD, self.start)

    def look(self) -> None:
        """Tell what has become late, and what is fresh again."""
        self._late &= self.ages.keys()
        for name in self.ages:
            one = self.known(name)
            if one.is_late and name not in self._late:
                self.tell(said(one))
            elif name in self._late and not one.is_late:
                self.tell(f"{name} is fresh again")
            (self._late.add if one.is_late else self._late.discard)(name)

    def known(self, name: str) -> Known:
        """What is known of an asset now."""
        age, write = self.ages.get(name), written.last(self.keeper.engine.state, name)
        return Known(name, age, write, age is not None and write is not None and self.now() - write.at > age)

    def late(self) -> list[str]:
        """A sentence for each asset that is late."""
        return [said(one) for one in map(self.known, sorted(self.ages)) if one.is_late]


def said(late: Known) -> str:
    """That an asset is late, and why."""
    assert late.write and late.freshness
    at = datetime_text(late.write.at.replace(microsecond=0))
    return f"{late.name} is late: it was written at {at}, and may be {duration_text(late.freshness)} old"
