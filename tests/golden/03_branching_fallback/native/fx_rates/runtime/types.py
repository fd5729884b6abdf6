"""The types of values, as the language writes them: `types.read("list[path]")`.

A type is given as its text wherever a person may have to read it: `"int?"`, `'"full" | "delta"'`,
`"(rows: path, n: int)"`, `"map[str, decimal(18, 8)]"`. Texts are read once and kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Union


@dataclass(frozen=True)
class Scalar:
    """`int`, `str`, `date`, ..., and `any` (untyped), `table`, `json`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class DecimalOf:
    """`decimal(precision, scale)`."""

    precision: int
    scale: int

    def __str__(self) -> str:
        return f"decimal({self.precision}, {self.scale})"


@dataclass(frozen=True)
class ListOf:
    """`list[T]`."""

    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True)
class MapOf:
    """`map[K, V]`; keys are texts, or members of an enum."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map[{self.key}, {self.value}]"


@dataclass(frozen=True)
class OptionalOf:
    """`T?`."""

    item: Type

    def __str__(self) -> str:
        return f"({self.item})?" if isinstance(self.item, EnumOf) else f"{self.item}?"


@dataclass(frozen=True)
class EnumOf:
    """`"a" | "b"`."""

    members: tuple[str, ...]

    def __str__(self) -> str:
        return " | ".join(json.dumps(member, ensure_ascii=False) for member in self.members)


@dataclass(frozen=True)
class Record:
    """`(a: T, b: U)`: a schema, or several outputs."""

    fields: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return "(" + ", ".join(f"{name}: {type_}" for name, type_ in self.fields) + ")"


Type = Union[Scalar, DecimalOf, ListOf, MapOf, OptionalOf, EnumOf, Record]  # noqa: UP007 - evaluated on Python 3.10

SCALARS = frozenset(
    "any bool bytes date datetime duration float int json null path secret size str table time".split()  # noqa: SIM905
)
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\d+|[\[\](),:?|])')


@cache
def read(text: str) -> Type:
    """The type that a text says; ValueError if it says none."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != "".join(_outside_quotes(text)):
        raise ValueError(f"no type: {text!r}")
    reader = _Reader(text, tokens)
    found = reader.type()
    if reader.tokens:
        raise ValueError(f"no type: {text!r}")
    return found


def of(type_: Type | str) -> Type:
    """A type as it is, or read from its text."""
    return read(type_) if isinstance(type_, str) else type_


def _outside_quotes(text: str) -> list[str]:
    """The text without blanks, those inside of quotes aside."""
    return [
        part if part.startswith('"') else "".join(part.split()) for part in re.findall(r'"(?:[^"\\]|\\.)*"|[^"]+', text)
    ]


class _Reader:
    def __init__(self, text: str, tokens: list[str]) -> None:
        self.text = text
        self.tokens = tokens[::-1]

    def type(self) -> Type:
        found = self._atom()
        while self._peek() == "?":
            self.tokens.pop()
            found = OptionalOf(found)
        return found

    def _atom(self) -> Type:
        token = self._next()
        if token.startswith('"'):
            return self._enum(token)
        if token == "(":
            return self._record_or_group()
        if token == "list":
            item = self._inside("[", 1, "]")[0]
            return ListOf(item)
        if token == "map":
            key, value = self._inside("[", 2, "]")
            return MapOf(key, value)
        if token == "decimal":
            return self._decimal()
        if token in SCALARS:
            return Scalar(token)
        raise ValueError(f"no type: {self.text!r}")

    def _enum(self, token: str) -> Type:
        members: list[str] = [json.loads(token)]
        while self._peek() == "|":
            self.tokens.pop()
            members.append(json.loads(self._next()))
        return EnumOf(tuple(members))

    def _record_or_group(self) -> Type:
        """`(a: T, b: U)`, or a type in parentheses: `("a" | "b")?`."""
        fields: list[tuple[str, Type]] = []
        while self._peek() != ")":
            if len(self.tokens) < 2 or self.tokens[-2] != ":":
                inner = self.type()
                self._expect(")")
                return inner
            name = self._next()
            self._expect(":")
            fields.append((name, self.type()))
            if self._peek() == ",":
                self.tokens.pop()
        self._expect(")")
        return Record(tuple(fields))

    def _decimal(self) -> Type:
        self._expect("(")
        precision = int(self._next())
        self._expect(",")
        scale = int(self._next())
        self._expect(")")
        return DecimalOf(precision, scale)

    def _inside(self, opening: str, count: int, closing: str) -> list[Type]:
        self._expect(opening)
        found = [self.type()]
        for _ in range(count - 1):
            self._expect(",")
            found.append(self.type())
        self._expect(closing)
        return found

    def _peek(self) -> str:
        return self.tokens[-1] if self.tokens else ""

    def _next(self) -> str:
        if not self.tokens:
            raise ValueError(f"no type: {self.text!r}")
        return self.tokens.pop()

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(f"no type: {self.text!r}")
