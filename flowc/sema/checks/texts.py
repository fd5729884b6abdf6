"""SQL and shell text: does it parse, may holes stand where they stand, does it write what the clause says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from flowc.diagnostics import Problems
from flowc.ir.actions import Shell, Sql, WaitUntil
from flowc.ir.expr import Call, Expr, Text
from flowc.ir.types import Record, Table
from flowc.sema import hir
from flowc.sema.checks.columns import check_columns, check_result
from flowc.sema.infer import is_poison
from flowc.sema.outside.shell import ShellHole, shell_holes
from flowc.sema.outside.sql import Dialect, Hole, Place, analyse, same_table
from flowc.sema.tree import tasks_of
from flowc.source import Span

_DIALECTS: Mapping[str, Dialect] = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgres": "postgres",
    "snowflake": "snowflake",
}
_INSIDE = {
    "single_quotes": "single quotes",
    "double_quotes": "double quotes",
    "here_document": "a here-document",
    "comment": "a comment",
    "backslash": "a backslash's reach",
    "dollar": "a `$`'s reach",
    "backticks": "backticks",
    "arithmetic": "arithmetic",
    "string": "quotes",
    "quoted_name": "a quoted name",
}


def check_texts(flow: hir.Flow, kinds: Mapping[str, str], problems: Problems) -> None:
    """FLOW109, FLOW704, FLOW705, FLOW708, FLOW710 and FLOW712; `kinds` are those of the project's connections."""
    assets = {asset.name: asset for asset in flow.assets}
    schemas = {
        asset.locator: asset.type.schema
        for asset in flow.assets
        if asset.locator and isinstance(asset.type, Table) and isinstance(asset.type.schema, Record)
    }
    for task in tasks_of(flow):
        action = task.action.look if isinstance(task.action, WaitUntil) else task.action
        match action:
            case Shell(script=script):
                _shell(task, script, problems)
            case Sql(connection=connection, statement=statement) if kinds.get(connection) in _DIALECTS:
                declared = [
                    assets[write.asset].locator or write.asset for write in task.writes if write.asset in assets
                ]
                _sql(task, statement, _DIALECTS[kinds[connection]], declared, schemas, problems)
            case _:
                pass


def _shell(task: hir.Task, script: Text, problems: Problems) -> None:
    if "wrong holes" not in task.memory:
        parts = [part if isinstance(part, str) else None for part in script.parts]
        task.memory["wrong holes"] = tuple(hole for hole in shell_holes(parts) if hole.context != "word")
    for hole in cast("tuple[ShellHole, ...]", task.memory["wrong holes"]):
        _inside(script, hole.part, hole.context, "a hole is one quoted word by itself", problems)


def _inside(text: Text, part: int, context: str, fact: str, problems: Problems) -> None:
    expr = text.parts[part]
    span = expr.at if not isinstance(expr, str) else None
    problems.add(
        "FLOW109",
        f"a hole stands inside {_INSIDE.get(context, context)}",
        span or text.at,
        helps=("write the hole by itself, without quotes around it",),
        notes=(fact,),
    )


def _sql(
    task: hir.Task,
    statement: Text,
    dialect: Dialect,
    declared: Sequence[str],
    schemas: Mapping[str, Record],
    problems: Problems,
) -> None:
    parts = [part if isinstance(part, str) else _hole(part) for part in statement.parts]
    facts = analyse(parts, dialect, dict(schemas))
    for hole in facts.holes:
        if hole.context in ("string", "comment", "quoted_name"):
            _inside(statement, hole.part, hole.context, "a hole is a bind parameter", problems)
        elif hole.context in ("name", "part_of_name") and not _is_name(statement.parts[hole.part]):
            expr = statement.parts[hole.part]
            if not isinstance(expr, str) and is_poison(expr):
                continue
            problems.add(
                "FLOW712",
                "a value cannot stand where a name must",
                expr.at if not isinstance(expr, str) else statement.at,
                helps=("write `#{ident(...)}` for the name of a table or column",),
            )
    for error in facts.errors:
        problems.add(
            "FLOW708", f"this is not SQL that {dialect} reads: {error.message}", place_in(statement, error.place)
        )
    if not facts.errors:
        check_columns(facts, lambda place: place_in(statement, place), problems)
        check_result(task, facts, problems)
    if declared and facts.is_complete and not facts.errors:
        for write in facts.writes:
            if write.how not in ("drop", "create") and not any(
                same_table(write.name, other, dialect) for other in declared
            ):
                problems.add(
                    "FLOW710",
                    f"the SQL writes `{write.name}`, and `{task.id}` says `{', '.join(declared)}`",
                    place_in(statement, write.place),
                    helps=("add the asset to `writes`",),
                )


def _hole(expr: Expr) -> Hole:
    kind = expr.function if isinstance(expr, Call) and expr.function in ("ident", "table") else "value"
    return Hole("ident" if kind == "ident" else "table" if kind == "table" else "value", expr.type)


def _is_name(part: str | Expr) -> bool:
    return isinstance(part, Call) and part.function in ("ident", "table")


def place_in(text: Text, place: Place) -> Span | None:
    """The place of a character of one part, as near as the string's own spelling tells; else the whole string."""
    if text.at is None:
        return None
    source, start = text.at.source, text.at.start
    for before in reversed(text.parts[: place.part]):
        if not isinstance(before, str) and before.at is not None:
            source, start = before.at.source, before.at.end
            break
    part = text.parts[place.part]
    if not isinstance(part, str):
        return part.at
    word = part[place.offset :].split("\n", 1)[0][:24].rstrip()
    first = part[: place.offset].rsplit("\n", 1)[-1].lstrip()
    at = source.text.find(first + word, start, text.at.end) if word else -1
    if at < 0:
        return text.at
    begin = at + len(first)
    shown = re.match(r"\w+", word)
    return Span(source, begin, begin + (shown.end() if shown else 1))
