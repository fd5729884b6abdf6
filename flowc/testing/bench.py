"""Where tests are run: one engine for all of them, on a clock that leaps, in a folder that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

from flowc.runtime.clock import Leaping
from flowc.runtime.engine import Engine
from flowc.runtime.launch import claim
from flowc.runtime.model import Flow
from flowc.runtime.parts import normal
from flowc.runtime.running import Run
from flowc.runtime.view import RunInfo
from flowc.testing.view import TestView

_MEMORY = Path("/dev/shm")


class Bench:
    """A place to run flows that do nothing; to be closed."""

    def __init__(self) -> None:
        # in memory, where there is such a folder: a journal is forced to the disk at its end, and nobody needs these
        home = str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="flowc-test-", dir=home))
        self.engine = Engine(self.folder, flows={}, state=self.folder, jobs=1, sync=False, executor="inline")
        self._numbers = count(1)

    def run(self, flow: Flow, info: RunInfo, params: Mapping[str, Any], blank: Collection[str]) -> Run:
        """A run of a flow whose tasks pretend, to its end."""
        folder = self.folder / "runs" / str(next(self._numbers))
        folder.mkdir(parents=True)
        lock = claim(folder)
        assert lock is not None
        self.engine.clock = Leaping(info.at)
        self.engine.view = partial(TestView, blank=blank)
        self.engine.flows = {flow.name: flow}
        run = Run(self.engine, flow, params=params, info=info, folder=folder, lock=lock)
        self.engine.add(run)
        self.engine.work()
        return run

    def trace(self, run: Run) -> tuple[str, ...]:
        """The lines of its normal trace."""
        return tuple(normal(run.folder))

    def close(self) -> None:
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
