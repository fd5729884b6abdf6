"""What SQLite itself says of SQLite's SQL: it is part of Python, so its word counts more than a parser's of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flowc.sema.outside.sql.facts import HoleContext, SqlError
from flowc.sema.outside.sql.parse import first_word, hole_name, is_list
from flowc.sema.outside.sql.text import Hole, SqlText, Token

# These do something even when they are only prepared.
_NOT_PREPARED = ("PRAGMA", "ATTACH", "DETACH", "VACUUM", "EXPLAIN")
_NEAR = re.compile(r'near "(?P<token>.*)": syntax error|unrecognized token: "(?P<bad>.*)"', re.DOTALL)


def engine_errors(text: SqlText, errors: Sequence[SqlError], contexts: Mapping[int, HoleContext]) -> list[SqlError]:
    """The errors that hold: of each statement what SQLite finds; ours where it can't be asked."""
    found: list[SqlError] = []
    for tokens in text.statements:
        start, end = text.place(tokens[0].start), text.place(tokens[-1].end)
        ours = [error for error in errors if start <= error.place <= end]
        if (
            any(error.message.startswith("`") and "has no value" in error.message for error in ours)
            or first_word(tokens) in _NOT_PREPARED
            or any(token.kind == "open" for token in tokens)
        ):
            found += ours
        else:
            theirs = _prepared(text, tokens, contexts)
            found += (ours[:1] or [theirs]) if theirs else []
    return found


def _prepared(text: SqlText, tokens: Sequence[Token], contexts: Mapping[int, HoleContext]) -> SqlError | None:
    import sqlite3

    written = "".join(_written(text, token, contexts) for token in tokens)
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f"EXPLAIN {written}")
    except (sqlite3.Error, sqlite3.Warning) as error:
        return _error(text, tokens, str(error))
    finally:
        database.close()
    return None


def _error(text: SqlText, tokens: Sequence[Token], message: str) -> SqlError | None:
    """Only what concerns the form of the text: that a table is missing means nothing in an empty database."""
    near = _NEAR.match(message)
    if near:
        word = near["token"] or near["bad"] or ""
        token = next((token for token in tokens if word and token.text.upper() == word.upper()), tokens[-1])
        return SqlError(text.place(token.start), f"SQLite does not expect `{word}` here")
    if message == "incomplete input":
        return SqlError(text.place(tokens[-1].end), "something is missing at the end")
    return None


def _written(text: SqlText, token: Token, contexts: Mapping[int, HoleContext]) -> str:
    if token.kind != "hole":
        return token.text.replace("\0", "x")
    part = text.hole_at(token.start)
    hole = text.parts[part]
    assert isinstance(hole, Hole)
    if hole.kind == "table":
        return " (SELECT 1) "
    if hole.kind == "ident" or contexts[part] != "value":
        return hole_name(hole, "x")
    return " ('x') " if is_list(hole) else " 'x' "
