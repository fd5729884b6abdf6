"""Looks at what one waits for: whether a query finds something, whether a server answers."""

from __future__ import annotations

import urllib.error
from collections.abc import Mapping
from typing import Any

from . import http, sql
from .errors import HttpStatus

NOT_YET = (404, 408, 409, 425, 429)
"""The statuses, besides those of 500 and more, after which it is asked again."""


def finds(connection: Mapping[str, Any], statement: sql.Statement | str) -> bool:
    """Whether the first value of the first row that a statement finds is something: not null, false, 0 or empty."""
    first = next(iter(sql.find(connection, statement).rows), ())
    return bool(first and first[0])


def answers(url: str, *, connection: Mapping[str, Any] | None = None, headers: Mapping[str, Any] | None = None) -> bool:
    """Whether a server answers with a status below 400; HttpStatus where it refuses for good."""
    try:
        http.request("GET", url, connection=connection, headers=headers, timeout=60)
    except HttpStatus as error:
        if error.code in NOT_YET or error.code >= 500:
            return False
        raise
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True
