"""Starts a Prefect server for all jobs, and loads what they will need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowc_inside.server import serving

SHARES_POOLS = True  # limits are the server's


@contextmanager
def ready() -> Iterator[None]:
    with serving(Path(os.environ["PREFECT_HOME"])) as address:
        os.environ["PREFECT_API_URL"] = address
        _load()
        yield


def _load() -> None:
    """What every job needs. No threads may be running when it is forked, so nothing is called yet."""
    import prefect
    import prefect.events.clients
    import prefect.flow_engine
    import prefect.task_engine
    import prefect.task_runners

    assert prefect.__version__
