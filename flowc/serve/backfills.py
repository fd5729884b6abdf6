"""A backfill on the server: rows for a range, in one transaction, which the keeper works off some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from attrs import frozen

from flowc.runtime.backfill import Piece, Wanted, pieces
from flowc.runtime.errors import UsageError
from flowc.runtime.info import in_zone
from flowc.runtime.launch import bound
from flowc.runtime.model import Flow
from flowc.runtime.partitions import between
from flowc.runtime.reading import read_datetime
from flowc.runtime.register import Asked, at_key, new_id, partition_key
from flowc.runtime.texts import datetime_text
from flowc.runtime.triggers import Windows
from flowc.runtime.values import encode
from flowc.serve.due import merged
from flowc.serve.keeper import batch_of
from flowc.serve.server import Server

MOST = 10_000
"""Runs that one backfill may ask for."""


@frozen
class Queued:
    """A backfill that was queued: its runs, how many had succeeded before, how many are not over yet."""

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
) -> Queued:
    """Queue what of the range has not succeeded, all with `force`; UsageError where there is nothing to go over."""
    known = bound(flow, params)
    wanted = Wanted(_instant(flow, since), _instant(flow, until))
    try:
        _bounded(flow, wanted)
        found = pieces(flow, wanted, now=server.now())
    except OverflowError as error:
        raise UsageError(f"the range is outside of what a calendar holds: {error}") from error
    batch = batch_of(f"backfill {new_id()}", parallel or flow.backfill.limit)
    rows = [_row(flow, piece, batch, known, params) for piece in found.pieces]
    runs = server.loop.ask(lambda: _queue(server, rows, batch, force))
    return Queued(batch, runs, len(rows) - len(runs), found.early)


def _queue(server: Server, rows: Sequence[Asked], batch: str, force: bool) -> list[str]:
    register, keeper = server.register, server.keeper
    if force:
        standing = [_replaced(server, row) for row in rows]
    else:
        standing = register.ask(rows)
    left: list[Asked] = []
    for row in standing:
        if row.outcome == "succeeded" or keeper.has(row.id):
            continue
        if row.batch != batch or row.outcome is not None:
            register.reopen(row.id, batch=batch)
        left.append(row)
    keeper.put(register_row for row in left if (register_row := register.of_run(row.id)))
    return [row.id for row in left]


def _replaced(server: Server, row: Asked) -> Asked:
    """A new run for the key, unless one is going on for it."""
    standing = server.register.find(row.flow, row.key)
    if standing and server.keeper.has(standing.id):
        return standing
    return server.register.replace(row)


def _bounded(flow: Flow, wanted: Wanted) -> None:
    """UsageError for a range that would take long only to write down."""
    first = wanted.since or datetime.min.replace(year=2, tzinfo=UTC)
    last = wanted.until or datetime.now(UTC)
    if isinstance(flow.partition, Windows):
        found = between(flow.partition, first, last)
    elif wanted.since and flow.schedules:
        found = merged(flow.schedules, first, last)
    else:
        return
    if sum(1 for _ in islice(found, MOST + 1)) > MOST:
        raise UsageError(f"these are more than {MOST} runs: choose a shorter range")


def _row(flow: Flow, piece: Piece, batch: str, known: Mapping[str, Any], params: Mapping[str, Any]) -> Asked:
    at = piece.at or datetime.now(UTC)
    key = at_key(at, known) if piece.at else partition_key(piece.name, known)
    partition = None if piece.partition is None else encode(piece.partition)
    moment = datetime_text(at.astimezone(UTC))
    return Asked(flow.name, key, new_id(), moment, "backfill", encode(dict(params)), partition, batch=batch)


def _instant(flow: Flow, said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        return in_zone(read_datetime(said), flow.zone)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{said!r} is no date or instant") from error
