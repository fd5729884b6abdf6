"""When a flow runs: cron texts, zones, daylight saving, windows, and how much there is to catch up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flowc.diagnostics import Label, Problems
from flowc.ir.triggers import Cron, Every, On, Trigger
from flowc.sema.clauses import Said
from flowc.sema.events import atoms_of
from flowc.sema.outside.cron import CronProblem, parse
from flowc.sema.outside.dst import dst_notes
from flowc.sema.outside.firings import count, divides_day
from flowc.sema.outside.zones import UnknownZone, zone
from flowc.sema.partitions import partition_of, zone_of
from flowc.sema.schedules import LONGEST, triggers_of, within
from flowc.source import Span
from flowc.syntax import ast

MANY = 500
"""So many runs at the first start are worth a word."""

SINCE = date(2026, 1, 1)
"""Where a schedule has no start changes of the clock are looked for from here on, and what one without an end has
missed by then is known: the same text gives the same message on any day."""


FROM = datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC)
"""The same day as an instant."""


def check_schedules(said: Iterable[Said], problems: Problems) -> None:
    """FLOW501 to FLOW505, FLOW507 and FLOW515, of one flow's clauses."""
    clauses = list(said)
    triggers = triggers_of(clauses, Problems())
    partition = partition_of(clauses, (), zone_of(trigger for _, trigger in triggers), Problems())
    for one, trigger in triggers:
        if isinstance(trigger, Every):
            _every(one, trigger, problems)
        elif isinstance(trigger, Cron):
            found = _zone(one, problems)
            if not _cron(one, trigger, problems) or found is None:
                continue
            _dst(one, trigger, problems)
        _window(one, problems)
        if not problems.has_errors and isinstance(trigger, Cron | Every):
            _catchup(one, within([trigger], partition)[0], problems)
    for one in clauses:
        _long(one, problems)
        if one.spec.word == "partition" and "start" not in one.values and one.word("unit"):
            problems.add(
                "FLOW507",
                "a partitioned flow says when its first partition starts",
                one.span,
                helps=("partition day, start: 2024-01-01",),
            )
        if one.spec.word == "partition":
            _zone(one, problems)
            _window(one, problems)


def _cron(said: Said, trigger: Cron, problems: Problems) -> bool:
    found = parse(trigger.expression)
    if not isinstance(found, CronProblem):
        return True
    problems.add(
        "FLOW501",
        found.message,
        _inside(said.place("cron"), trigger.expression, found),
        helps=_better(found.suggestion),
        notes=("its five fields are minute, hour, day of month, month, day of week",),
    )
    return False


def _better(suggestion: str | None) -> tuple[str, ...]:
    """A cron text, or a whole clause, to write instead."""
    if suggestion is None:
        return ()
    return (f'schedule "{suggestion}"' if suggestion[0] in "*0123456789" else suggestion,)


def _inside(text: Span, expression: str, problem: CronProblem) -> Span:
    """The part of the cron text that is wrong; all of it where it is spelled otherwise, or is said elsewhere."""
    if text.text != f'"{expression}"' or problem.field_index is None:
        return text
    return Span(text.source, text.start + 1 + problem.start, text.start + 1 + problem.end)


def _zone(said: Said, problems: Problems) -> ZoneInfo | None:
    name = said.constant("tz")
    if not isinstance(name, str):
        return ZoneInfo("UTC")
    found = zone(name)
    if isinstance(found, UnknownZone):
        helps = (f"did you mean `{found.near}`?",) if found.near else ()
        if found.is_offset:
            helps = ("name a place, such as `Europe/Berlin`: an offset knows no daylight saving time",)
        problems.add("FLOW502", f"unknown time zone `{name}`", said.place("tz"), helps=helps)
        return None
    return found


def _dst(said: Said, trigger: Cron, problems: Problems) -> None:
    since = _day(trigger.start) if trigger.start else SINCE
    for note in dst_notes(trigger.expression, trigger.zone, since):
        if note.kind == "gap":
            problems.add(
                "FLOW503",
                f"{note.local:%H:%M} does not exist on {note.local:%Y-%m-%d} in {trigger.zone}",
                said.span,
                helps=('choose a time that every day has, or `tz: "UTC"`',),
                notes=(f"the run fires at {note.fires:%H:%M} then",),
            )
            return


def _every(said: Said, trigger: Every, problems: Problems) -> None:
    if not divides_day(trigger.period):
        problems.add(
            "FLOW515",
            "this period does not divide a day, so the times of day wander",
            said.place("period"),
            helps=("choose a divisor of 24h, such as 6h or 8h",),
        )


def _long(said: Said, problems: Problems) -> None:
    period = said.constant("period") if said.spec.word == "every" else None
    if isinstance(period, timedelta) and period > LONGEST:
        problems.add("FLOW313", f"a period is at most {LONGEST.days}d", said.place("period"))


def _window(said: Said, problems: Problems) -> None:
    start, end = said.constant("start"), said.constant("end")
    if isinstance(start, date) and isinstance(end, date) and _is_after(start, end):
        problems.add(
            "FLOW504",
            "the partitions end before they start"
            if said.spec.word == "partition"
            else "the schedule ends before it starts",
            said.place("end"),
            related=[Label(said.place("start"), "it starts here")],
        )


def _is_after(start: date, end: date) -> bool:
    """Whether a window has no instant. A day as an end is in it to its last moment."""
    if isinstance(start, datetime) and isinstance(end, datetime) and (start.tzinfo is None) == (end.tzinfo is None):
        return start > end
    return _day(start) > _day(end)


def _day(instant: date) -> date:
    return instant.date() if isinstance(instant, datetime) else instant


def _catchup(said: Said, trigger: Trigger, problems: Problems) -> None:
    """FLOW505, by the text alone: all that can be missed where the schedule ends, else what a year comes to."""
    if isinstance(trigger, On) or trigger.catchup != "all" or trigger.start is None:
        return
    first = _day(trigger.start)
    last = _day(trigger.end) if trigger.end else first + timedelta(days=365)
    margin = timedelta(days=2)  # the schedule's own start and end are in its own zone
    until = _midnight(last) + (margin if trigger.end else -timedelta(seconds=1))
    runs = count(trigger, _midnight(first) - margin, until)
    counted = f"{runs:,}".replace(",", " ")
    if trigger.end and runs > MANY:
        message = f"`catchup: all` makes up for up to {counted} runs from {first} to {last}"
    elif not trigger.end and (runs > MANY or count(trigger, _midnight(first) - margin, FROM) > MANY):
        message = f"`catchup: all` makes up for all runs since {first}, {counted} a year"
    else:
        return
    problems.add(
        "FLOW505",
        message,
        said.place("catchup"),
        helps=("`catchup: latest` runs the last one alone; or begin later, with another `start`",),
        notes=("all that are missed run one after the other when the flow is first deployed",),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def check_webhooks(flows: Iterable[ast.Flow], problems: Problems) -> None:
    """FLOW512: two flows that listen on one path."""
    seen: dict[str, Span] = {}
    for flow in flows:
        for stmt in flow.body:
            for atom in atoms_of(stmt.event) if isinstance(stmt, ast.OnEvent) else ():
                if atom.kind.text == "webhook" and isinstance(atom.operand, ast.Text) and atom.operand.plain:
                    held = seen.setdefault(atom.operand.plain, atom.operand.span)
                    if held is not atom.operand.span:
                        problems.add(
                            "FLOW512",
                            f"`{atom.operand.plain}` is listened on twice",
                            atom.operand.span,
                            related=[Label(held, "first here")],
                            helps=("give each flow a path of its own",),
                        )
