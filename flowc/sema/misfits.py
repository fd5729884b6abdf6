"""What to say when a value may not stand where it stands: the reason, the places that matter, source to write."""

from __future__ import annotations

import re

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Env, Expr, Lit, Output, Secret, Unary, walk
from flowc.ir.graph import InArm
from flowc.ir.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NOTHING,
    PATH,
    SIZE,
    STR,
    TIME,
    Decimal,
    Enum,
    ListOf,
    Optional,
    Range,
    Type,
)
from flowc.sema.context import Context
from flowc.sema.infer import quoted
from flowc.sema.place import beyond, foreign_task, root, skipped_task, visible_tasks
from flowc.sema.relations import fits, has_text, is_secret, join, strip
from flowc.sema.scope import TaskSymbol
from flowc.source import Span

_UNITS: dict[Type, tuple[str, str, str]] = {
    DURATION: ("s", "a duration", "30s, 15m, 1h30m"),
    SIZE: ("MiB", "a size", "512MiB, 4GiB"),
}
_DEFAULTS: dict[Type, str] = {
    STR: '""',
    INT: "0",
    FLOAT: "0.0",
    BOOL: "false",
    DURATION: "0s",
    SIZE: "0B",
    PATH: '""',
    JSON: "null",
}


def report_misfit(expr: Expr, want: Type, context: Context, span: Span, *, what: str) -> None:
    """A value of another type than `want`."""
    if _report_literal(expr, want, context, span):
        return
    have = expr.type
    message = f"{what} takes {want}, and {quoted(span)} is {have}" if what else f"{quoted(span)} is {have}, not {want}"
    context.problems.add(
        "FLOW301",
        message,
        span,
        label=f"needs {want}, found {have}",
        helps=_ways(expr, want, span),
        notes=_reasons(expr, want, span),
    )


def _report_literal(expr: Expr, want: Type, context: Context, span: Span) -> bool:
    """What is special about literals: units, enum members, digits."""
    wanted, value = strip(want), _literal(expr)
    if wanted in _UNITS and expr.type in (INT, FLOAT):
        unit, noun, samples = _UNITS[wanted]
        helps = (
            (f"write it with its unit: {span.text}{unit}",)
            if value is not None
            else (f"multiply it: {span.text} * 1{unit}",)
        )
        context.problems.add(
            "FLOW306",
            f"{quoted(span)} is a number, and {noun} needs a unit",
            span,
            helps=helps,
            notes=(f"for example {samples}",),
        )
        return True
    if isinstance(wanted, Enum) and isinstance(value, str) and expr.type == STR:
        near = closest(value, wanted.members)
        known = ", ".join(f'"{member}"' for member in wanted.members)
        helps = (f'did you mean "{near}"?',) if near else (f"one of {known}",)
        notes = (f"its members are {known}",) if near else ()
        named = f"`{wanted}`" if wanted.name else f"one of {known}"
        context.problems.add(
            "FLOW301",
            f'"{value}" is not {"a member of " if wanted.name else ""}{named}',
            span,
            helps=helps,
            notes=notes,
        )
        return True
    if isinstance(wanted, Decimal) and isinstance(expr.type, Decimal) and value is not None:
        context.problems.add(
            "FLOW313", f"{quoted(span)} does not fit {wanted}", span,
            label=f"{wanted.precision - wanted.scale} digits before the point and {wanted.scale} after it",
        )  # fmt: skip
        return True
    return False


def _literal(expr: Expr) -> object:
    if isinstance(expr, Unary):
        return _literal(expr.operand)
    return expr.value if isinstance(expr, Lit) else None


_CONVERSIONS: dict[Type, str] = {
    INT: "int",
    FLOAT: "float",
    STR: "str",
    DATE: "date",
    DATETIME: "datetime",
    PATH: "path",
    JSON: "json",
}


_DAY, _CLOCK = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(:\d\d)?"
_SAMPLES: dict[Type, tuple[str, str, str]] = {
    INT: (r"-?[\d_]*\d", "an int", "10"),
    FLOAT: (r"-?[\d_]*\d(\.\d+)?", "a float", "0.5"),
    BOOL: ("true|false", "a bool", "true or false"),
    DATE: (_DAY, "a date", "2024-01-31"),
    TIME: (_CLOCK, "a time", "06:00"),
    DATETIME: (rf"{_DAY}T{_CLOCK}(Z|[+-]\d\d:\d\d)?", "a datetime", "2024-01-31T06:00Z"),
    DURATION: (r"(\d+(d|h|ms|m|us|s))+", "a duration", "30s, 15m, 1h30m"),
    SIZE: (r"\d+([KMGT]i)?B", "a size", "512MiB"),
}


def _ways(expr: Expr, want: Type, span: Span) -> tuple[str, ...]:
    """Source that would fit."""
    have, wanted, text = expr.type, strip(want), span.text
    if len(text) > 60 or "\n" in text:
        return ()
    if isinstance(wanted, ListOf) and fits(have, wanted.item):
        return (f"a list of one: [{text}]",)
    if wanted in (STR, JSON) and has_text(have) and not isinstance(expr, Lit):
        return (f'as text: "#{{{text}}}"',) if '"' not in text else (f"as text: str({text})",)
    if have == DATETIME and wanted == DATE:
        return (f"its date: {text}.date",)
    if have in (STR, JSON) and wanted in _CONVERSIONS and isinstance(expr, Lit) is False:
        return (f"read it: {_CONVERSIONS[wanted]}({text})",)
    if have == STR and wanted in _SAMPLES and isinstance(expr, Lit):
        pattern, noun, sample = _SAMPLES[wanted]
        is_one = re.fullmatch(pattern, str(expr.value)) is not None
        return (f"without quotes: {expr.value}",) if is_one else (f"{noun} is written {sample}, without quotes",)
    return ()


def _reasons(expr: Expr, want: Type, span: Span) -> tuple[str, ...]:
    source = root(expr)
    if isinstance(source, Output) and source.gathered and not isinstance(strip(want), ListOf):
        return ("outside of its loop a task's output is the list of all values, in input order",)
    if isinstance(expr.type, Range):
        return ("a list of its numbers is [n for n in " + span.text + "]",)
    if isinstance(strip(want), ListOf) and isinstance(expr.type, ListOf) and isinstance(expr.type.item, Optional):
        return ("an element whose task was skipped stands as null in the list",)
    return ()


# ------------------------------------------------------------------ no value


def report_no_value(expr: Expr, context: Context, span: Span) -> bool:
    """A task without an output, read as if it had one."""
    if expr.type != NOTHING:
        return False
    context.problems.add("FLOW204", f"{quoted(span)} has no value", span, helps=("to run after it, write `after`",))
    return True


# ------------------------------------------------------------------ may be missing


def report_missing(expr: Expr, context: Context, span: Span, want: Type) -> None:
    """`T?` where `T` is needed: FLOW309, or FLOW409 for another phase's task in a handler."""
    task, text = skipped_task(expr, context) or foreign_task(expr, context), span.text
    default = _default(expr, task, context)
    if task is not None and task.phase != context.phase:
        context.problems.add(
            "FLOW409", f"`{task.name}` may have no value when this runs", span,
            label=f"needs {want}, found {expr.type}",
            related=[Label(task.span, f"`{task.name}` may have failed, been blocked or skipped by then")],
            helps=(f"say what stands for it: {text} ?? {default}",),
        )  # fmt: skip
        return
    if task is None:
        context.problems.add(
            "FLOW309", f"{quoted(span)} may be null here", span,
            label=f"needs {want}, found {expr.type}",
            helps=(f"say what stands for it: {text} ?? {default}", f"or ask before: if {text} != null {{ ... }}"),
        )  # fmt: skip
        return
    other = _other_arm(task, strip(expr.type), context)
    way = (
        f"give the other branch's value too: {text} ?? {other}"
        if other
        else f"say what stands for it: {text} ?? {default}"
    )
    context.problems.add(
        "FLOW309", f"{quoted(span)} may be skipped, so its value can be missing here", span,
        label=f"needs {want}, found {expr.type}",
        related=_why_skipped(task, context),
        helps=(way,),
    )  # fmt: skip


def _why_skipped(task: TaskSymbol, context: Context) -> list[Label]:
    arms = [step for step in beyond(task.place, context.place) if isinstance(step, InArm)]
    found = [context.world.condition_of(arm) for arm in arms[:1]]
    return [Label(place[0], f"`{task.name}` {place[1]}") for place in found if place]


def _other_arm(task: TaskSymbol, type_: Type, context: Context) -> str | None:
    """A task with a like value that runs when `task` does not."""
    arm = next(step for step in beyond(task.place, context.place) if isinstance(step, InArm))
    index = task.place.index(arm)
    for other, name in visible_tasks(context.names):
        step = other.place[index] if len(other.place) > index else None
        if other.place[:index] != task.place[:index] or not isinstance(step, InArm) or step.decision != arm.decision:
            continue
        if step.arm != arm.arm and other.output is not None and not other.several and join(other.output, type_):
            return name
    return None


def _default(expr: Expr, task: TaskSymbol | None, context: Context) -> str:
    type_ = strip(expr.type)
    if isinstance(type_, Enum):
        return f'"{type_.members[0]}"' if type_.members else "null"
    if isinstance(type_, ListOf):
        return "[]"
    return _DEFAULTS.get(type_, "null" if task is not None else "...")


# ------------------------------------------------------------------ secrets


def report_secret(expr: Expr, context: Context, span: Span) -> None:
    """A secret, or the environment, where anything could print or keep it."""
    places = [part.at for part in walk(expr) if isinstance(part, Secret | Env) and part.at is not None]
    is_ = (
        "is a secret, which"
        if any(isinstance(part, Secret) for part in walk(expr)) or is_secret(expr.type)
        else "reads the environment, which"
    )
    context.problems.add(
        "FLOW315", f"{quoted(span)} {is_} may only stand in `env` and in a connection", span,
        related=[Label(place, "it is named here") for place in places if place != span],
        helps=("give it to the task's process: env { NAME: " + span.text + " }",),
        notes=("it is read where the task runs, and stands in no file, log or trace",),
    )  # fmt: skip
