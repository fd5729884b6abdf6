"""`flowc cache`: the values that tasks with `cache` have left for later runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from flowc.cli.ages import age, size_text
from flowc.cli.given import state_option
from flowc.cli.paths import state_folder
from flowc.cli.progress.live import duration
from flowc.cli.report import columns
from flowc.runtime.cache import Cache, Kept
from flowc.runtime.trace import show

SHOWN = 100
"""Signs of a value that stand in a line."""


@click.group("cache", invoke_without_command=True)
@click.option("--in", "place", default=".", metavar="PATH", help="A file or folder of the project [.].")
@state_option
@click.pass_context
def command(ctx: click.Context, place: str, state: str | None) -> int:
    """Look at the values that tasks with `cache` have left, task by task, or clear them."""
    ctx.obj = Cache(state_folder(Path(place), state) / "cache")
    if ctx.invoked_subcommand is not None:
        return 0
    by_task: dict[str, list[Kept]] = defaultdict(list)
    for each in ctx.obj.kept():
        by_task[_name(each)].append(each)
    if not by_task:
        click.echo(f"nothing is kept ({ctx.obj.folder})")
        return 0
    rows = [("task", "values", "size", "oldest", "newest")]
    rows += [(name, *_summary(found)) for name, found in sorted(by_task.items())]
    click.echo(columns(rows))
    return 0


@command.command("show")
@click.argument("name", metavar="FLOW[.TASK]")
@click.pass_obj
def show_(cache: Cache, name: str) -> int:
    """Show the values of a task, or of all tasks of a flow, the newest first."""
    found = sorted(_chosen(cache, name), key=lambda each: each.since, reverse=True)
    rows = [(_name(each), f"{each.since:%Y-%m-%d %H:%M:%S} UTC", _value(each)) for each in found]
    click.echo(columns(rows))
    return 0


@command.command()
@click.argument("name", metavar="[FLOW[.TASK]]", required=False)
@click.option("--older", metavar="DURATION", help="Only what is kept for longer: 30m, 12h, 7d.")
@click.pass_obj
def clear(cache: Cache, name: str | None, older: str | None) -> int:
    """Forget the values of a task, of a flow, or all: what takes them is run again."""
    least = age(older) if older else timedelta(0)
    now = datetime.now(UTC)
    found = [each for each in (_chosen(cache, name) if name else cache.kept()) if now - each.since >= least]
    for each in found:
        cache.drop(each)
    if not name and not older:
        cache.sweep()
    size = size_text(sum(each.size for each in found))
    click.echo(f"forgot {len(found)} {'value' if len(found) == 1 else 'values'}, {size}")
    return 0


def _chosen(cache: Cache, name: str) -> Sequence[Kept]:
    found = [each for each in cache.kept() if name in (each.flow, _name(each))]
    if not found:
        raise click.ClickException(f"nothing is kept of `{name}`; `flowc cache` lists what is")
    return found


def _name(each: Kept) -> str:
    return f"{each.flow}.{each.task}"


def _summary(found: Sequence[Kept]) -> tuple[str, str, str, str]:
    ages = sorted(each.since for each in found)
    return str(len(found)), size_text(sum(each.size for each in found)), _ago(ages[0]), _ago(ages[-1])


def _ago(since: datetime) -> str:
    return f"{duration((datetime.now(UTC) - since).total_seconds())} ago"


def _value(each: Kept) -> str:
    if each.value is None:
        return ""
    said = show(each.value)
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 3]}..."
