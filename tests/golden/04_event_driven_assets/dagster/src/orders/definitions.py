"""All that Dagster finds in this project: every job, schedule and asset in `defs`."""

from pathlib import Path

from dagster import Definitions, definitions, load_from_defs_folder


@definitions
def defs() -> Definitions:
    """What `defs` holds."""
    return load_from_defs_folder(path_within_project=Path(__file__).parent)
