"""Code and files on their way to machines that don't see the project's folder: packed into one archive, and unpacked.

Left out is what is no part of the project: version control, the runner's own records, virtual environments, caches.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from .errors import UsageError

_LEFT = frozenset(
    (".git", ".hg", ".svn", ".flowc", "__pycache__", "node_modules", ".tox", ".nox", ".eggs", ".DS_Store")
)
_LARGEST = 64 << 20
"""Bytes of a packed project: it goes through the scheduler's memory."""


class TooLarge(UsageError):
    """A project that is not packed. Its text says which of its files are the largest."""


def files_of(root: Path) -> Iterator[Path]:
    """The files of a project that others need, in order."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _is_left(here / name))
        yield from (here / name for name in sorted(names) if name not in _LEFT and (here / name).is_file())


def _is_left(folder: Path) -> bool:
    name = folder.name
    is_cache = name.startswith(".") and name.endswith("_cache")
    return name in _LEFT or is_cache or (folder / "pyvenv.cfg").exists()


def packed(root: Path, largest: int = _LARGEST) -> tuple[str, bytes]:
    """A project as one archive, with its digest; TooLarge."""
    found = io.BytesIO()
    sizes: list[tuple[int, str]] = []
    with (
        gzip.GzipFile(fileobj=found, mode="wb", compresslevel=1, mtime=0) as whole,
        tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in files_of(root):
            name = path.relative_to(root).as_posix()
            entry = tarfile.TarInfo(name)
            entry.size = path.stat().st_size
            entry.mode = path.stat().st_mode & 0o777
            sizes.append((entry.size, name))
            with path.open("rb") as file:
                archive.addfile(entry, file)
            if found.tell() > largest:
                raise TooLarge(_too_large(root, largest, sizes))
    data = found.getvalue()
    return hashlib.sha256(data).hexdigest(), data


def _too_large(root: Path, largest: int, sizes: list[tuple[int, str]]) -> str:
    most = ", ".join(f"{name} ({size >> 20} MiB)" for size, name in sorted(sizes, reverse=True)[:3])
    return (
        f"the project {root} is too large to be sent to the workers: more than {largest >> 20} MiB packed, the largest "
        f"files so far are {most}. Put data elsewhere (a bucket, a mounted folder), or let the workers see the "
        "project's folder at the same path"
    )


def unpack(data: bytes, into: Path) -> None:
    """Lay an archive's files into a folder."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for entry in archive:
            path = into / entry.name
            if ".." in path.relative_to(into).parts or not entry.isfile():
                raise UsageError(f"the archive holds {entry.name!r}, which is no file of a project")
            path.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(entry)
            assert content is not None
            path.write_bytes(content.read())
            path.chmod(entry.mode)


def modules() -> tuple[str, bytes]:
    """This package as an archive, with its digest."""
    return packed(Path(__file__).parent)
