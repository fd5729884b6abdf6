"""The definitions load, and Dagster finds them sound: `python -m pytest` in an environment with the project's own."""

import dagster as dg

from orders.definitions import defs

JOBS = ["build_facts", "deliver_customers", "ingest_orders", "report"]


def test_jobs_load() -> None:
    found = [job.name for job in defs().resolve_all_job_defs()]
    assert sorted(name for name in found if not name.startswith("__")) == JOBS


def test_definitions_are_sound() -> None:
    dg.Definitions.validate_loadable(defs())
