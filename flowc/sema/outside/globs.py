"""Whether a file pattern would find a path, by their texts alone: nothing is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from posixpath import normpath


def finds(pattern: str, path: str) -> bool:
    """Whether `on file` with the pattern sees the path, as `glob` reads it: `*` within a name, `**` any folders."""
    return _finds(_parts(pattern), _parts(path))


def _parts(text: str) -> Sequence[str]:
    scheme, mark, rest = text.rpartition("://")
    return [f"{scheme}{mark}", *normpath(rest).split("/")]


def _finds(pattern: Sequence[str], path: Sequence[str]) -> bool:
    if not pattern or not path:
        return not pattern and not path
    if pattern[0] == "**":
        return any(
            _finds(pattern[1:], path[count:])
            for count in range(len(path))
            if not any(name.startswith(".") for name in path[:count])
        )
    return _one(pattern[0], path[0]) and _finds(pattern[1:], path[1:])


def _one(pattern: str, name: str) -> bool:
    """A name that begins with a dot is found by one that does, too."""
    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
