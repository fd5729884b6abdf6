"""When a flow is due on an engine, as the engine itself says of the project that is built for it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from flowc.ir.graph import Program


class Scheduling(Protocol):
    """What the room `verify` of a target brings for it."""

    def due(
        self, program: Program, asked: Mapping[str, tuple[datetime, datetime]], *, python: Path, home: Path
    ) -> dict[str, list[datetime]]:
        """The instants of flows from one instant to another, both in."""
        ...


def due(engine: str, program: Program, flow: str, since: datetime, until: datetime, *, python: Path) -> list[datetime]:
    """The instants from `since` to `until`, both in, by the engine whose Python that is; in UTC."""
    from flowc.target.registry import package_of

    room = cast(Scheduling, import_module(f"{package_of(engine)}.verify"))
    with tempfile.TemporaryDirectory(prefix="flowc-schedule-") as home:
        return room.due(program, {flow: (since, until)}, python=python, home=Path(home))[flow]
