"""Loads all of Dagster that a job will need."""

from collections.abc import Iterator
from contextlib import contextmanager

SHARES_POOLS = False  # each job has an instance of its own


@contextmanager
def ready() -> Iterator[None]:
    import dagster
    import dagster._core.definitions.definitions_class
    import dagster._core.executor.multiprocess
    import dagster._core.instance
    import dagster._core.storage.event_log.sqlite
    import dagster.components  # noqa: F401
    from dagster import load_from_defs_folder  # noqa: F401

    yield
