"""Paths and table handles: values that keep their text untouched.

`pathlib` rewrites what it is given: `s3://lake/orders` becomes `s3:/lake/orders`, `./in/` becomes `in`. A path of a
flow is a `pathlib.Path` all the same, and still prints as it was written.
"""

from __future__ import annotations

import pathlib
from typing import Any


def path(text: str) -> pathlib.Path:
    """The path of that text: a plain `pathlib.Path` where that would print the same text."""
    plain = pathlib.Path(text)
    return plain if str(plain) == text else WrittenPath(text)


class WrittenPath(type(pathlib.Path())):  # type: ignore[misc]
    """A path whose text is not the one that `pathlib` would give it. What is derived from it is an ordinary path."""

    as_written: str

    def __new__(cls, text: str) -> WrittenPath:
        self = super().__new__(cls, text)
        self.as_written = text
        return self

    @property
    def plain(self) -> pathlib.Path:
        """The same place, as `pathlib` writes it."""
        return pathlib.Path(*self.parts)

    def __str__(self) -> str:
        # Python 3.10 makes derived paths without calling `__new__`
        return self.__dict__.get("as_written") or super().__str__()

    def __fspath__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return self.plain == (other.plain if isinstance(other, WrittenPath) else other)

    def __hash__(self) -> int:
        return hash(self.plain)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (path, (str(self),))

    @property
    def parent(self) -> pathlib.Path:
        """The folder that it lies in; of a URL what stands before the last name, its server or bucket at least."""
        scheme, mark, rest = str(self).partition("://")
        if not mark:
            return self.plain.parent
        folder, _, name = rest.rstrip("/").rpartition("/")
        return path(f"{scheme}://{folder or name}")

    def with_segments(self, *segments: Any) -> pathlib.Path:
        return pathlib.Path(*segments)

    def iterdir(self) -> Any:
        return self.plain.iterdir()

    def glob(self, *args: Any, **options: Any) -> Any:
        return self.plain.glob(*args, **options)

    def rglob(self, *args: Any, **options: Any) -> Any:
        return self.plain.rglob(*args, **options)


class Table(str):
    """A table's name, `mart.sales`, that knows its connection."""

    connection: str | None

    def __new__(cls, name: str, connection: str | None = None) -> Table:
        self = super().__new__(cls, name)
        self.connection = connection
        return self

    @property
    def handle(self) -> str:
        """`@warehouse/mart.sales`, which is how it crosses between tasks."""
        return f"@{self.connection}/{self}" if self.connection else str(self)

    def __reduce__(self) -> tuple[Any, tuple[str, str | None]]:
        return (Table, (str(self), self.connection))


def read_table(handle: str) -> Table:
    """The table that a handle or a name stands for."""
    if handle.startswith("@") and "/" in handle:
        connection, _, name = handle[1:].partition("/")
        return Table(name, connection)
    return Table(handle)
