"""What a run knows of itself: its instant on the flow's clocks, its partition, the event that started it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from .conforming import Mismatch
from .errors import UsageError
from .model import Flow
from .reading import from_json
from .texts import datetime_text
from .triggers import Keys, Windows
from .types import OptionalOf, Record, of
from .values import conform
from .view import RunInfo


def info_of(
    flow: Flow,
    identity: str,
    moment: datetime,
    trigger: str,
    partition: str | None,
    event: Any,
    *,
    is_read: bool = False,
) -> RunInfo:
    """What the run knows of itself; UsageError where its partition or its event is not one of the flow's.

    The event is JSON, as people and other services say it, or, where it `is_read`, a value as the run had it before.
    """
    info = RunInfo(identity, flow.name, moment, moment.date(), trigger)
    info.partition = _partition(flow, partition, moment)
    if flow.event is None and not flow.events and event is not None:
        raise UsageError(f"no event starts {flow.name}")
    if flow.event is not None:
        info.event = _event(flow.event, event, flow.name, is_read=is_read)
    elif event is not None:  # it is not read, but kept
        _event("any", event, flow.name, is_read=is_read)
    return info


def _partition(flow: Flow, said: str | None, moment: datetime) -> date | datetime | str | None:
    found = flow.partition
    if found is None:
        if said is not None:
            raise UsageError(f"{flow.name} has no partitions")
        return None
    from .partitions import is_one, last_complete, read

    if said is not None:
        return read(found, said)
    if isinstance(found, Keys):
        raise UsageError(f"a run of {flow.name} works on a partition: say which of {', '.join(found.keys)}")
    last = last_complete(found, moment)
    if not is_one(found, last):
        raise UsageError(f"the last partition that is over at {datetime_text(moment)} is none of {flow.name}'s: {last}")
    return last


def instant_of(flow: Flow, partition: str) -> datetime | None:
    """The instant that a run on a partition is for; None where the partitions have names."""
    if not isinstance(flow.partition, Windows):
        return None
    from .partitions import due, read

    start = read(flow.partition, partition)
    assert not isinstance(start, str)
    return due(flow.partition, start, flow.schedules)


def _event(type_: str, said: Any, flow: str, *, is_read: bool) -> Any:
    """An event with all the fields that its type has: one that this trigger lacks is null."""
    wanted = of(type_)
    if said is None and not isinstance(wanted, OptionalOf):
        raise UsageError(f"an event starts {flow}: give one, as JSON; its type is {type_}")
    if isinstance(wanted, Record) and isinstance(said, dict):
        said = {**dict.fromkeys(name for name, _ in wanted.fields), **cast("dict[str, Any]", said)}
    try:
        return conform(said if is_read else from_json(said, wanted), wanted)
    except (ValueError, Mismatch) as error:
        raise UsageError(f"the event is not a {type_}: {error}") from None
