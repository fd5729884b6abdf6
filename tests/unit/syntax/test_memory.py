"""With a memory of the texts before, reading gives just what it gives without."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any, cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.source import Source, Span
from flowc.syntax import ast
from flowc.syntax.memory import Memory
from flowc.syntax.parse import parse
from flowc.syntax.walk import walk
from tests.edits import edited
from tests.unit.syntax.programs import programs
from tests.unit.syntax.test_random import PROGRAMS, SLOWLY

ONE = 'flow f {\n  task a = sh "one"\n  task b = sh "#{a}" retry 2\n}\n'


def spelled(value: Any) -> object:
    """A value with every place in it as numbers."""
    if isinstance(value, Span):
        return value.source.path, hash(value.source.text), value.start, value.end
    if isinstance(value, tuple | list):
        return [spelled(part) for part in cast(Iterable[Any], value)]
    if attrs.has(type(value)):
        names = (each.name for each in attrs.fields(type(value)) if each.init)  # others are memories
        return [type(value).__name__, *(spelled(getattr(value, name)) for name in names)]
    return value


def same(texts: Iterable[str]) -> None:
    memory = Memory()
    for text in texts:
        found = parse(Source("x.flow", text), memory)
        assert spelled(found) == spelled(parse(Source("x.flow", text)))


@settings(SLOWLY, max_examples=40)
@given(st.integers(), st.sampled_from(PROGRAMS))
def test_edits_of_known_texts(seed: int, text: str) -> None:
    same(edited(text, Random(seed), 8))


@settings(SLOWLY, max_examples=40)
@given(st.integers(), programs())
def test_edits_of_random_texts(seed: int, text: str) -> None:
    same(edited(text, Random(seed), 8))


def tasks_of(text: str, memory: Memory) -> list[ast.Node]:
    file, _ = parse(Source("x.flow", text), memory)
    return [node for node in walk(file) if isinstance(node, ast.Task)]


def test_what_is_unchanged_is_taken_again_where_it_stands_now() -> None:
    memory = Memory()
    before = tasks_of(ONE, memory)
    after = tasks_of(ONE.replace('"one"', '"a much longer one"'), memory)
    assert (after[0] is before[0], after[1] is before[1]) == (False, True)
    assert after[1].span.text == 'task b = sh "#{a}" retry 2'


@pytest.mark.parametrize(
    "then",
    [
        ONE.replace("retry 2", "retry 20"),
        ONE.replace("retry 2\n", "retry 2\n    -> str\n"),
        ONE.replace("retry 2\n", "retry 2,\n"),
        ONE.replace('  task a = sh "one"\n', '  if true {\n  task a = sh "one"\n  }\n'),
        'let x = """\n' + ONE + '"""\n',
        ONE + ONE,
    ],
)
def test_the_same_line_may_mean_something_else(then: str) -> None:
    same([ONE, then, ONE])


def test_what_something_is_told_of_is_read_again() -> None:
    same(['flow f {\n  task a = sh "{{ ds }}"\n}\n', '\nflow f {\n  task a = sh "{{ ds }}"\n}\n'])


def test_what_is_gone_for_long_is_forgotten() -> None:
    memory = Memory()
    for number in range(50):
        tasks_of(ONE.replace("one", str(number)), memory)
    assert len(memory.pool) < 20
