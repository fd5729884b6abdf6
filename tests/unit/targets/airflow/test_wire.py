"""Values through XComs: as they went in, whatever a database does to JSON's numbers."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flowc_targets.airflow.wire import from_xcom, to_xcom

VALUES: list[tuple[Any, str]] = [
    (2**63 - 1, "int"),
    (-0.0, "float"),
    (1e16, "float"),
    ([1.0, -0.0, 0.5], "list[float]"),
    ({"a": 3.0}, "map[str, float]"),
    ({"a": 2.0, "b": None}, "(a: float, b: float?)"),
    (100.0, "json"),
    ({"a": [1, 2.0, True]}, "json"),
    ({"$json": "x"}, "json"),
    (date(2024, 1, 31), "any"),
    ([date(2024, 1, 31), 1.0], "any"),
    (date(2024, 1, 31), "date"),
    (time(6, 0, 0, 5), "time"),
    (datetime(2024, 1, 1, 6, tzinfo=UTC), "datetime"),
    (timedelta(days=-1, microseconds=3), "duration"),
    (Decimal("1.500"), "decimal(9, 3)"),
    (b"\x00\xff", "bytes"),
    (Path("a/b"), "path"),
    (4 * 2**30, "size"),
    (None, "int?"),
    ("žluť\x00", "str"),
]


@pytest.mark.parametrize(("value", "kind"), VALUES)
def test_a_value_comes_out_as_it_went_in(value: Any, kind: str) -> None:
    found = from_xcom(database(to_xcom(value, kind)), kind)
    assert repr(found) == repr(value)


def database(value: Any) -> Any:
    """What a column that holds numbers makes of JSON: whole floats become whole numbers, minus zero is zero."""
    if isinstance(value, list):
        return [database(each) for each in value]
    if isinstance(value, dict):
        return {key: database(each) for key, each in json.loads(json.dumps(value)).items()}
    return int(value) if isinstance(value, float) and value == value // 1 else value
