import ast
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowc.emit.format import formatted
from flowc.target.code import import_lines
from flowc.target.literals import block, imports_of, literal

VALUES = [
    (None, "None"),
    (True, "True"),
    (2**63 - 1, "9223372036854775807"),
    (-0.0, "-0.0"),
    ("it's", '"it\'s"'),
    ('say "x"', "'say \"x\"'"),
    ("a\nb\\", '"a\\nb\\\\"'),
    ("\x00\ud800\u200b", '"\\x00\\ud800\\u200b"'),
    (b"a'\xff", 'b"a\'\\xff"'),
    (date(2024, 1, 31), "date(2024, 1, 31)"),
    (time(6), "time(6, 0)"),
    (time(6, 0, 0, 5), "time(6, 0, 0, 5)"),
    (datetime(2024, 1, 1, 6, 30), "datetime(2024, 1, 1, 6, 30)"),
    (datetime(2024, 1, 1, 6, tzinfo=UTC), "datetime(2024, 1, 1, 6, 0, tzinfo=timezone.utc)"),
    (
        datetime(2024, 1, 1, 6, tzinfo=timezone(timedelta(hours=1))),
        "datetime(2024, 1, 1, 6, 0, tzinfo=timezone(timedelta(hours=1)))",
    ),
    (timedelta(0), "timedelta(0)"),
    (timedelta(days=7), "timedelta(days=7)"),
    (timedelta(hours=1, minutes=30), "timedelta(minutes=90)"),
    (timedelta(seconds=-5), "timedelta(seconds=-5)"),
    (timedelta(milliseconds=500), "timedelta(milliseconds=500)"),
    (timedelta(microseconds=-1), "timedelta(microseconds=-1)"),
    (Decimal("1.50"), 'Decimal("1.50")'),
    ([1, ("a",), {"k": date(2024, 1, 1)}], '[1, ("a",), {"k": date(2024, 1, 1)}]'),
]


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[text for _, text in VALUES])
def test_a_literal_reads_well_and_reads_back(value: object, text: str) -> None:
    assert literal(value) == text
    names: dict[str, object] = {}
    exec("\n".join(import_lines(imports_of(value))), names)
    assert repr(eval(text, names)) == repr(value)
    assert formatted(f"x = {text}\n") == f"x = {text}\n"


def test_what_is_no_constant_has_no_literal() -> None:
    with pytest.raises(TypeError, match="no literal for"):
        literal(object())


@given(st.text(alphabet=st.sampled_from("ab\"'\\\n\r\t {}#\u00e9\u2028\x00"), max_size=12))
def test_blocks_read_back(text: str) -> None:
    assert ast.literal_eval(block(text)) == text
    assert ast.literal_eval(literal(text)) == text


def test_a_block_is_read_as_it_is_written() -> None:
    assert block('SELECT "a"\nFROM t \n') == '"""SELECT "a"\nFROM t\\x20\n"""'
    assert block("one line") == '"one line"'
