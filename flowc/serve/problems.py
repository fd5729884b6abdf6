"""What the server could not do: each is printed once, and stands in `health` for as long as it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

MOST = 50
"""So many are kept; the oldest goes for a further one."""


class Problems:
    """Sentences by what they are about, on the engine's thread. `tell` is called with each that is new."""

    def __init__(self, tell: Callable[[str], None] = lambda said: None) -> None:
        self._tell = tell
        self._kept: dict[str, str] = {}

    def add(self, about: str, said: str) -> None:
        """Something cannot be done, and why: it takes the place of what was said about that before."""
        is_new = self._kept.pop(about, None) != said
        self._kept[about] = said
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        if is_new:
            self._tell(said)

    def over(self, about: str) -> None:
        """It can be done now."""
        self._kept.pop(about, None)

    def __iter__(self) -> Iterator[str]:
        return iter([*self._kept.values()])
