"""Loads all of Dagster that a job will need."""


def load() -> None:
    import dagster
    import dagster._core.definitions.definitions_class
    import dagster._core.executor.multiprocess
    import dagster._core.instance
    import dagster._core.storage.event_log.sqlite
    import dagster.components  # noqa: F401
    from dagster import load_from_defs_folder  # noqa: F401
