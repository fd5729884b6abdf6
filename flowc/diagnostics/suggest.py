"""Did you mean: the known name that a mistyped one is nearest to."""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str | None:
    """The name of `known` that takes the fewest slips of the finger to `name`; None where all are far away.

    A slip is a letter too many, missing, wrong, or two letters swapped; an upper-case letter for a lower-case one
    counts nothing. Three are allowed in seven letters, one in three; many slips only where the first two letters are
    right. Of equally near ones the first in the alphabet.
    """
    far = len(name) * 3 // 7
    near = ((_distance(name.lower(), other.lower(), far), other) for other in sorted(set(known) - {name}))
    slips, best = min(near, default=(far + 1, None), key=lambda pair: pair[0])
    return best if slips <= far else _longer(name, known)


def _distance(name: str, other: str, far: int) -> int:
    slips = _slips(name, other, far)
    return far + 1 if slips > max(1, len(name) // 4) and name[:2] != other[:2] else slips


def _longer(name: str, known: Iterable[str]) -> str | None:
    """The one name that begins or ends as this one does: `url` for `url_of`, `extract_orders` for `extract`."""
    found = [other for other in sorted(set(known)) if _contains(other.lower(), name.lower())]
    return found[0] if len(found) == 1 else None


def _contains(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and short != long and (long.startswith(short) or long.endswith(short))


def _slips(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance; `limit + 1` stands for all that is above `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], limit + 1)
