"""The types of values. Relations between them (what fits where) live in `flowc.sema.types`."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

ScalarName = Literal[
    "str", "int", "float", "bool", "date", "time", "datetime", "duration", "size", "path", "json", "bytes", "secret"
]


@frozen
class Scalar:
    """A type that is only its name."""

    name: ScalarName

    def __str__(self) -> str:
        return self.name


@frozen
class Decimal:
    """`decimal(precision, scale)`."""

    precision: int
    scale: int

    def __str__(self) -> str:
        return f"decimal({self.precision}, {self.scale})"


@frozen
class ListOf:
    """`list[T]`."""

    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


@frozen
class MapOf:
    """`map[K, V]`."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map[{self.key}, {self.value}]"


@frozen
class Optional:
    """`T?`: a value, or null, or nothing because its task was skipped."""

    item: Type

    def __str__(self) -> str:
        return f"({self.item})?" if isinstance(self.item, Enum) and not self.item.name else f"{self.item}?"


@frozen
class Enum:
    """A closed list of texts: `enum Mode = ...` by its name, or `"a" | "b"` without one."""

    members: tuple[str, ...]
    name: str | None = None

    def __str__(self) -> str:
        return self.name or " | ".join(f'"{member}"' for member in self.members)


@frozen
class Field:
    """One column of a record; `marks` are its `key`, `pii`, and where it comes from: `source orders.amount`."""

    name: str
    type: Type
    marks: tuple[str, ...] = ()


@frozen
class Record:
    """`(a: T, b: U)`, or a `schema` by its name."""

    fields: tuple[Field, ...]
    name: str | None = None

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def __str__(self) -> str:
        return self.name or "(" + ", ".join(f"{f.name}: {f.type}" for f in self.fields) + ")"


@frozen
class Table:
    """A handle of a table, with its schema where one is known."""

    schema: Record | None = None

    def __str__(self) -> str:
        return f"table[{self.schema}]" if self.schema else "table"


@frozen
class Special:
    """`any` (untyped Python), `null` (the literal), `nothing` (no value), `asset`, `connection`."""

    name: Literal["any", "null", "nothing", "asset", "connection"]

    def __str__(self) -> str:
        return self.name


@frozen
class Range:
    """`a .. b` of ints, floats or dates."""

    item: Type

    def __str__(self) -> str:
        return f"{self.item} .. {self.item}"


Type = Scalar | Decimal | ListOf | MapOf | Optional | Enum | Record | Table | Special | Range

STR, INT, FLOAT, BOOL = Scalar("str"), Scalar("int"), Scalar("float"), Scalar("bool")
DATE, TIME, DATETIME, DURATION = Scalar("date"), Scalar("time"), Scalar("datetime"), Scalar("duration")
SIZE, PATH, JSON, BYTES, SECRET = Scalar("size"), Scalar("path"), Scalar("json"), Scalar("bytes"), Scalar("secret")
ANY, NULL, NOTHING = Special("any"), Special("null"), Special("nothing")
ASSET, CONNECTION = Special("asset"), Special("connection")
