"""Running flows from Python: `run`, `resume`, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from . import launch
from .engine import Engine, Event
from .errors import StateError, Unreachable
from .executor import DEFAULT
from .model import Flow
from .parts import normal
from .running import Run
from .values import decode


@dataclass(frozen=True)
class Result:
    """A run that has ended: `outcome` is succeeded, failed or cancelled; `outputs` what the flow returned."""

    id: str
    flow: str
    outcome: str
    outputs: Any
    error: str | None
    folder: Path

    @property
    def trace(self) -> list[str]:
        """The lines of the normal trace."""
        return normal(self.folder)


def run(
    flow: Flow,
    params: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
    trigger: str = "manual",
    partition: str | None = None,
    event: Any = None,
    root: Path | str = ".",
    flows: Iterable[Flow] = (),
    state: Path | None = None,
    jobs: int | None = None,
    listener: Callable[[Event], None] | None = None,
    sync: bool = True,
    executor: str = DEFAULT,
    store: str | None = None,
) -> Result:
    """Run a flow to its end; UsageError where it cannot start. `flows` are those that it runs itself.

    `partition` is one by its text, where the flow has partitions; `event` is what starts it, as JSON.
    """
    engine = _engine(flow, flows, root, state, jobs, listener, sync, executor, store)
    given = params or {}
    return _work(
        engine,
        lambda: launch.prepare(engine, flow, given, at=at, trigger=trigger, partition=partition, event=event),
    )


def resume(
    identity: str,
    flow: Flow,
    *,
    root: Path | str = ".",
    flows: Iterable[Flow] = (),
    state: Path | None = None,
    jobs: int | None = None,
    listener: Callable[[Event], None] | None = None,
    sync: bool = True,
    executor: str = DEFAULT,
    store: str | None = None,
) -> Result:
    """Go on with a run: what succeeded is kept, all else runs afresh; UsageError where there is no such run."""
    engine = _engine(flow, flows, root, state, jobs, listener, sync, executor, store)
    return _work(engine, lambda: launch.resume(engine, identity))


def _engine(
    flow: Flow,
    flows: Iterable[Flow],
    root: Path | str,
    state: Path | None,
    jobs: int | None,
    listener: Callable[[Event], None] | None,
    sync: bool,
    executor: str,
    store: str | None,
) -> Engine:
    known = {found.name: found for found in (*flows, flow)}
    return Engine(
        Path(root), flows=known, state=state, jobs=jobs, listener=listener, sync=sync, executor=executor, store=store
    )


def _work(engine: Engine, start: Callable[[], Run]) -> Result:
    found: Run | None = None
    try:
        found = start()
        engine.add(found)
        engine.work()
    except OSError as error:
        # What a task does wrong is its failure; what comes here befell the records.
        raise StateError(f"cannot keep the run's records under {engine.state}: {error}{_later(found)}") from error
    except Unreachable as error:
        raise Unreachable(f"{error}{_later(found)}") from error
    finally:
        engine.close()
    assert found.outcome is not None
    outputs = decode(found.outputs) if found.outputs is not None else None
    return Result(found.info.id, found.flow.name, found.outcome, outputs, found.error, found.folder)


def _later(run: Run | None) -> str:
    return f"; once that is mended, the run goes on with --resume {run.info.id}" if run else ""
