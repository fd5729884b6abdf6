"""Did you mean: the candidate that a mistyped word is closest to."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate with the fewest slips from `word`, or None where none is close or `word` is one of them.

    A slip is a letter too many, missing or wrong, or two swapped (Damerau and Levenshtein, each place touched once);
    case does not count. A word of up to four letters may have one slip, of six two, a longer one three if it begins
    alike. Of equals what `word` is the beginning of wins, then the first in the alphabet: the answer does not hang on
    the order of `candidates`.
    """
    words = set(candidates)
    allowed = 1 if len(word) <= 4 else 2 if len(word) <= 6 else 3
    ranked = sorted(
        (slips, not candidate.lower().startswith(word.lower()), candidate)
        for candidate in (words if word not in words else ())
        if (slips := distance(word.lower(), candidate.lower(), at_most=allowed)) <= allowed
    )
    return next((candidate for slips, _, candidate in ranked if _likely(word, candidate, slips)), None)


def _likely(word: str, candidate: str, slips: int) -> bool:
    alike = word[:1].lower() == candidate[:1].lower()
    return slips < min(len(word), len(candidate)) and (slips < 3 or alike)


def distance(a: str, b: str, *, at_most: int) -> int:
    """How many slips turn `a` into `b`; any number above `at_most` where there are more than that."""
    if abs(len(a) - len(b)) > at_most:
        return at_most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            slips = min(last[j] + 1, row[-1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                slips = min(slips, before[j - 2] + 1)
            row.append(slips)
        if min(row) > at_most:
            return at_most + 1
        before, last = last, row
    return last[-1]
