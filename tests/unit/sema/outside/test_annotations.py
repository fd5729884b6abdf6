"""Annotations of Python functions, in types of the language; and which values fit them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.ir.types import (
    ANY,
    ASSET,
    BOOL,
    BYTES,
    CONNECTION,
    DATE,
    DATETIME,
    DURATION,
    FLOAT,
    INT,
    JSON,
    NOTHING,
    NULL,
    PATH,
    SIZE,
    STR,
    TIME,
    Decimal,
    Enum,
    Field,
    ListOf,
    MapOf,
    Optional,
    Range,
    Record,
    Table,
    Type,
)
from flowc.sema.outside.fits import accepts, gives, gives_several
from flowc.sema.outside.hints import ANY_DECIMAL, Hint
from flowc.sema.outside.python import PythonIndex
from flowc.sema.outside.signatures import PythonFunction

HEADER = """
from __future__ import annotations
import collections.abc as abc, datetime as dt, decimal, enum, os, typing, typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal as D
from enum import Enum, StrEnum, auto
from pathlib import Path
from typing import Any, Annotated, Dict, List, Literal, NamedTuple, NewType, NoReturn, Optional, TypeVar, Union
from typing_extensions import NotRequired, TypedDict
import numpy as np, pandas as pd
from shared import *
from shared import Row as SharedRow

UserId = NewType("UserId", int)
Day = date
Days: TypeAlias = list[Day]
T = TypeVar("T", bound=str)
class Mode(str, Enum):
    FULL = "full"
    DELTA = "delta"
class Size(StrEnum):
    SMALL = auto()
class Level(Enum):
    LOW = 1
class Row(TypedDict):
    id: int
    note: NotRequired[str]
class Wide(Row, total=False):
    extra: float
class Point(NamedTuple):
    x: int
    y: float
class Tree(TypedDict):
    children: list["Tree"]
Made = TypedDict("Made", {"a": int, "b": "str"})
@dataclass
class Box:
    a: int
class Model(pd.Model): ...
"""
SHARED = (
    "from decimal import Decimal as Money\nfrom typing import TypedDict\nclass Row(TypedDict):\n    when: 'Money'\n"
)
ROW = Record((Field("id", INT), Field("note", Optional(STR))))


@pytest.fixture(scope="module")
def hint_of(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "shared.py").write_text(SHARED)
    count = iter(range(10_000))

    def read(annotation: str) -> Hint:
        name = f"m{next(count)}"
        (folder / f"{name}.py").write_text(f"{HEADER}\ndef f(x: {annotation}): ...\n")
        found = PythonIndex([folder]).function(name, "f")
        assert isinstance(found, PythonFunction)
        hint = found.parameters[0].hint
        assert hint
        return hint

    return read


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("int", INT),
        ("float", FLOAT),
        ("bool", BOOL),
        ("str", STR),
        ("bytes", BYTES),
        ("date", DATE),
        ("dt.date", DATE),
        ("time", TIME),
        ("dt.datetime", DATETIME),
        ("timedelta", DURATION),
        ("Path", PATH),
        ("os.PathLike[str]", PATH),
        ("Any", JSON),
        ("t.Any", JSON),
        ("dict", JSON),
        ("list", JSON),
        ("object", JSON),
        ("Dict", JSON),
        ("None", NOTHING),
        ("NoReturn", NOTHING),
        ("'int'", INT),
        ("'list[\"date\"]'", ListOf(DATE)),
        ("list[int]", ListOf(INT)),
        ("List[Path]", ListOf(PATH)),
        ("Sequence[str]", ListOf(STR)),
        ("abc.Collection[float]", ListOf(FLOAT)),
        ("typing.Iterable[float]", ListOf(FLOAT)),
        ("dict[str, int]", MapOf(STR, INT)),
        ("Mapping[str, Any]", MapOf(STR, JSON)),
        ("dict[str, list[date]]", MapOf(STR, ListOf(DATE))),
        ("tuple[int, ...]", ListOf(INT)),
        ("tuple[int, int]", ListOf(INT)),
        ("tuple[int, str]", None),
        ("Optional[int]", Optional(INT)),
        ("int | None", Optional(INT)),
        ("None | 'int'", Optional(INT)),
        ("Union[int, None]", Optional(INT)),
        ("list[int | None]", ListOf(Optional(INT))),
        ("Any | None", JSON),
        ("int | float", FLOAT),
        ("dict | list", JSON),
        ("str | Path", None),
        ("Literal['a', 'b']", Enum(("a", "b"))),
        ("Literal['a'] | Literal['b']", Enum(("a", "b"))),
        ("Literal['a', None]", Optional(Enum(("a",)))),
        ("Literal[1, 2]", INT),
        ("Literal[True]", BOOL),
        ("Annotated[int, 'positive']", INT),
        ("UserId", INT),
        ("Day", DATE),
        ("Days", ListOf(DATE)),
        ("T", STR),
        ("Mode", Enum(("full", "delta"))),
        ("Size", Enum(("small",))),
        ("Row", ROW),
        ("list[Row]", ListOf(ROW)),
        ("Wide", Record((*ROW.fields, Field("extra", Optional(FLOAT))))),
        ("Made", Record((Field("a", INT), Field("b", STR)))),
        ("Point", Record((Field("x", INT), Field("y", FLOAT)))),
        ("np.float64", FLOAT),
        ("np.int32", INT),
        ("D", None),
        ("decimal.Decimal", None),
        ("list[D]", None),
        ("Level", None),
        ("Box", None),
        ("Model", None),
        ("pd.DataFrame", None),
        ("set[int]", None),
        ("Iterator[int]", None),
        ("Callable[[int], int]", None),
        ("complex", None),
        ("'not python ]'", None),
        ("Unknown", None),
        ("unknown.Thing[int]", None),
        ("1 + 1", None),
        ("list[int, str]", None),
        ("x.y().z", None),
    ],
)
def test_annotations_and_their_types(hint_of, annotation: str, expected: Type | None) -> None:
    assert hint_of(annotation).type == expected


def test_the_text_is_kept_as_written(hint_of) -> None:
    assert hint_of("list[pd.DataFrame]").text == "list[pd.DataFrame]"
    assert hint_of("'date'").text == "date"


def test_a_decimal_has_no_precision_but_takes_every_decimal(hint_of) -> None:
    for annotation in ("D", "Money", "decimal.Decimal"):
        hint = hint_of(annotation)
        assert hint.options == (ANY_DECIMAL,)
        assert accepts(hint, Decimal(12, 2))
        assert gives(hint, Decimal(12, 2))
        assert not gives(hint, FLOAT)
    assert accepts(hint_of("list[D | None]"), ListOf(Optional(Decimal(5, 1))))
    assert accepts(hint_of("SharedRow"), Record((Field("when", Decimal(5, 1)),)))


def test_types_that_contain_themselves_end(hint_of) -> None:
    assert hint_of("Tree").type == Record((Field("children", ListOf(JSON)),))


ACCEPTED = [
    ("int", INT),
    ("int", SIZE),
    ("float", INT),
    ("str", Enum(("a",))),
    ("str", ASSET),
    ("str", Table(None)),
    ("str | Path", PATH),
    ("str | Path", STR),
    ("int | None", NULL),
    ("int | None", INT),
    ("int | None", Optional(INT)),
    ("Optional[list[int]]", ListOf(INT)),
    ("dict", Record((Field("a", INT),))),
    ("dict", CONNECTION),
    ("dict[str, Any]", CONNECTION),
    ("dict[str, Any]", JSON),
    ("dict[str, float]", Record((Field("a", INT),))),
    ("list[dict]", JSON),
    ("list[float]", ListOf(INT)),
    ("list[int]", Range(INT)),
    ("list", ListOf(ListOf(INT))),
    ("Any", DATE),
    ("int", ANY),
    ("Row", Record((Field("id", INT), Field("more", STR)))),
    ("Row", MapOf(STR, INT)),
    ("date", DATETIME),
    ("pd.DataFrame", PATH),
    ("Literal['a', 'b']", Enum(("b",))),
    ("Mode", Enum(("full",))),
    ("tuple[int, int]", ListOf(INT)),
    ("SomeProtocol", INT),
]
REFUSED = [
    ("int", STR),
    ("int", FLOAT),
    ("int", BOOL),
    ("int", JSON),
    ("str", JSON),
    ("str", PATH),
    ("Path", STR),
    ("int", NULL),
    ("int", Optional(INT)),
    ("list[int]", ListOf(STR)),
    ("list[int]", INT),
    ("dict[str, int]", MapOf(STR, STR)),
    ("Row", Record((Field("note", STR),))),
    ("Row", Record((Field("id", STR),))),
    ("dt.datetime", DATE),
    ("set[int]", ListOf(INT)),
    ("Box", Record((Field("a", INT),))),
    ("Literal['a']", Enum(("a", "b"))),
    ("Literal['a']", STR),
    ("list[int]", CONNECTION),
    ("bool", INT),
]


@pytest.mark.parametrize(("annotation", "value"), ACCEPTED)
def test_a_parameter_takes(hint_of, annotation: str, value: Type) -> None:
    assert accepts(hint_of(annotation), value)


@pytest.mark.parametrize(("annotation", "value"), REFUSED)
def test_a_parameter_refuses(hint_of, annotation: str, value: Type) -> None:
    assert not accepts(hint_of(annotation), value)


def test_a_literal_text_is_a_member_or_not(hint_of) -> None:
    assert accepts(hint_of("Literal['a']"), STR, "a")
    assert not accepts(hint_of("Literal['a']"), STR, "b")


@pytest.mark.parametrize(
    ("annotation", "declared"),
    [
        ("int", FLOAT),
        ("int", SIZE),
        ("int", JSON),
        ("int", Optional(INT)),
        ("int | None", Optional(INT)),
        ("str", Enum(("a",))),
        ("str", Table(None)),
        ("Mode", STR),
        ("Any", DATE),
        ("list[int]", ListOf(FLOAT)),
        ("tuple[int, ...]", ListOf(INT)),
        ("tuple[int, int]", ListOf(INT)),
        ("tuple[int, str]", JSON),
        ("dict[str, Any]", JSON),
        ("dict[str, Any]", Record((Field("a", INT),))),
        ("dict", MapOf(STR, INT)),
        ("Point", Record((Field("x", INT), Field("y", FLOAT)))),
        ("pd.DataFrame", PATH),
        ("None", Optional(INT)),
        ("str | Path", PATH),
    ],
)
def test_a_result_can_be(hint_of, annotation: str, declared: Type) -> None:
    assert gives(hint_of(annotation), declared)


@pytest.mark.parametrize(
    ("annotation", "declared"),
    [
        ("str", PATH),
        ("str", INT),
        ("float", INT),
        ("bool", INT),
        ("int | None", INT),
        ("None", INT),
        ("date", JSON),
        ("list[str]", ListOf(INT)),
        ("Literal['a']", Enum(("b",))),
        ("Box", JSON),
        ("set[int]", ListOf(INT)),
        ("Row", Record((Field("id", INT),))),
        ("dict[str, str]", MapOf(STR, INT)),
        ("tuple[int, str]", ListOf(INT)),
    ],
)
def test_a_result_can_not_be(hint_of, annotation: str, declared: Type) -> None:
    assert not gives(hint_of(annotation), declared)


def test_several_outputs_come_as_a_map_or_as_a_tuple_in_order(hint_of) -> None:
    outputs = (PATH, INT)
    assert gives_several(hint_of("tuple[Path, int]"), outputs)
    assert gives_several(hint_of("dict[str, Any]"), outputs)
    assert gives_several(hint_of("Point"), outputs)
    assert gives_several(hint_of("Any"), outputs)
    assert not gives_several(hint_of("tuple[int, Path]"), outputs)
    assert not gives_several(hint_of("tuple[Path, int, int]"), outputs)
    assert not gives_several(hint_of("Path"), outputs)
    assert not gives_several(hint_of("dict[str, Any] | None"), outputs)
