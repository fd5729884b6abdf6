"""Where tasks stand in the picture of a run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from flowc.history.drawing import places


def crossings(needs: Mapping[str, Sequence[str]], found: Mapping[str, tuple[int, float]]) -> int:
    """How often arrows between the same two columns cross."""
    arrows = [(found[need], found[name]) for name, those in needs.items() for need in those]
    pairs = [
        (a, b) for number, a in enumerate(arrows) for b in arrows[:number] if a[0][0] == b[0][0] and a[1][0] == b[1][0]
    ]
    return sum((a[0][1] - b[0][1]) * (a[1][1] - b[1][1]) < 0 for a, b in pairs)


def test_a_task_stands_behind_all_that_it_waits_for_and_no_two_on_one_place() -> None:
    chance = random.Random(7)
    needs = {f"t{n}": [f"t{chance.randrange(n)}" for _ in range(min(n, 2))] for n in range(200)}
    found = places(needs, ())
    assert all(found[need][0] < found[name][0] for name, those in needs.items() for need in those)
    assert len(set(found.values())) == len(needs)


def test_handlers_stand_behind_all_else() -> None:
    found = places({"a": [], "b": ["a"], "tell": ["a"], "then": ["tell"]}, {"tell", "then"})
    assert [found[name][0] for name in ("a", "b", "tell", "then")] == [0, 1, 2, 3]


def test_arrows_that_need_not_cross_do_not() -> None:
    needs: dict[str, list[str]] = {f"a{n}": [] for n in range(8)}
    needs |= {f"b{n}": [f"a{7 - n}"] for n in range(8)}
    assert crossings(needs, places(needs, ())) == 0


def test_nothing_has_no_place() -> None:
    assert places({}, ()) == {}
