"""A backfill on the server: rows for a range, in one transaction, which the keeper works off some at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from flowc.runtime.backfill import at_once, check, row_of, taken
from flowc.runtime.errors import UsageError
from flowc.runtime.launch import bound
from flowc.runtime.model import Flow
from flowc.runtime.pieces import Wanted, pieces
from flowc.runtime.reading import in_zone, read_datetime, read_last
from flowc.runtime.register import Asked, new_id
from flowc.serve.keeper import batch_of
from flowc.serve.server import Server

MOST = 10_000
"""Runs that one backfill may ask for."""


@frozen
class Queued:
    """A backfill that was queued: its runs; how many had succeeded before or are in hand; how many are not over yet."""

    batch: str
    runs: Sequence[str]
    kept: int
    early: int


def backfill(
    server: Server,
    flow: Flow,
    *,
    since: str | None,
    until: str | None,
    params: Mapping[str, Any],
    parallel: int | None,
    force: bool,
    event: Any = None,
) -> Queued:
    """Queue what of the range has not succeeded, all with `force`; UsageError where there is nothing to go over."""
    known = bound(flow, params)
    wanted = Wanted(_instant(flow, since, read_datetime), _instant(flow, until, read_last), event=event)
    found = pieces(flow, wanted, now=server.now(), most=MOST)
    check(flow, wanted, found.pieces)
    batch = batch_of(f"backfill {new_id()}", at_once(flow, parallel))
    rows = [row_of(flow, piece, known, params, batch, event) for piece in found.pieces]
    runs = server.loop.ask(lambda: _queue(server, rows, batch, force))
    return Queued(batch, runs, len(rows) - len(runs), found.early)


def _queue(server: Server, rows: Sequence[Asked], batch: str, force: bool) -> list[str]:
    register, keeper = server.register, server.keeper
    if force:
        standing = [_replaced(server, row) for row in rows]
    else:
        standing = register.ask(rows)
    left = [taken(register, row, batch) for row in standing if row.outcome != "succeeded" and not keeper.has(row.id)]
    keeper.put(left)
    return [row.id for row in left]


def _replaced(server: Server, row: Asked) -> Asked:
    """A new run for the key, unless one is going on for it."""
    standing = server.register.find(row.flow, row.key)
    if standing and server.keeper.has(standing.id):
        return standing
    return server.register.replace(row)


def _instant(flow: Flow, said: str | None, read: Callable[[str], datetime]) -> datetime | None:
    if said is None:
        return None
    try:
        return in_zone(read(said), flow.zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{said!r} is no date or instant") from error
