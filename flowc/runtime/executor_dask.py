"""Attempts on the workers of a Dask cluster, one of this machine's own or one that is there: `dask`, `dask=ADDRESS`.

The runner decides as ever what runs and what follows. A worker does an attempt in a process of its own kind, as
natively, and at most once: one that is lost with its worker is a failed attempt with the name `ProcessEnded`, as
natively one whose process has died.
"""

from __future__ import annotations

import os
import selectors
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .cargo import Cargo
from .errors import Unreachable, UsageError
from .executor import Place, Turn, Work
from .launch import claim
from .store import Store, StoreError

_MOST = 4096
_LEAST = "2026.8"
"""From then on what a client says and what it asks for reach the scheduler in order, which claims stand on."""


class Dask:
    """An executor: as many attempts at once as the cluster has threads, unless it is said."""

    keeps_time = True

    def __init__(self, place: Place, argument: str | None = None) -> None:
        _look_for_dask()
        from .dask_link import Link
        from .dask_local import LocalCluster

        self.place = place
        self.mine = place.root / ".flowc" / "dask" / place.mark
        self._came: deque[Callable[[], None] | None] = deque()
        self._hears, self._tells = os.pipe()
        os.set_blocking(self._tells, False)
        self.address = argument or ""
        where = f"{place.store.rstrip('/')}/flow-{place.mark}" if place.store else str(self.mine / "store")
        self._lock = _prepared(self.mine)
        self._store: Store | None = None
        self._cluster: LocalCluster | None = None
        self._link: Link | None = None
        place.selector.register(self._hears, selectors.EVENT_READ, self._arrived)
        try:
            self._store = Store(where)
            cargo = Cargo(place.root, place.state, self._store, is_near=place.store is None)
            if argument is None:
                self._cluster = LocalCluster(place.root, place.jobs)
                self.address = self._cluster.address
            link = Link(place, cargo, _given(place, self.mine, where), self._tell)
            self._link = link
            seen = link.connect(self.address)
            self.about = _about(self.address, link.threads, seen)
        except StoreError as error:
            self.close()
            raise UsageError(str(error)) from error
        except BaseException:
            self.close()
            raise

    @property
    def slots(self) -> int:
        assert self._link
        return self.place.jobs or max(1, self._link.threads)

    def start(self, work: Work) -> Turn:
        assert self._link
        return self._link.submit(work)

    def stop(self, turns: Sequence[Turn]) -> None:
        from .dask_link import DaskTurn

        assert self._link
        self._link.stop([turn for turn in turns if isinstance(turn, DaskTurn)])

    def renew(self) -> None:
        assert self._link
        self._link.generation += 1

    def close(self) -> None:
        try:
            if self._link:
                self._link.close()
            if self._cluster:
                self._cluster.close()
        finally:
            self.place.selector.unregister(self._hears)
            os.close(self._hears)
            os.close(self._tells)
            if self._store:
                self._store.clear()
            os.close(self._lock)
            shutil.rmtree(self.mine, ignore_errors=True)

    def _tell(self, what: Callable[[], None] | None) -> None:
        """Let the runner call a function in its own thread; it gives up where that is None."""
        self._came.append(what)
        with suppress(BlockingIOError):  # it has been told of something before, and looks at all that has come
            os.write(self._tells, b"x")

    def _arrived(self) -> None:
        os.read(self._hears, _MOST)
        while self._came:
            what = self._came.popleft()
            if what is None:
                raise Unreachable(f"the scheduler of Dask at {self.address} does not answer any more")
            what()


def _look_for_dask() -> None:
    """UsageError where there is no Dask that will do."""
    need = "the executor dask needs the package distributed, {} or newer: pip install 'flowc[dask]'"
    if find_spec("distributed") is None:
        raise UsageError(need.format(_LEAST))
    found = version("distributed")
    if _numbers(found) < _numbers(_LEAST):
        raise UsageError(f"{need.format(_LEAST)}; here is {found}")


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdigit())


def _about(address: str, threads: int, seen: Mapping[str, bool]) -> str:
    """Where attempts run, in words."""
    copies = sum(not is_seen for is_seen in seen.values())
    work = "" if not seen else " in this folder" if not copies else " in copies of this folder"
    if copies and copies < len(seen):
        work = f" in this folder, {copies} of them in copies of it"
    workers = "1 worker" if len(seen) == 1 else f"{len(seen)} workers"
    return f"Dask at {address}: {workers} with {threads} threads{work}"


def _given(place: Place, mine: Path, store: str) -> dict[str, Any]:
    """What a worker is told of the project, with a file by which it knows its folder."""
    probe, nonce = mine / "probe", os.urandom(16).hex()
    probe.write_text(nonce)
    near = place.store is None
    return {
        "root": str(place.root),
        "probe": str(probe),
        "nonce": nonce,
        "mark": place.mark,
        "store": store,
        "is_near": near,
    }


def _prepared(mine: Path) -> int:
    """Make a folder of the runner's own, and take away those of runners that are gone; the lock that says it lives."""
    mine.mkdir(parents=True)
    lock = claim(mine)
    assert lock is not None
    for other in mine.parent.iterdir():
        if other != mine and (free := claim(other)) is not None:
            shutil.rmtree(other, ignore_errors=True)
            os.close(free)
    return lock
