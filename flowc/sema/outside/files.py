"""Files that a flow names, from the project's folder; names count exactly, whatever the disk thinks of case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from attrs import frozen

from flowc.diagnostics.suggest import closest

_MOST = 5_000  # files that are looked at for something to suggest


@frozen
class FoundFile:
    """The file, and whether it stands outside of the project."""

    path: Path
    is_outside: bool = False


@frozen
class MissingFile:
    """No file of this name. `near` is one whose path looks like it; `is_folder`: a folder has the name."""

    name: str
    near: str | None
    is_folder: bool = False


def find_file(root: Path, name: str) -> FoundFile | MissingFile:
    """The file that `name` (with `/`, from the project's folder) stands for."""
    pure = PurePosixPath(name)
    path = root / pure
    if not name or "\0" in name:
        return MissingFile(name, None)
    if _is_exact(root, pure):
        if path.is_file():
            inside = path.resolve().is_relative_to(root.resolve())
            return FoundFile(path, is_outside=not inside)
        return MissingFile(name, None, is_folder=True)
    return MissingFile(name, closest(str(pure), _files(root, pure.suffix)))


def _is_exact(root: Path, pure: PurePosixPath) -> bool:
    """Whether every part of the path exists as it is written."""
    folder = Path("/") if pure.is_absolute() else root
    for part in pure.parts[1:] if pure.is_absolute() else pure.parts:
        try:
            is_there = part == ".." or any(entry.name == part for entry in folder.iterdir())
        except OSError:
            return False
        if not is_there:
            return False
        folder /= part
    return True


def _files(root: Path, suffix: str) -> Iterator[str]:
    """Paths of files of that kind below the project's folder, hidden folders aside."""
    seen = 0
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith((".", "__")) and name != "node_modules")
        for file in sorted(files):
            seen += 1
            if seen > _MOST:
                return
            if not suffix or file.endswith(suffix):
                yield (Path(folder) / file).relative_to(root).as_posix()
