"""Starting and resuming runs: from a flow and what was asked for to a run on the engine."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import processes
from .admission import CANCEL, Admission
from .board import Cell
from .engine import Engine
from .errors import UsageError
from .info import info_of, instant_of
from .journal import read
from .kept import Kept, state
from .model import Flow
from .params import bind
from .plan import Plan, Subject
from .pools import Held
from .reading import in_zone, read_datetime
from .register import new_id
from .running import Run
from .texts import datetime_text
from .values import decode
from .view import RunInfo, View


class Busy(UsageError):
    """Another process works on that run."""


def bound(flow: Flow, given: Mapping[str, Any]) -> dict[str, Any]:
    """The params that a run of the flow would have; UsageError names all that are bad, missing or unknown."""
    moment = in_zone(datetime.now(timezone.utc), flow.zone)
    return bind(flow, given, _bare_view(flow, RunInfo("", flow.name, moment, moment.date())))


def prepare(
    engine: Engine,
    flow: Flow,
    given: Mapping[str, Any],
    *,
    at: datetime | None = None,
    trigger: str = "manual",
    partition: str | None = None,
    event: Any = None,
    identity: str | None = None,
    parent: Run | None = None,
) -> Run:
    """A new run, its params checked; UsageError where it cannot start.

    `partition` is one by its text; else it is the last that is over at the run's instant. `event` is JSON.
    """
    now = datetime.now(timezone.utc)
    identity = identity or new_id(now)
    if at is None and partition is not None:
        at = instant_of(flow, partition)
    moment = in_zone(at or now, flow.zone)
    info = info_of(flow, identity, moment, "run" if parent else trigger, partition, event)
    params = bind(flow, given, _bare_view(flow, info))
    admission, slot = _admitted(engine, flow, info)
    folder = engine.state / "runs" / identity
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise Busy(f"run {identity} is still going on") from None
    lock = claim(folder)
    assert lock is not None
    run = Run(engine, flow, params=params, info=info, folder=folder, lock=lock, parent=parent)
    run.admission, run.slot = admission, slot
    return run


def resume(engine: Engine, identity: str, *, parent: Run | None = None) -> Run:
    """A run that goes on where it ended or was cut short; UsageError where there is none to resume."""
    folder = engine.state / "runs" / identity
    if not (folder / "journal").exists():
        raise UsageError(f"there is no run {identity} under {engine.state}")
    lock = claim(folder)
    if lock is None:
        raise Busy(f"run {identity} is still going on")
    try:
        return _resume(engine, identity, folder, lock, parent)
    except BaseException:
        os.close(lock)
        raise


def _resume(engine: Engine, identity: str, folder: Path, lock: int, parent: Run | None) -> Run:
    records = list(read(folder / "journal"))
    if not records:
        raise UsageError(f"run {identity} was cut short before its first record: start it afresh")
    found = state(records)
    flow = flow_of(parent.flows if parent else engine.flows, found)
    if flow is None:
        raise UsageError(f"run {identity} is one of {found['flow']}, which is not here")
    # Where this engine worked on it last, what it started may be at work on other runs.
    if found["runner"] != engine.mark and (left := processes.left_over(found["runner"])):
        processes.stop(*left, grace=0)
    (folder / CANCEL).unlink(missing_ok=True)
    moment = read_datetime(found["at"])
    event = decode(json.dumps(found.get("cause")))
    info = info_of(flow, identity, moment, found["trigger"], found.get("partition"), event, is_read=True)
    params = bind(flow, decode(json.dumps(found["params"])), _bare_view(flow, info))
    admission, slot = _admitted(engine, flow, info)
    run = Run(engine, flow, params=params, info=info, folder=folder, lock=lock, parent=parent, kept=Kept(records))
    run.admission, run.slot = admission, slot
    return run


def flow_of(flows: Mapping[str, Flow], record: Mapping[str, Any]) -> Flow | None:
    """The flow of which a run's first record tells, also where that has another name since; None where it is gone."""
    kept = record.get("known_as", record["flow"])
    return next((flow for flow in flows.values() if flow.id == kept), None)


def _admitted(engine: Engine, flow: Flow, info: RunInfo) -> tuple[Admission | None, Held | None]:
    """Where a flow bounds its runs: the wish to be let in, and the slot if there is one at once."""
    if not flow.max_runs:
        return None, None
    admission = Admission(engine.state, flow, info.id, datetime_text(utc(info.at)), trigger=info.trigger)
    return admission, admission.enter()


def is_busy(engine: Engine, identity: str) -> bool:
    """Whether a process works on the run."""
    folder = engine.state / "runs" / identity
    if not folder.exists():
        return False
    lock = claim(folder)
    if lock is not None:
        os.close(lock)
    return lock is None


def claim(folder: Path) -> int | None:
    """Lock a run's folder for as long as this process works on it; None if another does."""
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def utc(moment: datetime) -> datetime:
    """The same instant in UTC."""
    return moment.astimezone(timezone.utc)


def _bare_view(flow: Flow, info: RunInfo) -> View:
    """What a param's default may see: earlier params and the run."""
    from .actions import Fail
    from .model import Task

    cell = Cell(Subject("task", Task("params", Fail("")), (), None, ()), (), None)
    return View({}, info, Plan(flow), None, cell)
