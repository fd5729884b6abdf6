"""How things start: the record of a run, and the job of an attempt."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .actions import (
    Call,
    OfPart,
    Pretend,
    RunFlow,
    WaitApproval,
    WaitAsset,
    WaitFile,
    WaitTime,
    WaitUntil,
    words,
)
from .admission import Dropped
from .attempts import Result, Skip, Success
from .board import Cell
from .dispatch import Job
from .environment import held
from .errors import TaskFailure, UsageError, failure
from .executor import Turn, Work
from .files import is_remote
from .journal import Record
from .model import Flow, Task
from .outline import keep
from .partitions import text as partition_text
from .parts import heard, run_of
from .requests import WORKER_KINDS, look, request
from .texts import datetime_text
from .turns import AskTurn, ChildTurn, WaitTurn
from .types import of
from .values import carried
from .view import Settings, View
from .wait import approval_look, asset_look, file_look, time_look
from .written import Write, note

if TYPE_CHECKING:
    from .running import Run


def record(run: Run) -> Record:
    """The first record of a run, or of its going on."""
    runner = {"runner": run.engine.mark, "pid": os.getpid(), "by": _who()}
    source = {"source": run.flow.source, "digest": run.flow.digest, "outline": keep(run.engine.state, run.plan)}
    if run.kept:
        return {"event": "resume", "run": run.info.id, **source, **runner}
    types = {param.name: of(param.type) for param in run.flow.params}
    return {
        "event": "run",
        "run": run.info.id,
        "flow": run.flow.name,
        **({"known_as": run.flow.id} if run.flow.renamed_from else {}),
        "params": {name: carried(value, types[name]) for name, value in run.params.items()},
        "at": datetime_text(run.info.at),
        "trigger": run.info.trigger,
        **_works_on(run),
        "parent": run.parent.info.id if run.parent else None,
        **source,
        **runner,
    }


@cache
def _who() -> str:
    """The user of this process, and the machine: `ana@db1`."""
    from getpass import getuser
    from socket import gethostname

    try:
        user = getuser()
    except (KeyError, OSError):  # nobody has this number here
        user = str(os.getuid())
    return f"{user}@{gethostname()}"


def _works_on(run: Run) -> Record:
    """What the run works on, where that is said: its partition, its event."""
    found: Record = {}
    if run.info.partition is not None:
        found["partition"] = partition_text(run.info.partition)
    if run.flow.event is not None:
        found["cause"] = carried(run.info.event, of(run.flow.event))
    return found


def secret_values(flow: Flow) -> tuple[str, ...]:
    """The values of the flow's secrets, as far as they are set."""
    return tuple(value for name in flow.secrets if (value := os.environ.get(name)))


def note_writes(run: Run, cell: Cell) -> None:
    """A task has succeeded: the assets that it writes are written."""
    facts = cell.subject.task.facts
    for asset in facts.writes:
        own = run.info.partition if asset in facts.partitions else None
        partition = None if own is None else partition_text(own)
        note(run.engine.state, asset, Write(datetime.now(timezone.utc), run.info.id, cell.name, partition))


def submit(run: Run, cell: Cell) -> None:
    """Let an attempt of a task wait for its turn."""
    task = cell.subject.task
    try:
        slots = _slots(run, cell, task)
    except Exception as error:
        run.started_attempt(cell)
        run.ended(cell, failure(error))
        return
    run.engine.dispatcher.submit(Job(run, cell, _start, isinstance(task.action, WORKER_KINDS), slots))


def _slots(run: Run, cell: Cell, task: Task) -> tuple[tuple[str, int, int], ...]:
    slots: list[tuple[str, int, int]] = []
    if task.pool:
        slots.append((task.pool.pool, run.flow.pools[task.pool.pool], task.pool.count))
    if task.lock:
        slots.append((f"lock {task.lock(run.view(cell))}", 1, 1))
    return tuple(slots)


def _start(job: Job) -> Turn | None:
    run, cell = job.run, job.cell
    run.started_attempt(cell)
    try:
        return _turn(job, cell.subject.task)
    except Exception as error:
        run.engine.dispatcher.finish(job, failure(error))
        return None


def _turn(job: Job, task: Task) -> Turn | None:
    run, cell, engine = job.run, job.cell, job.run.engine
    v = run.view(cell)
    action = task.action
    if isinstance(action, WaitUntil) or (isinstance(action, WaitFile) and is_remote(words(action.path, v))):
        asked = look(action, v)
        asked["secrets"] = _secrets_in(asked, run.flow)
        return AskTurn(engine, job, lambda told: _work(job, asked, told), action.poll.total_seconds())
    if isinstance(action, WaitFile):
        return WaitTurn(engine, job, file_look(action, v, engine.root), action.poll.total_seconds())
    if isinstance(action, WaitTime):
        return WaitTurn(engine, job, time_look(action, v, run.flow.zone), action.poll.total_seconds())
    if isinstance(action, WaitAsset):
        return WaitTurn(engine, job, asset_look(action, run), action.poll.total_seconds())
    if isinstance(action, WaitApproval):
        return WaitTurn(engine, job, approval_look(action, v, run, cell), action.poll.total_seconds())
    if isinstance(action, RunFlow):
        return _child(job, action, action.arguments(v))
    if isinstance(action, Pretend):
        engine.dispatcher.finish(job, action.result(cell.index))
        return None
    if isinstance(action, OfPart):
        engine.dispatcher.finish(job, heard(run, cell, action))
        return None
    out = f".flowc/out/{run.info.id}/{cell.name}"
    asked = request(task, v, out)
    if task.cache and _is_cached(job, task, asked, v):
        return None
    asked["secrets"] = _secrets_in(asked, run.flow)
    timeout = task.timeout.total_seconds() if task.timeout is not None else None
    return engine.executor.start(_work(job, asked, partial(engine.dispatcher.finish, job), timeout))


def _work(job: Job, asked: dict[str, Any], over: Callable[[Result], None], timeout: float | None = None) -> Work:
    run, cell = job.run, job.cell
    log = run.output_file(f"{cell.name}.{cell.attempts}.log")
    priority = cell.subject.task.priority
    return Work(run.flow.name, run.info.id, cell.name, cell.attempts, asked, log, over, timeout, priority)


def _secrets_in(asked: dict[str, Any], flow: Flow) -> dict[str, str]:
    """The secrets that a task is given by its environment, its request or a connection, by name."""
    if not flow.secrets:
        return {}
    handed = [*asked.get("args", ()), *asked.get("named", {}).values()]
    given = [asked["env"], asked.get("connection"), asked.get("http"), *(x for x in handed if isinstance(x, Settings))]
    named = {name: os.environ.get(name, "") for name in flow.secrets}
    return {name: value for name, value in named.items() if held(given, {name: value})}


def _is_cached(job: Job, task: Task, asked: dict[str, Any], v: View) -> bool:
    """End the attempt with a recorded value, if there is one; else see to it that this one is recorded."""
    assert task.cache
    arguments = [asked[name] for name in sorted(asked) if name not in ("env", "out")]
    parts = task.cache.key(v) if task.cache.key else arguments
    from .cache import Cache
    from .keeping import key_of

    key = key_of(f"{job.run.flow.id}\0{task.name}", task.output, parts)
    cache = Cache(job.run.engine.state / "cache")
    found = cache.take(key, task.cache.keep)
    if found:
        job.run.engine.dispatcher.finish(job, Success(found[0]))
        return True

    def keep(result: Result) -> None:
        if isinstance(result, Success):
            cache.put(key, result.value, flow=job.run.flow.name, task=task.name)

    job.after = keep
    return False


def block_part(run: Run, cell: Cell) -> None:
    """A part will not run, since the run was stopped before: then none of its tasks does."""
    action = cell.subject.task.action
    assert isinstance(action, RunFlow)
    child = _prepared(run, action, action.arguments(run.view(cell)))
    run.began_child(child, is_part=True)
    run.engine.add(child)
    child.cancel()


def _prepared(run: Run, action: RunFlow, arguments: Call) -> Run:
    """The run of another flow; that of a part where it stood, if it was begun before."""
    from .launch import prepare, resume

    other = run.flows[action.flow]
    given: dict[str, Any] = dict(zip((param.name for param in other.params), arguments.args))  # noqa: B905
    given |= arguments.named
    identity = run_of(run, action.flow) if action.is_part else None
    if identity and (run.engine.state / "runs" / identity / "journal").exists():
        return resume(run.engine, identity, parent=run)
    return prepare(run.engine, other, given, at=run.info.at, identity=identity, parent=run)


def _child(job: Job, action: RunFlow, arguments: Call) -> Turn | None:
    engine = job.run.engine
    try:
        child = _prepared(job.run, action, arguments)
    except Dropped as dropped:
        engine.dispatcher.finish(job, Skip(str(dropped)))
        return None
    except UsageError as error:
        raise TaskFailure(str(error)) from None
    turn = ChildTurn(engine, job, child)
    job.run.began_child(child, is_part=action.is_part)
    engine.add(child)
    return turn
