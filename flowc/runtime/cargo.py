"""What goes with an attempt to a machine elsewhere, and what comes back: values, and the files that are values.

A large value goes through the store. A path that a task gives is there for all: where workers have copies of the
project the file comes to the runner's own folder, and goes from there to whoever names it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .dask_project import Entry, everything, is_inside, lay, signature
from .dask_words import LARGE, NEEDS_STORE
from .environment import texts
from .errors import TaskFailure
from .store import Store
from .values import encode

_FIELDS = ("args", "named", "parts", "script")
"""What of a request may be large, and holds no secret."""


class Cargo:
    """Packs requests and unpacks answers.

    `store` takes what is large; where it `is_near`, only those reach it who see our folder.
    """

    def __init__(self, root: Path, state: Path, store: Store, *, is_near: bool) -> None:
        self.root = root
        self.state = state
        self.store = store
        self.is_near = is_near
        self._digests: dict[str, tuple[tuple[int, ...], str]] = {}
        self._made = _noted(state)

    def pack(self, request: dict[str, Any], *, for_all: bool) -> dict[str, Any]:
        """A request as it goes to a worker; `for_all`: also to one that has a copy of the project."""
        store = None if for_all and self.is_near else self.store
        brings = list(self._brings(request, store)) if for_all else []
        text = encode(request)
        large: list[tuple[str, Any, str]] = []
        if store and len(text) > LARGE:
            found = json.loads(text)
            for field in _FIELDS:
                large += _take_out(found, field, store)
            text = json.dumps(found)
        return {"request": text, "large": large, "brings": brings, "for_all": for_all}

    def value(self, answer: dict[str, Any]) -> str | None:
        """The text of the value that came."""
        if "value_in" not in answer:
            return answer["value"]
        return self.store.get(answer["value_in"]).decode()

    def bring_home(self, made: list[tuple[str, list[Entry]]], run: str) -> None:
        """Lay what a task made where it would be, had it run here."""
        for name, entries in made:
            if name.startswith(".flowc/out/"):  # a place of its own, which every attempt begins anew
                shutil.rmtree(self.root / name, ignore_errors=True)
            for entry in entries:
                lay(self.store, self.root, entry)
                if entry[1]:
                    self._digests[entry[0]] = (signature(self.root / entry[0]), entry[1])
            if name not in self._made:
                self._made.add(name)
                with (self.state / "runs" / run / "made").open("a", encoding="utf-8") as file:
                    file.write(json.dumps(name) + "\n")

    def _brings(self, request: dict[str, Any], store: Store | None) -> Iterator[Entry]:
        """The files that a request names, and that no copy of the project has."""
        said = [text for field in (*_FIELDS, "env") if field in request for text in texts(request[field])]
        for name in sorted(self._made):
            if not any(name in text for text in said) or not (self.root / name).exists():
                continue
            if store is None:
                raise TaskFailure(NEEDS_STORE.format(f"the path {name}"))
            for path in everything(self.root / name):
                relative = path.relative_to(self.root).as_posix()
                digest = "" if path.is_dir() else self._digest(store, relative, path)
                yield relative, digest, path.stat().st_mode & 0o777

    def _digest(self, store: Store, name: str, path: Path) -> str:
        """The digest of a file, which is in the store then."""
        known = self._digests.get(name)
        if known is None or known[0] != signature(path):
            known = self._digests[name] = (signature(path), store.put_file(path))
        return known[1]


def _take_out(found: dict[str, Any], field: str, store: Store) -> Iterator[tuple[str, Any, str]]:
    value = found.get(field)
    if not isinstance(value, (list, dict)):
        text = json.dumps(value)
        if len(text) > LARGE:
            found[field] = None
            yield field, None, store.put(text.encode())
        return
    places: Any = list(value) if isinstance(value, dict) else range(len(value))  # pyright: ignore
    for place in places:
        # as the value was written when a task gave it: then it is there already
        text = json.dumps(value[place], ensure_ascii=False, separators=(",", ":"))
        if len(text) > LARGE:
            value[place] = None
            yield field, place, store.put(text.encode())


def _noted(state: Path) -> set[str]:
    """The paths that tasks of former runs gave in copies of the project."""
    found: set[str] = set()
    for path in sorted(state.glob("runs/*/made"), key=os.path.getmtime):
        lines = path.read_text("utf-8").splitlines()
        found.update(name for line in lines if is_inside(name := json.loads(line)))
    return found
