"""Did you mean."""

import pytest

from flowc.diagnostics.suggest import closest, distance

WORDS = ["retry", "timeout", "reads", "writes", "after", "return", "task", "target", "for", "if"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("retires", "retry"),
        ("timout", "timeout"),
        ("taks", "task"),
        ("fro", "for"),
        ("iff", "if"),
        ("Retry", "retry"),
        ("raeds", "reads"),
        ("x", None),
        ("owner", None),
        ("schedule", None),
        ("retry", None),
    ],
)
def test_closest(word: str, meant: str | None) -> None:
    assert closest(word, WORDS) == meant
    assert closest(word, reversed(WORDS)) == meant


def test_of_equals_the_first_in_the_alphabet() -> None:
    assert closest("cat", ["hat", "bat", "rat"]) == "bat"


def test_distance() -> None:
    assert distance("kitten", "sitting", at_most=9) == 3
    assert distance("ab", "ba", at_most=9) == 1
    assert distance("abcdef", "a", at_most=2) > 2
