"""SQL with holes: a value is a bind parameter, `ident` a quoted name, `table` a relation of rows. Never spliced text.

statement("SELECT * FROM {} WHERE day = {}", ident(v.table("@wh/raw.orders")), v.run.date)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from .paths import Table

Part = Any
"""A text, or a hole: `{"value": x}`, `{"ident": [[name]]}`, `{"rows": [[x]], "columns": [name]}`, `{"json": x}`."""


TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|[;?]""", re.DOTALL)
"""What to know of SQL to find its `;` and `?`: those in quotes and comments are none."""
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_DEFINES = re.compile(r"\s*(create|alter|comment|set|pragma|attach|use|load|install)\b", re.IGNORECASE)


class Statement:
    """SQL in pieces: texts, and holes as plain values, so that it can be sent to where it runs."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)


class Hole:
    """What is written into a statement in a way of its own."""

    def __init__(self, **part: Any) -> None:
        self.part = part


def statement(text: str, *holes: Any) -> Statement:
    """A statement whose `{}` are filled in order; braces of its own are written twice."""
    pieces = re.split(r"(\{\{|\}\}|\{\})", text)
    filling = iter(holes)
    parts: list[Part] = [""]
    for piece in pieces:
        if piece == "{}":
            hole = next(filling)
            parts += [hole.part if isinstance(hole, Hole) else {"value": hole}, ""]
        else:
            parts[-1] += piece[0] if piece in ("{{", "}}") else piece
    return Statement([part for part in parts if part != ""])


def ident(name: str | Iterable[str]) -> Hole:
    """A name, quoted; of a list all, with commas; of a table each part of its name."""
    names = [name] if isinstance(name, str) else list(name)
    return Hole(ident=[str(each).split(".") if isinstance(each, Table) else [each] for each in names])


def table(rows: Any, columns: Sequence[str] = ()) -> Hole:
    """Rows as a relation in parentheses: maps by their keys, anything else as one column `value`."""
    found = cast("list[Any]", rows) if isinstance(rows, list) else [rows]
    maps = [cast("dict[str, Any]", row) for row in found if isinstance(row, dict)]
    if len(maps) < len(found):
        return Hole(rows=[[row] for row in found], columns=["value"])
    names = list(columns) or list(dict.fromkeys(key for row in maps for key in row))
    return Hole(rows=[[row.get(name) for name in names] for row in maps], columns=names)


def as_json(value: Any) -> Hole:
    """A value of type json, as one parameter even if it is a list."""
    return Hole(json=value)


def quote(name: str) -> str:
    """A name in double quotes, as every dialect here has it."""
    if "\0" in name:
        raise ValueError("a name has no NUL")
    return '"' + name.replace('"', '""') + '"'


def render(
    parts: Iterable[Part], *, mark: str, columns_named: str, quoted: Callable[[str], str] = quote
) -> tuple[str, list[Any]]:
    """The text with `mark` for each parameter, and the parameters.

    `columns_named` is how the dialect calls the columns of VALUES: `column{}` counts from 1, `col{}` from 0, and with
    none they are named in brackets; `quoted` writes a name, if the dialect has a way of its own.
    """
    texts: list[str] = []
    values: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif "ident" in part:
            texts.append(", ".join(".".join(quoted(name) for name in names) for names in part["ident"]))
        elif "rows" in part:
            texts.append(
                _relation(part["rows"], [quoted(name) for name in part["columns"]], mark, columns_named, values)
            )
        elif "json" in part:
            texts.append(mark)
            values.append(Json(part["json"]))
        else:
            texts.append(_marks(part["value"], mark, values))
    return "".join(texts), values


class Json:
    """A parameter that is handed over as JSON."""

    def __init__(self, value: Any) -> None:
        self.value = value


def with_literals(sql: str, values: Iterable[Any], literal: Callable[[Any], str]) -> str:
    """The statement with its parameters written out, for what cannot take any."""
    given = iter(values)
    return TOKEN.sub(lambda token: literal(next(given)) if token[0] == "?" else token[0], sql)


def takes_parameters(sql: str) -> bool:
    """Whether a statement can be given parameters: what defines things, or sets them, cannot."""
    return not _DEFINES.match(_COMMENT.sub("", sql))


def _marks(value: Any, mark: str, values: list[Any]) -> str:
    if not isinstance(value, (list, tuple)):
        values.append(value)
        return mark
    values.extend(value)  # pyright: ignore[reportUnknownArgumentType]
    return "(" + (", ".join([mark] * len(value)) or "NULL") + ")"  # pyright: ignore[reportUnknownArgumentType]


def _relation(rows: list[list[Any]], columns: list[str], mark: str, columns_named: str, values: list[Any]) -> str:
    if not rows:
        named = ", ".join(f"NULL AS {name}" for name in columns) or "NULL"
        return f"(SELECT {named} WHERE 1 = 0)"
    for row in rows:
        values.extend(row)
    line = "(" + ", ".join([mark] * len(columns)) + ")"
    listed = f"(VALUES {', '.join([line] * len(rows))}) AS listed"
    if not columns_named:
        return f"(SELECT * FROM {listed} ({', '.join(columns)}))"
    first = 1 if columns_named.startswith("column") else 0
    named = ", ".join(f"{columns_named.format(i + first)} AS {name}" for i, name in enumerate(columns))
    return f"(SELECT {named} FROM {listed})"
