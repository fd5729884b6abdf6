"""`flowc schedule`: the instants at which a flow is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from flowc.cli import report
from flowc.cli.choosing import flow_named, only, target_named
from flowc.cli.compiling import compile_one
from flowc.cli.given import Instant
from flowc.diagnostics.codes import Severity

if TYPE_CHECKING:
    from flowc.ir.graph import Graph, Program
    from flowc.runtime.triggers import Cron, Every

_AHEAD = timedelta(days=7)
_LEAST = timedelta(microseconds=1)


@click.command("schedule")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="Which flow, if the file has several.")
@click.option("--from", "since", type=Instant(), metavar="INSTANT", help="From when on; else from now.")
@click.option("--to", "until", type=Instant(), metavar="INSTANT", help="Until when, left out itself; else for a week.")
@click.option("--profile", metavar="P", help="With the settings of this profile.")
@click.option("--engine", metavar="T", help="Ask the engine of this target, of the project that is built for it.")
def command(
    path: str, flow: str | None, since: datetime | None, until: datetime | None, profile: str | None, engine: str | None
) -> int:
    """Say when a flow is due.

    A line for each firing: its instant, and its window: the partition that its run works on, else from the firing
    before. An INSTANT is a date or a time as 2024-03-31T06:00+02:00; without a zone it is one of the schedule's own
    clocks.
    """
    compilation = compile_one(path, profile=profile, flow=flow)
    if compilation.program is None:
        return report.exit_code(compilation.diagnostics)
    scheduled = [graph.name for graph in compilation.program.graphs if _schedules(graph)]
    names = [name for name in compilation.mains if name in scheduled]
    name = names[0] if flow is None and len(names) == 1 else flow_named(compilation.mains, flow)
    from flowc.runtime.schedule import planned

    graph = compilation.program.graph(name)
    schedules = _schedules(graph)
    if not schedules:
        raise click.ClickException(f"`{name}` has no schedule: it runs when it is asked to.")
    try:
        first = _aware(since, graph.zone) if since is not None else datetime.now().astimezone()
        end = _aware(until, graph.zone) if until is not None else first + _AHEAD
        if end <= first:
            raise click.UsageError("--to is not after --from.")
        firings = planned(schedules, first, end - _LEAST)
        if engine is None:
            for firing in firings:
                click.echo(_line(graph, firing.at, firing.after))
            return 0
        known = {firing.at.astimezone(UTC): firing for firing in firings}
    except OverflowError as error:
        raise click.UsageError(f"the range is outside of what a calendar holds: {error}.") from error
    found = _asked(engine, only(compilation.program, name), name, first, end)
    if found is None:
        return 1
    for instant in found:
        same = known.get(instant.astimezone(UTC))
        at = same.at if same else instant.astimezone(ZoneInfo(graph.zone))
        click.echo(_line(graph, at, same.after if same else None))
    return 0


def _line(graph: Graph, instant: datetime, before: datetime | None) -> str:
    """A firing and its window: of a flow with partitions the one that its run works on, else from the one before."""
    since, until = _worked_on(graph, instant) or (before, instant)
    return f"{instant.isoformat()}  {f'{since.isoformat()}/{until.isoformat()}' if since else '-'}"


def _worked_on(graph: Graph, instant: datetime) -> tuple[datetime, datetime] | None:
    from flowc.ir import triggers as ir
    from flowc.runtime import partitions
    from flowc.runtime.triggers import Windows

    if not isinstance(graph.partition, ir.Windows):
        return None
    windows = Windows(graph.partition.unit, graph.partition.zone)
    start = partitions.last_complete(windows, instant)
    return partitions.begins(windows, start), partitions.ends(windows, start)


def _asked(engine: str, program: Program, name: str, since: datetime, until: datetime) -> list[datetime] | None:
    """What an engine says; None where its target refuses the flow, of which the user is told."""
    from flowc.cli.compiling import judged
    from flowc.verify import Missing, Unavailable, look, make
    from flowc.verify.schedule import due

    target_named(engine)
    against = [found for found in judged(program, engine) if found.severity is not Severity.INFO]
    report.show(against)
    if report.exit_code(against):
        return None
    try:
        place = look(engine, None)
        if isinstance(place, Missing):
            click.echo(f"{engine}: its environment is made first, once, in {place.folder}", err=True)
            place = make(place)
    except Unavailable as error:
        raise click.ClickException(str(error)) from error
    return due(engine, program, name, since, until - _LEAST, python=place.python)


def _schedules(graph: Graph) -> Sequence[Cron | Every]:
    """The schedules of a flow, as the runtime reads them."""
    from flowc.ir import triggers as ir
    from flowc.runtime.triggers import Cron, Every

    return [
        Cron(each.expression, each.zone, each.start, each.end)
        if isinstance(each, ir.Cron)
        else Every(each.period, each.start, each.end)
        for each in graph.triggers
        if isinstance(each, ir.Cron | ir.Every)
    ]


def _aware(instant: datetime, zone: str) -> datetime:
    """An instant on the schedule's own clocks where it was given without a zone."""
    from flowc.runtime.firings import real

    return instant if instant.tzinfo else real(instant, ZoneInfo(zone))
