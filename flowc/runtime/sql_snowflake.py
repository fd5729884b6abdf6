"""SQL on Snowflake, through its connector. It binds on our side of the wire, which any statement can take.

Names without quotes are upper case there: a name that is written in lower case means those, here as in SQLAlchemy, and
columns come back as they were written. A statement that defines something ends the transaction before it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .errors import TaskFailure
from .rows import Found
from .statements import Json, quote, render
from .texts import compact, plain, text

_SETTINGS = ("account", "user", "password", "warehouse", "database", "schema", "role")
_MARK = "\0"
_FOLDED = re.compile(r"[a-z_][a-z0-9_$]*")
_CHANGED = "number of "
"""How the columns begin that tell how many rows a statement has changed."""


def execute(connection: Mapping[str, Any], parts: list[Any]) -> Found:
    """Run all statements in one transaction; what the last one found."""
    try:
        connector: Any = import_module("snowflake.connector")
        split: Any = import_module("snowflake.connector.util_text").split_statements
    except ImportError:
        raise TaskFailure("SQL on Snowflake needs the package snowflake-connector-python") from None
    sql, values = render(parts, mark=_MARK, columns_named="", quoted=name)
    given = iter([parameter(value) for value in values])
    found = Found((), ())
    with closing(connector.connect(**settings(connection), autocommit=False)) as database, database.cursor() as cursor:
        for statement, _ in split(io.StringIO(sql), remove_comments=True):
            if statement.strip().strip(";"):
                cursor.execute(*_bound(statement, given))
                found = _found(cursor)
        database.commit()
    return found


def settings(connection: Mapping[str, Any]) -> dict[str, Any]:
    """What the connector is told: a URL as SQLAlchemy has it, `snowflake://USER:PASSWORD@ACCOUNT/DATABASE/SCHEMA?warehouse=W`,
    whose query may have any option of the connector, or its parts.
    """
    found: dict[str, Any] = {"session_parameters": {"TIMEZONE": "UTC"}, "client_session_keep_alive": False}
    found |= {name: connection[name] for name in _SETTINGS if connection.get(name) is not None}
    url: str = connection.get("url") or ""
    if url:
        read = urlsplit(url)
        if read.scheme != "snowflake" or not read.hostname:
            raise TaskFailure(
                "the URL of a connection to Snowflake is snowflake://USER:PASSWORD@ACCOUNT/DATABASE/SCHEMA"
            )
        database, _, schema = read.path.strip("/").partition("/")
        said = {"account": read.hostname, "user": read.username, "password": read.password}
        said |= {"database": database, "schema": schema}
        found |= {name: unquote(value) for name, value in said.items() if value}
        found |= {name: int(value) if value.isdigit() else value for name, value in parse_qsl(read.query)}
    return found


def name(written: str) -> str:
    """A name in quotes; in lower case it means the one that is written without quotes."""
    return quote(written.upper() if _FOLDED.fullmatch(written) else written)


def parameter(value: Any) -> Any:
    """A value as the connector takes it."""
    if isinstance(value, (Json, dict)):
        return compact(plain(value.value if isinstance(value, Json) else value))
    return text(value) if isinstance(value, timedelta) or hasattr(value, "__fspath__") else value


def _bound(statement: str, given: Any) -> tuple[Any, ...]:
    """A statement with as many of the values as it has marks for."""
    texts = statement.split(_MARK)
    if len(texts) == 1:
        return (statement,)
    return "%s".join(each.replace("%", "%%") for each in texts), tuple(next(given) for _ in texts[1:])


def _found(cursor: Any) -> Found:
    columns = [column.name for column in cursor.description or ()]
    if not columns or columns == ["status"] or all(column.startswith(_CHANGED) for column in columns):
        return Found((), (), max(cursor.rowcount or 0, 0))
    rows = [[bytes(value) if isinstance(value, bytearray) else value for value in row] for row in cursor.fetchall()]
    return Found([column.lower() if column.isupper() else column for column in columns], rows)
