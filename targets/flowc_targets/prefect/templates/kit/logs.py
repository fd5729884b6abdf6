"""What tasks print, as lines of Prefect's log."""

from __future__ import annotations

from collections.abc import Callable

from prefect import get_run_logger

from .masks import masked


def logged() -> Callable[[str], None]:
    """A function that logs a line with the run that is going on now, wherever it is called."""
    logger = get_run_logger()
    return lambda line: logger.info(masked(line))
