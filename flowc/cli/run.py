"""`flowc run`: a flow here and now, on the native runner."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowc.cli import report
from flowc.cli.compiling import to_be_run
from flowc.cli.given import Instant, Json, executor_options, params_from, params_given, state_option
from flowc.cli.paths import state_of
from flowc.cli.progress.state import Event, Progress, waits_of

if TYPE_CHECKING:
    from flowc.runtime.api import Result

Listener = Callable[[Event], None]


@click.command("run")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="Which flow, if the file has several.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A param, read by its type.")
@click.option("--params-file", type=click.Path(path_type=Path), metavar="FILE", help="Params as JSON or TOML.")
@click.option("--at", type=Instant(), help="The instant that the run stands for; else now.")
@click.option("--partition", metavar="START", help="The partition to work on; else the last that is over.")
@click.option("--event", type=Json(), metavar="JSON", help="The event that starts the run.")
@click.option("--profile", metavar="P", help="Run with the settings of this profile.")
@click.option("--resume", metavar="ID", help="Go on with a run: what succeeded is kept.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Tasks at once; else one for each core.")
@executor_options
@state_option
@click.option("--trace", is_flag=True, help="Print the run's normal trace alone.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's events, one JSON object a line.")
@click.option("--quiet", is_flag=True, help="Print nothing unless the run fails.")
def command(
    path: str,
    flow: str | None,
    params: Sequence[str],
    params_file: Path | None,
    at: datetime | None,
    partition: str | None,
    event: Any,
    profile: str | None,
    resume: str | None,
    jobs: int | None,
    executor: str,
    store: str | None,
    state: str | None,
    trace: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run a flow here and now.

    FILE is a .flow file. Its state, logs and trace are kept under .flowc beside it, or beside flow.toml; `flowc runs`
    lists what ran. Pools, locks and `max_runs` hold over all that has the same state.
    """
    if trace + as_json + quiet > 1:
        raise click.UsageError("--trace, --json and --quiet exclude each other.")
    if resume and (params or params_file or at or partition or event is not None):
        raise click.UsageError("--resume goes on with what the run began with: its params, instant, partition, event.")
    texts, values = params_given(params), params_from(params_file)
    program, name = to_be_run(path, profile=profile, flow=flow)
    from flowc.cli.native import Start, Workforce, heard, run_flow

    progress = Progress(waits_of(program.graph(name)))
    shown = _shown(progress, trace=trace, as_json=as_json, quiet=quiet)
    began = time.monotonic()
    with shown as shows, heard(shows) as listener:
        start = Start(values, texts, at, partition, event)
        result = run_flow(
            program,
            name,
            start,
            resume=resume,
            workforce=Workforce(jobs, executor, store),
            listener=listener,
            state=state_of(state, Path(program.root)).folder,
        )
    if trace:
        click.echo("\n".join(result.trace))
    elif not as_json and not (quiet and result.outcome == "succeeded"):
        _tell_end(progress, result, time.monotonic() - began)
    return int(result.outcome != "succeeded")


def _shown(progress: Progress, *, trace: bool, as_json: bool, quiet: bool) -> AbstractContextManager[Listener]:
    """Who listens to the run: for programs, for nobody, for a terminal, for a pipe."""
    if as_json:
        return nullcontext(_print_event)
    if trace or quiet:
        return nullcontext(lambda event: _follow(progress, event))
    if sys.stdout.isatty() and report.wants_colour(sys.stdout):
        from flowc.cli.progress.live import LiveView

        return LiveView(progress, sys.stdout)
    return nullcontext(lambda event: _print_line(progress, event))


def _print_event(event: Event) -> None:
    sys.stdout.write(json.dumps(dict(event), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _follow(progress: Progress, event: Event) -> None:
    progress.take(event, time.monotonic())


def _print_line(progress: Progress, event: Event) -> None:
    from flowc.cli.progress.lines import line

    now = time.monotonic()
    progress.take(event, now)
    said = line(event, progress, now)
    if said is not None:
        sys.stdout.write(said + "\n")
        sys.stdout.flush()


def _tell_end(progress: Progress, result: Result, seconds: float) -> None:
    from flowc.cli.progress.end import summary

    text = summary(
        progress,
        result.flow,
        outcome=result.outcome,
        error=result.error,
        outputs=_outputs(result.outputs),
        seconds=seconds,
        logs=result.folder / "logs",
    )
    (sys.stdout if result.outcome == "succeeded" else sys.stderr).write(text)


def _outputs(value: Any) -> str | None:
    from flowc.runtime.texts import text

    return None if value is None else text(value)
