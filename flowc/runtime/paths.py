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
    """A path whose text is not the one that `pathlib` would give it.

    What is derived from it is an ordinary path, and of a URL (`s3://lake/a`) a URL: its folder, what lies in it, what
    has another name.
    """

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

    def joinpath(self, *segments: Any) -> pathlib.Path:
        inside = pathlib.PurePosixPath(*segments)
        if "://" not in str(self) or inside.is_absolute():
            return self.plain.joinpath(*segments)
        return path(f"{str(self).rstrip('/')}/{inside}") if inside.parts else self

    def __truediv__(self, segment: Any) -> pathlib.Path:
        try:
            return self.joinpath(segment)
        except TypeError:
            return NotImplemented

    def with_name(self, name: str) -> pathlib.Path:
        return self.parent / self.plain.with_name(name).name if "://" in str(self) else self.plain.with_name(name)

    def with_suffix(self, suffix: str) -> pathlib.Path:
        return self.with_name(self.plain.with_suffix(suffix).name)

    def with_stem(self, stem: str) -> pathlib.Path:
        return self.with_name(self.plain.with_stem(stem).name)

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
