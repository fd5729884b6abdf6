"""When a job runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from math import gcd

from attrs import frozen

from flowc.ir.graph import Graph
from flowc.ir.triggers import Cron, Every, Windows
from flowc.target.contract import Answer, Emulated, Refused
from flowc.target.literals import imports_of, literal, string
from flowc_targets.dagster.annotations import Imports
from flowc_targets.dagster.names import KIT
from flowc_targets.dagster.options import FILLED, is_partitioned
from flowc_targets.project.backfills import is_caught_up
from flowc_targets.project.clocks import differs, lines_in_utc
from flowc_targets.project.periods import lines_of_period

Scheduled = Cron | Every

INTERVAL = 10
"""Seconds between two looks at what is due, where missed instants are made up for."""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def schedules(graph: Graph, job: str, imports: Imports) -> Iterator[str]:
    """The lines of a flow's schedules."""
    triggers = [trigger for trigger in graph.triggers if isinstance(trigger, Scheduled)]
    if is_caught_up(graph):
        imports.add((KIT, "catchup"))
        given = [f"name={string(f'{job}_schedule')}", f"job={job}", f"minimum_interval_seconds={INTERVAL}"]
        given.append("default_status=dg.DefaultSensorStatus.RUNNING")
        yield f"{job}_schedule = dg.sensor({', '.join(given)})(catchup.start({FILLED}))"
        return
    for number, trigger in enumerate(triggers, 1):
        name = f"{job}_schedule" + (f"_{number}" if len(triggers) > 1 else "")
        found = ticks(trigger)
        assert found is not None, "refused before"
        given = [f"name={string(name)}", f"job={job}"]
        given.append(f"cron_schedule={literal(found.lines[0] if len(found.lines) == 1 else found.lines)}")
        given.append(f"execution_timezone={string(found.zone)}")
        should = _should_execute(trigger, imports, is_sieved=found.are_sieved)
        if isinstance(graph.partition, Windows) and is_partitioned(graph):
            imports.add((f"{KIT}.partitioned", "run_for_partition"))
            given.append(f"execution_fn=run_for_partition({FILLED}, {should})")
        else:
            given.append(f"should_execute={should}")
        given.append("default_status=dg.DefaultScheduleStatus.RUNNING")
        yield f"{name} = dg.ScheduleDefinition({', '.join(given)})"


@frozen
class Ticks:
    """The cron lines at which Dagster asks, the zone of their clocks, and whether some are no instants of a trigger."""

    lines: list[str]
    zone: str
    are_sieved: bool = False


def ticks(trigger: Scheduled) -> Ticks | None:
    """The ticks among which all instants of a trigger are; None where Dagster has none so fine."""
    if isinstance(trigger, Cron):
        if differs(trigger.expression, trigger.zone) is None:
            return Ticks([trigger.expression], trigger.zone)
        return Ticks(lines_in_utc(trigger.expression, trigger.zone), "UTC", are_sieved=True)
    offset = _offset(trigger)
    if lines := lines_of_period(trigger.period, offset):
        return Ticks(lines, "UTC")
    if trigger.period % _MINUTE or offset % _MINUTE:
        return None
    common = timedelta(minutes=gcd(trigger.period // _MINUTE, _DAY // _MINUTE))
    return Ticks(lines_of_period(common, offset % common), "UTC", are_sieved=True)


def answer(trigger: Scheduled) -> Answer | None:
    """What Dagster cannot say of a trigger, or says in another way."""
    if trigger.catchup != "none":
        return None
    found = ticks(trigger)
    if found is None:
        return Refused("Dagster's ticks are whole minutes", "choose a period of whole minutes")
    if not found.are_sieved:
        return None
    if isinstance(trigger, Every):
        return Emulated("`should_execute` lets the ticks through that are multiples of the period")
    return Emulated(
        f"ticks in UTC, of which `should_execute` lets those through at which the schedule fires: on its own Dagster "
        f"takes another instant on days when the clocks of {trigger.zone} are changed"
    )


def _zone(trigger: Scheduled) -> str:
    return trigger.zone if isinstance(trigger, Cron) else "UTC"


def _should_execute(trigger: Scheduled, imports: Imports, *, is_sieved: bool) -> str:
    """Whether a tick leads to a run: an instant of its own, within start and end, and in time where late ones drop."""
    zone = _zone(trigger)
    given: list[str] = []
    if is_sieved and isinstance(trigger, Cron):
        imports.add((f"{KIT}.ticks", "Clock"))
        given.append(f"Clock({string(trigger.expression)}, {string(zone)})")
    elif is_sieved and isinstance(trigger, Every):
        imports |= {(f"{KIT}.ticks", "Period"), ("datetime", "timedelta")}
        since = f", {_instant(trigger.start, zone, imports)}" if trigger.start is not None else ""
        given.append(f"Period({literal(trigger.period)}{since})")
    if trigger.start is not None:
        given.append(f"start={_instant(trigger.start, zone, imports)}")
    if trigger.end is not None:
        given.append(f"end={_instant(trigger.end, zone, imports, is_end=True)}")
    given.append("drop_missed=True")
    imports.add((f"{KIT}.ticks", "due_at"))
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
    if moment.tzinfo is not None:
        imports |= imports_of(moment)
        return literal(moment)
    if zone == "UTC":
        imports.add(("datetime", "timezone"))
        return literal(moment)[:-1] + ", tzinfo=timezone.utc)"
    imports.add(("zoneinfo", "ZoneInfo"))
    return literal(moment)[:-1] + f", tzinfo=ZoneInfo({string(zone)}))"
