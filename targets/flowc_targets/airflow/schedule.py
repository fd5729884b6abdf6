"""When a DAG runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flowc.ir.graph import Graph
from flowc.ir.triggers import Cron, Every, Windows
from flowc.runtime import triggers as runtime
from flowc.runtime.partitions import STARTS
from flowc.runtime.schedule import unbounded, window
from flowc.target.contract import Answer, Emulated
from flowc.target.literals import imports_of, literal, string
from flowc_targets.airflow.model import Option
from flowc_targets.airflow.names import KIT
from flowc_targets.project.backfills import clocks
from flowc_targets.project.clocks import differs
from flowc_targets.project.periods import lines_of_period

Imports = set[tuple[str, str]]
Scheduled = Cron | Every
PLUGIN = "clock_timetable"
"""The module of the timetable of a project's own, in its folder `plugins`."""

_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)
_BEGIN, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def schedule(graph: Graph, imports: Imports) -> list[Option]:
    """`schedule=`, `start_date=`, `end_date=`, `catchup=`."""
    triggers = scheduled(graph)
    if not triggers and isinstance(graph.partition, Windows):
        imports |= {(PLUGIN, "BackfillTimetable"), (PLUGIN, "Clock")}
        over = f"Clock({string(STARTS[graph.partition.unit])}, {string(graph.partition.zone)})"
        return [Option("schedule", f"BackfillTimetable({over})"), Option("catchup", "False")]
    if not triggers:
        return [Option("schedule", "None")]
    found = [Option("schedule", _timetable(graph, triggers, imports))]
    first, last = edges(graph) or (triggers[0], triggers[0])
    if first.start is not None:
        found.append(Option("start_date", _start(first, _zone(first), imports)))
    if last.end is not None:
        found.append(Option("end_date", _instant(last.end, _zone(last), imports, is_end=True)))
    return [*found, Option("catchup", str(triggers[0].catchup == "all"))]


def scheduled(graph: Graph) -> list[Scheduled]:
    """The schedules of a flow."""
    return [trigger for trigger in graph.triggers if isinstance(trigger, Scheduled)]


def edges(graph: Graph) -> tuple[Scheduled, Scheduled] | None:
    """The schedules that begin first and end last, where these bounds do for all of a flow; else None.

    A DAG has one start and one end. They do where no other schedule would fire between them and its own.
    """
    triggers, known = scheduled(graph), clocks(graph)
    bounds = [window(each) for each in known]
    starts, ends = ([bound[place] for bound in bounds] for place in (0, 1))
    first = starts.index(min(starts, key=lambda start: start or _BEGIN))
    last = ends.index(max(ends, key=lambda end: end or _END))
    for each, start, end in zip(known, starts, ends, strict=True):
        if start is not None and _fires(each, starts[first], start - _TICK):
            return None
        if end is not None and _fires(each, end + _TICK, ends[last]):
            return None
    return triggers[first], triggers[last]


def _fires(clock: runtime.Cron | runtime.Every, since: datetime | None, until: datetime | None) -> bool:
    """Whether it would fire there if it had no bounds; it does where there are none."""
    if since is None or until is None:
        return True
    return next(unbounded(clock, since, until), None) is not None


def answer(trigger: Scheduled) -> Answer | None:
    """What Airflow's own timetables cannot say of a trigger."""
    if is_plain(trigger):
        return None
    if isinstance(trigger, Every):
        return Emulated("a timetable of the project's own (`plugins/`): Airflow's fire at times of the day")
    found = differs(trigger.expression, trigger.zone)
    return Emulated(
        f"a timetable of the project's own (`plugins/`): Airflow's fire at another instant on days when the clocks of "
        f"{trigger.zone} are changed, as on {found:%Y-%m-%d}"
    )


def is_plain(trigger: Scheduled) -> bool:
    """Whether a timetable of Airflow's own fires just at a trigger's instants."""
    if isinstance(trigger, Every):
        return bool(cron_lines(trigger))
    return differs(trigger.expression, trigger.zone) is None


def is_timed(graph: Graph) -> bool:
    """Whether a DAG has a timetable: Airflow makes runs of it that nobody gives params."""
    return bool(graph.triggers) or isinstance(graph.partition, Windows)


def needs_plugin(graph: Graph) -> bool:
    """Whether a DAG needs the timetable of the project's own."""
    triggers = scheduled(graph)
    if not triggers:
        return isinstance(graph.partition, Windows)
    return not all(map(is_plain, triggers)) or len({_zone(trigger) for trigger in triggers}) > 1


def _timetable(graph: Graph, triggers: list[Scheduled], imports: Imports) -> str:
    """No instant that was missed is run at first sight: hence `run_immediately=timedelta(0)`."""
    if needs_plugin(graph):
        imports.add((PLUGIN, "ClockTimetable"))
        given = [_schedule(trigger, imports) for trigger in triggers]
        return f"ClockTimetable({', '.join(given + ['latest=True'] * (triggers[0].catchup == 'latest'))})"
    imports.add(("datetime", "timedelta"))
    lines = [line for trigger in triggers for line in cron_lines(trigger)]
    kind = "CronTriggerTimetable" if len(lines) == 1 else "MultipleCronTriggerTimetable"
    imports.add((f"{KIT}.timetables", kind))
    crons = ", ".join(map(string, lines))
    return f"{kind}({crons}, timezone={string(_zone(triggers[0]))}, run_immediately=timedelta(0))"


def _schedule(trigger: Scheduled, imports: Imports) -> str:
    if isinstance(trigger, Cron):
        imports.add((PLUGIN, "Clock"))
        return f"Clock({string(trigger.expression)}, {string(trigger.zone)})"
    imports |= {(PLUGIN, "Period"), ("datetime", "timedelta")}
    start = f", {_instant(trigger.start, 'UTC', imports)}" if trigger.start is not None else ""
    return f"Period({literal(trigger.period)}{start})"


def _zone(trigger: Scheduled) -> str:
    return trigger.zone if isinstance(trigger, Cron) else "UTC"


def cron_lines(trigger: Scheduled) -> list[str]:
    """The cron lines that fire just at the trigger's instants; none where there are no such lines."""
    if isinstance(trigger, Cron):
        return [trigger.expression]
    return lines_of_period(trigger.period, _offset(trigger))


def _offset(trigger: Every) -> timedelta:
    """How far after midnight, in UTC, the first of the day's multiples is."""
    if trigger.start is None:
        return timedelta(0)
    start = _aware(trigger.start, "UTC")
    return (start - datetime(1970, 1, 1, tzinfo=UTC)) % _DAY


def _start(trigger: Scheduled, zone: str, imports: Imports) -> str:
    """With `catchup: none` a start in the past is left out: Airflow would run the latest missed instant at once."""
    assert trigger.start is not None
    said = _instant(trigger.start, zone, imports)
    if trigger.catchup != "none":
        return said
    imports.add(("dagkit.schedule", "if_to_come"))
    return f"if_to_come({said})"


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


def _aware(moment: date | datetime, zone: str) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0))
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
