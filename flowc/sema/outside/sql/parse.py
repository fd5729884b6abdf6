"""From tokens to sqlglot's trees: each hole becomes a text literal (or a name) that can be found again in the tree.

A literal, and not a parameter such as `:x`, because it may stand wherever a value may, `DATE #{d}` included, and since
`a :x` means something else to DuckDB and Snowflake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from flowc.diagnostics.suggest import closest
from flowc.sema.outside.sql.facts import HoleContext, SqlError
from flowc.sema.outside.sql.text import Hole, SqlText, Token

if TYPE_CHECKING:
    from sqlglot import exp

# What sqlglot certainly knows. Others may be refused wrongly, so their mistakes are left to the engine.
_KNOWN = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "FROM")


# All words that a statement begins with in one dialect or another.
_VERBS = """
    SELECT WITH INSERT UPDATE DELETE MERGE VALUES FROM CREATE DROP ALTER COPY TRUNCATE REPLACE TABLE BEGIN
    START COMMIT END ROLLBACK ABORT SAVEPOINT RELEASE SET RESET SHOW DESCRIBE DESC SUMMARIZE EXPLAIN ANALYZE
    VACUUM PRAGMA ATTACH DETACH USE CALL LOAD INSTALL EXPORT IMPORT CHECKPOINT FORCE PIVOT UNPIVOT GRANT
    REVOKE COMMENT REFRESH LOCK NOTIFY LISTEN UNLISTEN DO PREPARE EXECUTE DEALLOCATE DISCARD REINDEX CLUSTER
    DECLARE FETCH MOVE CLOSE REASSIGN SECURITY PUT GET LIST LS REMOVE UNDROP
"""
VERBS = frozenset(_VERBS.split())


@frozen
class Statement:
    """A statement that was parsed (`tree`), or one that only its engine understands (`tree` None).

    `place` gives the offset in the flat text of an offset in what was parsed.
    """

    tokens: tuple[Token, ...]
    tree: exp.Expr | None
    place: Callable[[int], int]


@define
class Marks:
    """The words that stand for holes, by the index of the hole's part; none of them occurs in the user's text."""

    prefix: str

    def word(self, part: int) -> str:
        return f"{self.prefix}{part}_"

    def found(self, text: str) -> int | None:
        """The hole whose mark is in a text."""
        match = re.search(rf"{self.prefix}(\d+)_", text, re.IGNORECASE)
        return int(match[1]) if match else None


def marks_for(text: SqlText) -> Marks:
    """Marks that are new to this text."""
    prefix = "flowc_hole_"
    while prefix in text.flat.lower():
        prefix += "_"
    return Marks(prefix)


@define
class Reader:
    """Parses the statements of a text; `contexts` are what the scanner saw of each hole."""

    text: SqlText
    marks: Marks
    contexts: dict[int, HoleContext]
    errors: list[SqlError] = field(factory=list[SqlError])

    def statements(self) -> Iterator[Statement]:
        """Every statement; those that are no SQL are reported and left out."""
        for tokens in self.text.statements:
            if any(token.kind == "open" for token in tokens):
                continue  # reported by the scanner
            statement = self._statement(tokens)
            if statement:
                yield statement

    def _statement(self, tokens: tuple[Token, ...]) -> Statement | None:
        sql, shifts = self._written(tokens)

        def place(offset: int) -> int:
            return next(
                flat + max(0, min(offset - at, length)) for at, flat, length in reversed(shifts) if at <= offset
            )

        tree, error = _parse(sql, self.text.dialect)
        begin = first_word(tokens)
        if begin and begin not in VERBS:
            start = len(sql) - len(sql.lstrip())
            error = start, f"`{sql[start : start + len(begin)]}` begins no statement{_meant(begin)}"
        if error is None:
            return Statement(tokens, tree, place)
        if begin in VERBS and begin not in _KNOWN:
            return Statement(tokens, None, place)
        offset, message = error
        self.errors.append(SqlError(self.text.place(place(offset)), self._shown(message)))
        return None

    def _written(self, tokens: Sequence[Token]) -> tuple[str, list[tuple[int, int, int]]]:
        """The text to parse, and (offset in it, offset in the flat text, length there) of each piece."""
        pieces: list[str] = []
        shifts: list[tuple[int, int, int]] = [(0, tokens[0].start, 0)]
        at = 0
        for token in tokens:
            piece = self._piece(token)
            shifts.append((at, token.start, token.end - token.start if token.kind != "hole" else 0))
            pieces.append(piece)
            at += len(piece)
        return "".join(pieces), shifts

    def _piece(self, token: Token) -> str:
        if token.kind == "hole":
            part = self.text.hole_at(token.start)
            hole = self.text.parts[part]
            assert isinstance(hole, Hole)
            return self._mark(part, hole)
        if token.kind == "comment":
            return " " * len(token.text)
        if token.kind in ("string", "name") and "\0" in token.text:  # reported; any text will do
            return token.text.replace("\0", "x")
        return token.text

    def _mark(self, part: int, hole: Hole) -> str:
        word = self.marks.word(part)
        if self.contexts[part] == "part_of_name":
            return word
        if hole.kind == "table":
            return f" (SELECT * FROM {word}) "
        if hole.kind == "ident":
            return hole_name(hole, word)
        literal = f" '{word}' "
        return f"({literal})" if is_list(hole) else literal

    def _shown(self, message: str) -> str:
        return re.sub(rf" *'?{self.marks.prefix}\d+_'? *", "#{..}", message)


def hole_name(hole: Hole, word: str) -> str:
    """An `ident(..)` as it will be written, where its name is known."""
    if hole.text is None:
        return word
    return ".".join('"' + part.replace('"', '""') + '"' for part in hole.text.split("."))


def is_list(hole: Hole) -> bool:
    """Whether the hole is written as several values in brackets."""
    from flowc.ir.types import ListOf, Optional

    kind = hole.type.item if isinstance(hole.type, Optional) else hole.type
    return hole.kind == "value" and isinstance(kind, ListOf)


def first_word(tokens: Sequence[Token]) -> str:
    """The word that a statement begins with, in capitals."""
    first = next((token for token in tokens if token.kind not in ("space", "comment")), None)
    if first is None or first.kind != "word":
        return "SELECT" if first and first.text == "(" else ""
    return first.text.upper()


def _parse(sql: str, dialect: str) -> tuple[exp.Expr | None, tuple[int, str] | None]:
    """The tree, or the offset and the message of the first mistake."""
    from sqlglot import exp, parse
    from sqlglot.errors import ParseError, SqlglotError

    try:
        trees = [tree for tree in parse(sql, dialect=dialect) if tree is not None]
    except ParseError as error:
        return None, _mistake(sql, error)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, IndexError) as error:
        return None, (len(sql.rstrip()), _tokenizing(str(error)))
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None, None
    return trees[0], None


def _meant(begin: str) -> str:
    near = closest(begin, VERBS)
    return f"; did you mean `{near}`?" if near else ""


def _mistake(sql: str, error: object) -> tuple[int, str]:
    """What sqlglot says, in the user's words."""
    details: list[dict[str, object]] = getattr(error, "errors", []) or [{}]
    first = details[0]
    line, column = first.get("line"), first.get("col")
    found, said = str(first.get("highlight") or ""), str(first.get("description") or "")
    if not isinstance(line, int) or not isinstance(column, int):
        return len(sql.rstrip()), "this is not SQL"
    lines = sql.splitlines(keepends=True)
    offset = sum(map(len, lines[: line - 1])) + column - len(found)
    is_end = not sql[offset + len(found) :].strip()
    if said.startswith("Required keyword") or (is_end and not said.startswith("Invalid")):
        return offset, f"something is missing after `{found}`" if found else "something is missing"
    if said.startswith(("Expecting )", "Expected )")):
        return offset, f"a `)` is missing before `{found}`"
    return offset, f"`{found}` is not expected here"


def _tokenizing(said: str) -> str:
    return "a quote is not closed" if "Missing" in said else "this is not SQL"
