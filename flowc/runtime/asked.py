"""From a row of the register to a run on the engine: begun under the id that the row has, or gone on with."""

from __future__ import annotations

import json
import os
from pathlib import Path

from . import launch
from .engine import Engine
from .journal import read
from .reading import read_datetime
from .register import Asked
from .running import Run
from .values import decode


def begin(engine: Engine, row: Asked) -> Run:
    """A run that is begun, or gone on with where it was before; UsageError where it cannot be, or another has it."""
    folder = engine.state / "runs" / row.id
    if has_records(folder):
        return launch.resume(engine, row.id)
    _clear(folder, row.id)
    return launch.prepare(
        engine,
        engine.flows[row.flow],
        decode(row.params),
        at=read_datetime(row.at),
        trigger=row.trigger,
        partition=None if row.partition is None else json.loads(row.partition),
        event=None if row.event is None else decode(row.event),
        identity=row.id,
    )


def has_records(folder: Path) -> bool:
    """Whether a run has begun: there is something to go on with."""
    journal = folder / "journal"
    return journal.exists() and any(True for _ in read(journal))


def _clear(folder: Path, identity: str) -> None:
    """Take away what a start left that was cut short before the journal's first record: nothing has run."""
    if not folder.exists():
        return
    lock = launch.claim(folder)
    if lock is None:
        raise launch.Busy(f"run {identity} is still going on")
    try:
        for name in ("journal", "lock"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    finally:
        os.close(lock)
