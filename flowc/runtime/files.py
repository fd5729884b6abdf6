"""Files that a pattern matches: of this machine, or, with a scheme such as `s3://`, wherever fsspec finds them.

fsspec and what it needs for a scheme (s3fs, gcsfs, ...) come with none of this: where they lack, it says so.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from .paths import path


@dataclass(frozen=True)
class Found:
    """A file: its text as the pattern writes it, what tells it from another one of that name, its bytes."""

    path: str
    etag: str
    size: int


def is_remote(pattern: str) -> bool:
    """Whether files of other machines are meant, which take their time."""
    return "://" in pattern


def first_match(pattern: str, root: Path | str = ".") -> Path | None:
    """The first file or folder, in code point order, that a pattern matches, as the pattern writes it."""
    if is_remote(pattern):
        store, inside = _store(pattern)
        names = [store.unstrip_protocol(name) for name in store.glob(inside)]
    else:
        names = glob.glob(pattern, root_dir=str(root), recursive=True)
    return path(min(names)) if names else None


def listed(pattern: str, root: Path | str = ".") -> list[Found]:
    """The files that a pattern matches, in code point order, no folders."""
    found = _there(pattern) if is_remote(pattern) else _here(pattern, Path(root))
    return sorted(found, key=lambda each: each.path)


def _here(pattern: str, root: Path) -> list[Found]:
    found: list[Found] = []
    for name in glob.glob(pattern, root_dir=str(root), recursive=True):
        place = root / name
        try:
            status = place.stat()
            if place.is_file():
                found.append(Found(name, f"{status.st_mtime_ns:x}-{status.st_size:x}", status.st_size))
        except OSError:  # gone since
            continue
    return found


def _there(pattern: str) -> list[Found]:
    store, inside = _store(pattern)
    return [
        Found(store.unstrip_protocol(name), _etag(said), int(said.get("size") or 0))
        for name, said in store.glob(inside, detail=True).items()
        if said.get("type") == "file"
    ]


def _store(pattern: str) -> tuple[Any, str]:
    """The file system of a pattern's scheme, which forgets what it listed before, and the pattern inside of it."""
    try:
        core = import_module("fsspec.core")
    except ImportError:
        raise ModuleNotFoundError(
            f"to look for {pattern} it needs fsspec, and the package of the scheme: pip install fsspec s3fs"
        ) from None
    store, inside = core.url_to_fs(pattern)
    store.invalidate_cache()
    return store, inside


def _etag(said: dict[str, Any]) -> str:
    """What a store says of a file's content; of one that says nothing, when it was written and how large it is."""
    for name in ("ETag", "etag", "md5Hash", "content_md5"):
        if said.get(name):
            return str(said[name]).strip('"')
    moments = (said.get(name) for name in ("LastModified", "last_modified", "updated", "mtime", "modified", "created"))
    return f"{next((moment for moment in moments if moment), '')}-{said.get('size') or 0}"
