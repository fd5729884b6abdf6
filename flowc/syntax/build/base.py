"""What every part of the builder stands on: the source, places, tokens, problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from attrs import frozen

from flowc.diagnostics import Edit, Problems
from flowc.source import Part, Source, Span
from flowc.syntax import ast
from flowc.syntax.build import jinja, values
from flowc.syntax.build.precedence import Operator
from flowc.syntax.build.texts import Piece, pieces

V = TypeVar("V")


@frozen
class DocLine:
    """A `## ...` line and where it stands."""

    text: str
    span: Span


# Parsing and sending out a hole is the parser's work, and it knows the builder: so the builder is given it.
ReadHole = Callable[[int, int], "ast.Expr | None"]


class Base:
    """Makes the values of tokens: `shift` has a function of the two offsets for each terminal with a value.

    Keywords and opening brackets are worth where they start, closing brackets where they end.
    """

    source: Source | Part
    """What the places of values move with."""

    def __init__(self, source: Source, text: str, problems: Problems, read_hole: ReadHole) -> None:
        self.source = source
        self.text = text
        self.problems = problems
        self.read_hole = read_hole
        operators = dict.fromkeys(["CMP", "MINUS", "PLUS", "MULOP", "COALESCE", "RANGE", "AND", "OR", "IN"], self._op)
        starts = dict.fromkeys(_STARTS, _start)
        self.shift: dict[str, Callable[[int, int], object]] = {
            **operators,
            **starts,
            **dict.fromkeys(["RPAR", "RSQB", "RBRACE", "QUERY"], _end),
            "NOT": self._op,
            "NOT_IN": self._not_in,
            "NAME": self.name,
            "CONN": self._connection,
            "MODREF": self._module,
            "DOC": self._doc_line,
            "STRING": self.string,
            "TRUE": lambda start, end: ast.BoolLiteral(True, span=self.at(start, end)),
            "FALSE": lambda start, end: ast.BoolLiteral(False, span=self.at(start, end)),
            "NULL": lambda start, end: ast.NullLiteral(span=self.at(start, end)),
            "INT": self._int,
            "FLOAT": self._float,
            "DATE": self._date,
            "TIME": self._time,
            "DATETIME": self._datetime,
            "DURATION": self._duration,
            "SIZE": self._size,
        }

    def at(self, start: int, end: int) -> Span:
        """That place in the source."""
        return Span(self.source, start, end)

    def name(self, start: int, end: int) -> ast.Name:
        """The identifier between two offsets."""
        return ast.Name(self.text[start:end], span=Span(self.source, start, end))

    def string(self, start: int, end: int) -> ast.Text:
        """The string token between two offsets, its holes parsed."""
        spelling = self.text[start:end]
        raw = spelling[0] == "r"
        multiline = spelling.startswith('"""', raw)
        if not multiline and "\\" not in spelling and "#{" not in spelling:
            plain = spelling[1 + raw : -1]
            parts = (plain,) if plain else ()
        else:
            parts = self._parts(start, pieces(spelling))
        if "{{" in spelling or "{%" in spelling:
            self.problems.extend([] if raw else jinja.warnings(self.source, spelling, start))
        return ast.Text(parts, raw, multiline, spelling, span=Span(self.source, start, end))

    def _parts(self, offset: int, found: list[Piece]) -> tuple[str | ast.Expr, ...]:
        parts: list[str | ast.Expr] = []
        plain = ""
        for piece in found:
            if piece.kind == "hole":
                hole = self.read_hole(offset + piece.start, offset + piece.end)
                parts += [plain] if plain else []
                parts.append(hole or ast.NullLiteral(span=self.at(offset + piece.start, offset + piece.end)))
                plain = ""
            elif piece.kind == "bad escape":
                self._bad_escape(self.at(offset + piece.start, offset + piece.end))
            else:
                plain += piece.text
        return tuple([*parts, plain] if plain else parts)

    def _bad_escape(self, place: Span) -> None:
        shown = place.text if place.text.isprintable() else "\\"
        self.problems.add(
            "FLOW111",
            f"`{shown}` is not an escape",
            place,
            helps=[f"for a backslash write two:  \\{shown}", 'or make it a raw string, which has no escapes:  r"..."'],
            notes=['the escapes are  \\n \\t \\r \\" \\\\ \\# \\u{1F600}'],
            edits=[Edit(Span(place.source, place.start, place.start), "\\")],
        )

    def _op(self, start: int, end: int) -> Operator:
        return Operator(self.text[start:end], start, end)

    def _not_in(self, start: int, end: int) -> Operator:
        return Operator("not in", start, end)

    def _connection(self, start: int, end: int) -> ast.ConnectionRef:
        return ast.ConnectionRef(self.name(start + 1, end), span=self.at(start, end))

    def _module(self, start: int, end: int) -> ast.ModuleRef:
        module, _, symbol = self.text[start:end].partition(":")
        return ast.ModuleRef(module, symbol, span=self.at(start, end))

    def _doc_line(self, start: int, end: int) -> DocLine:
        text = self.text[start + 2 : end].rstrip()
        return DocLine(text.removeprefix(" "), self.at(start, end))

    def _read(self, read: Callable[[str], V], start: int, end: int, instead: V) -> V:
        try:
            return read(self.text[start:end])
        except values.Meaningless as reason:
            self.problems.add("FLOW313", str(reason), self.at(start, end))
            return instead

    def _int(self, start: int, end: int) -> ast.IntLiteral:
        return ast.IntLiteral(
            self._read(values.read_int, start, end, 0), self.text[start:end], span=Span(self.source, start, end)
        )

    def _float(self, start: int, end: int) -> ast.FloatLiteral:
        return ast.FloatLiteral(
            self._read(values.read_float, start, end, 0.0), self.text[start:end], span=self.at(start, end)
        )

    def _date(self, start: int, end: int) -> ast.DateLiteral:
        value = self._read(values.read_date, start, end, date(1970, 1, 1))
        return ast.DateLiteral(value, self.text[start:end], span=self.at(start, end))

    def _time(self, start: int, end: int) -> ast.TimeLiteral:
        value = self._read(values.read_time, start, end, time())
        return ast.TimeLiteral(value, self.text[start:end], span=self.at(start, end))

    def _datetime(self, start: int, end: int) -> ast.DateTimeLiteral:
        value = self._read(values.read_datetime, start, end, datetime(1970, 1, 1))
        return ast.DateTimeLiteral(value, self.text[start:end], span=self.at(start, end))

    def _duration(self, start: int, end: int) -> ast.DurationLiteral:
        value = self._read(values.read_duration, start, end, timedelta())
        return ast.DurationLiteral(value, self.text[start:end], span=self.at(start, end))

    def _size(self, start: int, end: int) -> ast.SizeLiteral:
        value = self._read(values.read_size, start, end, ast.Size(0))
        return ast.SizeLiteral(value, self.text[start:end], span=self.at(start, end))


_STARTS = (
    *("IMPORT", "FROM", "FLOW", "TEMPLATE", "FN", "ENUM", "SCHEMA", "ASSET", "CONNECTION", "POLICY", "DEFAULTS"),
    *("PROFILE", "TARGET", "SET", "LET", "TEST", "TASK", "GROUP", "IF", "MATCH", "FOR", "ON", "FINALLY", "RETURN"),
    *("PYTHON", "LPAR", "LSQB", "LBRACE", "FATARROW"),
)


def _start(start: int, end: int) -> int:
    return start


def _end(start: int, end: int) -> int:
    return end
