"""The project as a worker of Dask has it: the runner's own folder where it sees that, else a copy of its own.

In a copy, what a task gives as a path goes to the store, and comes from there before a task that names it.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from . import shipping
from .dask_words import LARGE, NEEDS_STORE
from .errors import TaskFailure
from .store import Store

Entry = tuple[str, str, int]
"""A file: its path in the project, the digest of its content, its mode. Of an empty folder the digest is empty."""


class Project:
    """Where attempts of a runner work."""

    def __init__(self, folder: Path, given: dict[str, Any], *, is_shared: bool) -> None:
        self.folder = folder
        self.mark: str = given["mark"]
        self.is_shared = is_shared
        self.key = (self.mark, str(folder), given["generation"])
        self.store = Store(given["store"]) if is_shared or not given["is_near"] else None
        self._lock = threading.Lock()
        self._same: dict[str, tuple[int, ...]] = {}
        """Files that are as they came, by their signatures: these need not be told of."""
        self._laid: dict[str, str] = {}
        if not is_shared:
            for path in shipping.files_of(folder):
                self._same[path.relative_to(folder).as_posix()] = signature(path)

    def request(self, work: dict[str, Any]) -> str:
        """The request of an attempt, with what went through the store; the files that it names lie here then."""
        for name, digest, mode in work["brings"] if not self.is_shared else ():
            self._lay((name, digest, mode))
        if not work["large"]:
            return work["request"]
        found = json.loads(work["request"])
        for field, place, digest in work["large"]:
            value = json.loads(self._stored().get(digest))
            if place is None:
                found[field] = value
            else:
                found[field][place] = value
        return json.dumps(found)

    def answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer as it goes to the runner: a large value by its digest, with the files that it names."""
        value: str | None = answer.get("value")
        if value is None:
            return {"answer": answer}
        made = [] if self.is_shared else list(self._made(value))
        if len(value) > LARGE and self.store:
            return {"answer": {"value_in": self.store.put(value.encode())}, "made": made}
        return {"answer": answer, "made": made}

    def _made(self, value: str) -> Iterator[tuple[str, list[Entry]]]:
        """What lies at the paths of a value, and has come about here."""
        for name in paths_in(value):
            inside = os.path.normpath(name)
            if not is_inside(name) or not (self.folder / inside).exists():
                continue
            entries: list[Entry] = []
            for path in everything(self.folder / inside):
                relative = path.relative_to(self.folder).as_posix()
                mode = path.stat().st_mode & 0o777
                if path.is_dir():
                    entries.append((relative, "", mode))
                elif self._same.get(relative) != signature(path):
                    entries.append((relative, self._stored().put_file(path), mode))
            if entries:
                yield inside, entries

    def _lay(self, entry: Entry) -> None:
        name, digest, _ = entry
        path = self.folder / name
        with self._lock:
            if digest and self._laid.get(name) == digest and path.exists() and self._same.get(name) == signature(path):
                return
            lay(self._stored(), self.folder, entry)
            if digest:
                self._laid[name] = digest
                self._same[name] = signature(path)

    def _stored(self) -> Store:
        if self.store is None:
            raise TaskFailure(NEEDS_STORE.format("a path that a task gives"))
        return self.store


_LOCK = threading.Lock()
_HERE: dict[tuple[str, int], Project] = {}


def of(worker: Any, client: Any, work: dict[str, Any]) -> Project | None:
    """The project of an attempt; None where this worker neither sees its folder nor is sent a copy."""
    given = work["place"]
    key = (given["mark"], given["generation"])
    with _LOCK:
        if key not in _HERE:
            if is_seen(given):
                _HERE[key] = Project(Path(given["root"]), given, is_shared=True)
            elif given["copy"]:
                folder = Path(worker.local_directory) / f"flow-{given['mark']}-{given['generation']}"
                shipping.unpack(client.get_dataset(given["copy"]), folder)
                _HERE[key] = Project(folder, given, is_shared=False)
        return _HERE.get(key)


def is_seen(given: dict[str, Any]) -> bool:
    """Whether the runner's folder is here, and is not to be left alone."""
    config: Any = import_module("dask.config")
    if not config.get("flowc.shared-folder", True):
        return False
    try:
        return Path(given["probe"]).read_text() == given["nonce"]
    except OSError:
        return False


def forget(mark: str) -> None:
    """Take away the copies that were made for a runner."""
    with _LOCK:
        for key in [key for key in _HERE if key[0] == mark]:
            project = _HERE.pop(key)
            if not project.is_shared:
                shutil.rmtree(project.folder, ignore_errors=True)


def paths_in(value: str) -> list[str]:
    """The paths in the text of a value."""
    found: list[str] = []

    def look(said: dict[str, Any]) -> None:
        if len(said) == 1 and isinstance(name := said.get("$path"), str):
            found.append(name)

    if '"$path"' in value:
        json.loads(value, object_hook=look)
    return found


def is_inside(name: str) -> bool:
    """Whether a path leads to something in the project's folder, whatever that is."""
    return "://" not in name and not os.path.isabs(name) and os.path.normpath(name).split("/")[0] not in ("..", ".")


def everything(path: Path) -> Iterator[Path]:
    """The file, or all files in the folder and those of its folders that are empty."""
    if not path.is_dir():
        yield path
        return
    inside = sorted(path.iterdir())
    if not inside:
        yield path
    for each in inside:
        yield from everything(each)


def signature(path: Path) -> tuple[int, ...]:
    """What changes when a file does."""
    status = path.stat()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def lay(store: Store, folder: Path, entry: Entry) -> None:
    """Lay a file of the store, or an empty folder, into a project."""
    name, digest, mode = entry
    path = folder / name
    if not digest:
        path.mkdir(parents=True, exist_ok=True)
        return
    store.get_file(digest, path)
    path.chmod(mode)
