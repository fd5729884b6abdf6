"""When a job runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from flowc.ir.graph import Cron, Every, Graph
from flowc.target.contract import Answer, Refused, Weaker
from flowc.target.literals import literal, string
from flowc_targets.dagster.annotations import Imports
from flowc_targets.dagster.names import KIT
from flowc_targets.project.clocks import differs
from flowc_targets.project.periods import lines_of_period

Scheduled = Cron | Every

_DAY = timedelta(days=1)


def schedules(graph: Graph, job: str, imports: Imports) -> Iterator[str]:
    """The lines of a flow's schedules."""
    triggers = [trigger for trigger in graph.triggers if isinstance(trigger, Scheduled)]
    for number, trigger in enumerate(triggers, 1):
        name = f"{job}_schedule" + (f"_{number}" if len(triggers) > 1 else "")
        lines = cron_lines(trigger)
        given = [f"name={string(name)}", f"job={job}"]
        given.append(f"cron_schedule={literal(lines[0] if len(lines) == 1 else lines)}")
        given.append(f"execution_timezone={string(zone_of(trigger))}")
        if should := _should_execute(trigger, imports):
            given.append(f"should_execute={should}")
        given.append("default_status=dg.DefaultScheduleStatus.RUNNING")
        yield f"{name} = dg.ScheduleDefinition({', '.join(given)})"


def zone_of(trigger: Scheduled) -> str:
    """The zone whose clocks a trigger goes by."""
    return trigger.zone if isinstance(trigger, Cron) else "UTC"


def cron_lines(trigger: Scheduled) -> list[str]:
    """The cron lines that fire just at the trigger's instants; none where there are no such lines."""
    if isinstance(trigger, Cron):
        return [trigger.expression]
    return lines_of_period(trigger.period, _offset(trigger))


def misfit(trigger: Scheduled) -> Answer | None:
    """What Dagster cannot say of a trigger, or says otherwise."""
    if not (lines := cron_lines(trigger)):
        return Refused(
            "Dagster fires at times of the day, and this period does not divide a day into whole minutes",
            "choose a period that divides a day, as 45m, 2h or 24h do, or write a `schedule`",
        )
    if isinstance(trigger, Every) or (found := differs(lines[0], trigger.zone)) is None:
        return None
    return Weaker(
        f"on days when the clocks of {trigger.zone} are changed, as on {found:%Y-%m-%d}, it may fire at another "
        f"instant: the second {found:%H:%M} where there are two",
        "`ScheduleDefinition`",
    )


def _should_execute(trigger: Scheduled, imports: Imports) -> str:
    """Whether a tick leads to a run: within start and end, and not long after its time where those are dropped."""
    zone = zone_of(trigger)
    given: list[str] = []
    if trigger.start is not None:
        given.append(f"start={_instant(trigger.start, zone, imports)}")
    if trigger.end is not None:
        given.append(f"end={_instant(trigger.end, zone, imports, is_end=True)}")
    if trigger.catchup == "none":
        given.append("drop_missed=True")
    if not given:
        return ""
    imports.add((f"{KIT}.schedule", "due_at"))
    return f"due_at({', '.join(given)})"


def _offset(trigger: Every) -> timedelta:
    """How far after midnight, in UTC, the first of the day's multiples is."""
    if trigger.start is None:
        return timedelta(0)
    start = trigger.start
    moment = start if isinstance(start, datetime) else datetime.combine(start, time(0))
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)) % _DAY


def _instant(moment: date | datetime, zone: str, imports: Imports, *, is_end: bool = False) -> str:
    """An aware datetime as source; the end of a date is its last instant."""
    imports.add(("datetime", "datetime"))
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(23, 59, 59, 999999) if is_end else time(0))
    if moment.tzinfo is not None or zone == "UTC":
        imports.add(("datetime", "timezone"))
    if moment.tzinfo is not None:
        return literal(moment)
    if zone == "UTC":
        return literal(moment)[:-1] + ", tzinfo=timezone.utc)"
    imports.add(("zoneinfo", "ZoneInfo"))
    return literal(moment)[:-1] + f", tzinfo=ZoneInfo({string(zone)}))"
