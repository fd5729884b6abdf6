"""`flowc backfill`: a run for each partition or instant of a range, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from flowc.cli.compiling import to_be_run
from flowc.cli.given import Instant, Json, LastInstant, executor_options, params_from, params_given, state_option
from flowc.cli.paths import state_of


@click.command("backfill")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="Which flow, if the file has several.")
@click.option("--from", "since", type=Instant(), metavar="INSTANT", help="From when on; else from the first partition.")
@click.option("--to", "until", type=LastInstant(), metavar="INSTANT", help="Until when, a day whole; else until now.")
@click.option("--partition", "names", multiple=True, metavar="START", help="This partition alone; may be repeated.")
@click.option("--parallel", type=click.IntRange(min=1), metavar="N", help="Runs at once; else as the flow says.")
@click.option("--force", is_flag=True, help="Run again what succeeded, too.")
@click.option("--dry-run", is_flag=True, help="Say what would be run, and run nothing.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A param, read by its type.")
@click.option("--params-file", type=click.Path(path_type=Path), metavar="FILE", help="Params as JSON or TOML.")
@click.option("--event", type=Json(), metavar="JSON", help="The event that each run is told has started it.")
@click.option("--profile", metavar="P", help="Run with the settings of this profile.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Tasks at once; else one for each core.")
@executor_options
@state_option
def command(
    path: str,
    flow: str | None,
    since: datetime | None,
    until: datetime | None,
    names: Sequence[str],
    parallel: int | None,
    force: bool,
    dry_run: bool,
    params: Sequence[str],
    params_file: Path | None,
    event: Any,
    profile: str | None,
    jobs: int | None,
    executor: str,
    store: str | None,
    state: str | None,
) -> int:
    """Run a flow for past partitions, or instants of its schedule, each once.

    Asked for again, it goes on with those that did not succeed. An INSTANT is a date or a time as
    2024-03-31T06:00+02:00; without a zone it is one of the flow's own clocks.
    """
    if names and (since or until):
        raise click.UsageError("--partition names what is run: --from and --to don't go with it.")
    texts, values = params_given(params), params_from(params_file)
    program, name = to_be_run(path, profile=profile, flow=flow)
    from flowc.cli.native import Workforce, backfill
    from flowc.runtime.pieces import Wanted

    wanted = Wanted(since, until, names, parallel, force, dry_run, event)
    kept = state_of(state, Path(program.root))
    workforce = Workforce(jobs, executor, store)
    return backfill(program, name, wanted, params=values, texts=texts, workforce=workforce, state=kept)
