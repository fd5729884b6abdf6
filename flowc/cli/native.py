"""A program run in this process, by the native target's flows on the native runner."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

if TYPE_CHECKING:
    from flowc.cli.paths import State
    from flowc.ir.graph import Program
    from flowc.runtime.api import Result
    from flowc.runtime.engine import Listener
    from flowc.runtime.model import Flow
    from flowc.runtime.pieces import Wanted


@contextmanager
def heard(listener: Listener | None) -> Generator[Listener | None]:
    """A listener of runs that tells OpenTelemetry too, where the environment asks for that."""
    from flowc.telemetry import NotInstalled, telling

    try:
        with telling(listener) as both:
            yield both
    except NotInstalled as error:
        raise click.ClickException(str(error)) from error


@frozen
class Start:
    """What a run is started with; `texts` are params that are read by their types."""

    params: Mapping[str, Any] = {}
    texts: Mapping[str, str] = {}
    at: datetime | None = None
    partition: str | None = None
    event: Any = None


@frozen
class Workforce:
    """What runs the attempts of tasks: how many at once, the executor, and where that puts what is large."""

    jobs: int | None
    executor: str
    store: str | None

    @property
    def options(self) -> dict[str, Any]:
        """As the runner takes them."""
        return {"jobs": self.jobs, "executor": self.executor, "store": self.store}


def run_flow(
    program: Program,
    name: str,
    start: Start,
    *,
    resume: str | None,
    workforce: Workforce,
    listener: Listener | None,
    state: Path,
) -> Result:
    """Run a flow to its end, or go on with a run of it.

    Raises click.UsageError where it cannot start as it was asked for.
    """
    from flowc.runtime import api
    from flowc.runtime.errors import Unreachable, UsageError
    from flowc.runtime.params import from_texts

    flows = flows_of(program)
    flow = flows[name]
    root, others = Path(program.root), flows.values()
    try:
        if resume:
            return api.resume(
                resume, flow, root=root, flows=others, state=state, listener=listener, **workforce.options
            )
        return api.run(
            flow,
            {**start.params, **from_texts(flow, start.texts)},
            at=start.at,
            partition=start.partition,
            event=start.event,
            root=root,
            flows=others,
            state=state,
            listener=listener,
            **workforce.options,
        )
    except Unreachable as error:
        raise click.ClickException(str(error)) from error
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def backfill(
    program: Program,
    name: str,
    wanted: Wanted,
    *,
    params: Mapping[str, Any],
    texts: Mapping[str, str],
    workforce: Workforce,
    state: State,
) -> int:
    """Run a flow for each piece of a range; the exit code. Raises click.UsageError where it cannot be as asked for."""
    from flowc.runtime.backfill import run
    from flowc.runtime.errors import StateError, UsageError
    from flowc.runtime.params import from_texts

    flows = flows_of(program)
    try:
        given = {**params, **from_texts(flows[name], texts)}
        return run(
            flows[name],
            given,
            wanted,
            root=Path(program.root),
            others=flows.values(),
            state=state.folder,
            database=state.database,
            write=click.echo,
            **workforce.options,
        )
    except StateError as error:
        raise click.ClickException(str(error)) from error
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def flow_params(program: Program, name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Params as Python values, each text read by its param's type. Raises click.UsageError for one that is none."""
    from flowc.runtime.errors import UsageError
    from flowc.runtime.params import from_texts

    try:
        return dict(from_texts(flows_of(program)[name], texts))
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def flows_of(program: Program) -> dict[str, Flow]:
    """The flows that the native runner runs, by name."""
    # By its name, as the registry finds every target: the command line knows none of them.
    flows: dict[str, Flow] = import_module("flowc_targets.native.load").load(program)
    return flows
