"""A tree onto the disk: the only code of the compiler that writes.

Beside the files lies a manifest of what was written, with digests. A later build removes what it no longer makes, and
only if nobody has touched it since; what somebody else wrote or changed is never overwritten unless `force` says so.
"""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import cast

from attrs import frozen

from flowc.emit.tree import FileTree

MANIFEST = ".flowc/files.json"


class OccupiedError(Exception):
    """Files of somebody else are in the way: `paths`, as in the tree. Nothing has been written."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(f"in the way: {', '.join(paths)}")
        self.paths = paths


@frozen
class Written:
    """What a write did, by path as in the tree."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    left: tuple[str, ...]
    """No longer made, but changed by hand since, so left where they are."""


@frozen
class Stale:
    """How a folder differs from a tree, by path as in the tree; all empty where a write would do nothing."""

    missing: tuple[str, ...]
    old: tuple[str, ...]
    """As we wrote them, and we would write something else now."""
    edited: tuple[str, ...]
    """Changed since by somebody else, or never ours."""
    spare: tuple[str, ...]
    """Ours, and no longer made."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.old or self.edited or self.spare)


def compare(tree: FileTree, root: Path) -> Stale:
    """What a write would find to do. Nothing is written."""
    before = _manifest(root)
    wanted = {path: _digest(_bytes(value)) for path, value in tree.items()}
    found = {path: _digest_on_disk(root / path) for path in {**wanted, **before}}
    differing = [path for path in wanted if found[path] not in (None, wanted[path])]
    return Stale(
        missing=tuple(path for path in wanted if found[path] is None),
        old=tuple(path for path in differing if found[path] == before.get(path)),
        edited=tuple(path for path in differing if found[path] != before.get(path)),
        spare=tuple(path for path in before if path not in wanted and found[path] is not None),
    )


def write(tree: FileTree, root: Path, *, force: bool = False) -> Written:
    """Make `root` hold the tree. Each file is replaced whole or not at all; equal files keep their times.

    Raises OccupiedError where a file that we did not write, or that was changed by hand since, would be lost.
    """
    before = _manifest(root)
    content = {path: _bytes(value) for path, value in tree.items()}
    digests = {path: _digest(value) for path, value in content.items()}
    found = {path: _digest_on_disk(root / path) for path in content}
    taken = tuple(p for p, now in found.items() if now not in (None, digests[p], before.get(p)))
    taken += tuple(p for p in content if _leads_astray(root, p))
    if taken and not force:
        raise OccupiedError(taken)

    changed = tuple(path for path in content if found[path] != digests[path])
    gone = {path: digest for path, digest in before.items() if path not in content}
    # The manifest first and with both: were we stopped half way, the next build still knows its own files.
    if digests | gone != before:
        _replace(root / MANIFEST, _listing(digests | gone))
    for path in changed:
        _replace(root / path, content[path])
    removed = tuple(path for path, digest in gone.items() if _digest_on_disk(root / path) == digest)
    left = tuple(path for path in gone if path not in removed and (root / path).exists())
    for path in removed:
        _remove(root, path)
    if gone:
        _replace(root / MANIFEST, _listing(digests))
    return Written(changed, tuple(p for p in content if p not in changed), removed, left)


def _manifest(root: Path) -> dict[str, str]:
    try:
        data: object = json.loads((root / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    entries = cast(dict[str, object], data) if isinstance(data, dict) else {}
    return {path: digest for path, digest in entries.items() if isinstance(digest, str) and _is_plain(path)}


def _is_plain(path: str) -> bool:
    try:
        FileTree({path: ""})
    except ValueError:
        return False
    return True


def _listing(digests: dict[str, str]) -> bytes:
    return (json.dumps(dict(sorted(digests.items())), indent=1, ensure_ascii=False) + "\n").encode()


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _digest_on_disk(path: Path) -> str | None:
    """None where nothing is; a folder or an unreadable thing has a digest of its own, equal to no content's."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        return _digest(path.read_bytes())
    except OSError:
        return "unreadable"


def _leads_astray(root: Path, path: str) -> bool:
    """Whether a symbolic link or a plain file stands where a folder of ours should be."""
    for folder in list((root / path).parents)[: path.count("/")]:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            return True
    return False


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".flowc-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove(root: Path, path: str) -> None:
    """The file, and the folders that are empty without it."""
    (root / path).unlink()
    for folder in list((root / path).parents)[: path.count("/")]:
        try:
            folder.rmdir()
        except OSError:
            return
