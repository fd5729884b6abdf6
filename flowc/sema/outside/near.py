"""Names that a mistyped name may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(name: str, names: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """The names closest to `name`, best first; case does not count, so that `Load` finds `load`."""
    by_folded: dict[str, list[str]] = {}
    for candidate in sorted(set(names)):
        by_folded.setdefault(candidate.casefold(), []).append(candidate)
    matches = get_close_matches(name.casefold(), by_folded, n=limit, cutoff=0.6)
    return tuple(candidate for match in matches for candidate in by_folded[match])[:limit]
