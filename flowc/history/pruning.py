"""Which past runs nothing needs any more, and their removal: folders with journals, logs and answers.

What was asked for once starts nothing when it is asked for again, for the register keeps a row of each run: no row
goes. A folder stays while its run goes on or may be gone on with.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from attrs import field, frozen

from flowc.history.journals import ids, journal_of, summary
from flowc.runtime.launch import claim
from flowc.runtime.register import Register

_BY_HAND = ("manual", "run", "test")
"""Triggers of runs that nobody asks for again by the same key."""
_GONE = ".gone-"
"""What a folder is called while it is removed, beside the folder of runs: half a run is none."""

YOUNG = "ended later"
OPEN = "not at their end"
WANTED = "that did not succeed: who asks for them again goes on with them"
CHILD = "that such a run has started"


@frozen
class Pruned:
    """The runs that went, the oldest first, the bytes of their files, and how many stayed for which reason."""

    runs: tuple[str, ...]
    size: int
    kept: Mapping[str, int] = field(factory=dict[str, int])


def prune(state: Path, before: float, *, database: str | None = None, is_dry: bool = False) -> Pruned:
    """Remove the runs that ended before a moment (seconds since 1970) and that nothing needs; `is_dry`: only say so."""
    if not is_dry:
        for half in state.glob(f"{_GONE}*"):
            rmtree(half, ignore_errors=True)
    why = _reasons(state, before, database)
    gone: list[str] = []
    size = 0
    for identity in sorted(identity for identity, reason in why.items() if reason is None):
        folder = state / "runs" / identity
        found = _size(folder)
        if is_dry or _remove(state, folder):
            gone.append(identity)
            size += found
        else:
            why[identity] = OPEN
    return Pruned(tuple(gone), size, Counter(reason for reason in why.values() if reason))


def _reasons(state: Path, before: float, database: str | None) -> dict[str, str | None]:
    """For each run why it stays; None where nothing needs it."""
    said = {identity: summary(state, identity) for identity in ids(state) if journal_of(state, identity)}
    register = Register(database or state) if database or (state / "register.db").is_file() else None
    try:
        why = {identity: _reason(identity, run, before, register) for identity, run in said.items()}
    finally:
        if register:
            register.close()
    parents = {identity: run["parent"] for identity, run in said.items() if run and run["parent"] in said}
    for identity in sorted(parents):  # who was started has a later id
        if why[identity] is None and why[parents[identity]] is not None:
            why[identity] = CHILD
    return why


def _reason(identity: str, run: Mapping[str, Any] | None, before: float, register: Register | None) -> str | None:
    if run is None or run["outcome"] is None:
        return OPEN
    if run["ended"] >= before:
        return YOUNG
    row = register.of_run(identity) if register else None
    if row is not None:
        return None if row.outcome == "succeeded" else WANTED
    # Another register, in PostgreSQL, may know it: of that nothing is known here.
    return None if run["outcome"] == "succeeded" or run["trigger"] in _BY_HAND else WANTED


def _remove(state: Path, folder: Path) -> bool:
    """Whether nobody works on the run, and it is gone."""
    lock = claim(folder)
    if lock is None:
        return False
    try:
        gone = state / f"{_GONE}{folder.name}"
        folder.rename(gone)
        rmtree(gone)
    finally:
        os.close(lock)
    return True


def _size(folder: Path) -> int:
    return sum(_sizes(folder.rglob("*")))


def _sizes(paths: Iterable[Path]) -> Iterable[int]:
    return (path.lstat().st_size for path in paths if path.is_file() and not path.is_symlink())
