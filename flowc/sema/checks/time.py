"""When a flow runs: cron texts, zones, daylight saving, windows, and how much there is to catch up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flowc.diagnostics import Label, Problems
from flowc.ir.graph import Cron, Every
from flowc.sema.clauses import Said
from flowc.sema.events import atoms_of
from flowc.sema.outside.cron import CronProblem, parse
from flowc.sema.outside.dst import dst_notes
from flowc.sema.outside.firings import count, divides_day
from flowc.sema.outside.zones import UnknownZone, zone
from flowc.sema.schedules import triggers_of
from flowc.source import Span
from flowc.syntax import ast

MANY = 500
"""So many runs at the first start are worth a word."""

SINCE = date(2026, 1, 1)
"""From here on changes of the clock are looked for where a schedule has no start: the same text, the same message."""


def check_schedules(said: Iterable[Said], problems: Problems) -> None:
    """FLOW501 to FLOW505, FLOW507 and FLOW515, of one flow's clauses."""
    clauses = list(said)
    for one, trigger in triggers_of(clauses, Problems()):
        if isinstance(trigger, Every):
            _every(one, trigger, problems)
        elif isinstance(trigger, Cron):
            found = _zone(one, problems)
            if not _cron(one, trigger, problems) or found is None:
                continue
            _dst(one, trigger, problems)
        _window(one, problems)
        if not problems.has_errors and isinstance(trigger, Cron | Every):
            _catchup(one, trigger, problems)
    for one in clauses:
        if one.spec.word == "partition" and "start" not in one.values:
            problems.add(
                "FLOW507",
                "a partitioned flow says when its first partition starts",
                one.span,
                helps=("partition day, start: 2024-01-01",),
            )
        if one.spec.word == "partition":
            _zone(one, problems)


def _place(said: Said, slot: str) -> Span:
    for arg in said.clause.args:
        if (arg.name.text if arg.name else said.spec.takes[0].name) == slot:
            return arg.value.span
    return said.span


def _cron(said: Said, trigger: Cron, problems: Problems) -> bool:
    found = parse(trigger.expression)
    if not isinstance(found, CronProblem):
        return True
    place = _place(said, "cron")
    problems.add(
        "FLOW501",
        found.message,
        place,
        helps=(found.suggestion,) if found.suggestion else (),
        notes=("minute, hour, day of month, month, day of week",),
    )
    return False


def _zone(said: Said, problems: Problems) -> ZoneInfo | None:
    name = said.constant("tz")
    if not isinstance(name, str):
        return ZoneInfo("UTC")
    found = zone(name)
    if isinstance(found, UnknownZone):
        helps = (f"did you mean `{found.near}`?",) if found.near else ()
        if found.is_offset:
            helps = ("name a place, such as `Europe/Berlin`: an offset knows no daylight saving time",)
        problems.add("FLOW502", f"unknown time zone `{name}`", _place(said, "tz"), helps=helps)
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
            _place(said, "period"),
            helps=("choose a divisor of 24h, such as 6h or 8h",),
        )


def _window(said: Said, problems: Problems) -> None:
    start, end = said.constant("start"), said.constant("end")
    if isinstance(start, date) and isinstance(end, date) and _is_after(start, end):
        problems.add(
            "FLOW504",
            "the schedule ends before it starts",
            _place(said, "end"),
            related=[Label(_place(said, "start"), "it starts here")],
        )


def _is_after(start: date, end: date) -> bool:
    """Whether a window has no instant. A day as an end is in it to its last moment."""
    if isinstance(start, datetime) and isinstance(end, datetime) and (start.tzinfo is None) == (end.tzinfo is None):
        return start > end
    return _day(start) > _day(end)


def _day(instant: date) -> date:
    return instant.date() if isinstance(instant, datetime) else instant


def _catchup(said: Said, trigger: Cron | Every, problems: Problems) -> None:
    today = datetime.now(UTC).date()
    if trigger.catchup != "all" or trigger.start is None:
        return
    since = datetime(trigger.start.year, trigger.start.month, trigger.start.day, tzinfo=UTC) - timedelta(days=1)
    until = datetime(today.year, today.month, today.day, tzinfo=UTC)
    runs = count(trigger, since, until) if since < until else 0
    if runs > MANY:
        problems.add(
            "FLOW505",
            f"{runs:,} runs are due when this is first deployed".replace(",", " "),
            said.span,
            helps=("`catchup: latest` runs the last one alone",),
        )


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
