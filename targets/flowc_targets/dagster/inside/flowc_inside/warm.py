"""Loads all of Dagster that a job will need."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryDirectory

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

    _read_migrations()
    yield


def _read_migrations() -> None:
    """Each process asks each storage whether it is migrated, and reads all migrations for it: once is enough."""
    import dagster as dg
    from alembic.script import ScriptDirectory

    ScriptDirectory.from_config = cache(ScriptDirectory.from_config)
    with TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home) as instance:
        instance.get_run_records(limit=1)
