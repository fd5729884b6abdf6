"""Loads all of Airflow that a job will need, and leaves no thread behind: what is forked must be single."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

SHARES_POOLS = False  # each job has a database of its own


@contextmanager
def ready() -> Iterator[None]:
    _load()
    yield


def _load() -> None:
    import a2wsgi  # noqa: F401
    import airflow.api.common.trigger_dag
    import airflow.jobs.scheduler_job_runner
    import airflow.logging_config
    import airflow.providers.standard.operators.trigger_dagrun
    import airflow.sdk.definitions.connection
    import airflow.sdk.definitions.decorators
    import airflow.sdk.execution_time.supervisor
    import airflow.sdk.execution_time.task_runner
    import airflow.serialization.serialized_objects  # noqa: F401
    import flowc_inside.releases  # noqa: F401
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    asyncio.run(_ask_once())


async def _ask_once() -> None:
    """The first request makes the API's versions, some three seconds: ask for an instance that does not exist."""
    import httpx
    from airflow.sdk.execution_time import supervisor

    api = supervisor.in_process_api_server()
    nobody = "task-instances/00000000-0000-0000-0000-000000000000/run"
    body = {"state": "running", "hostname": "", "unixname": "", "pid": 1, "start_date": "2024-01-01T00:00:00Z"}
    async with (
        api.app.router.lifespan_context(api.app),
        httpx.AsyncClient(transport=api.atransport, base_url="http://in-process/") as client,
    ):
        answer = await client.patch(nobody, json=body)
    if answer.status_code != 404:
        raise RuntimeError(f"Airflow's execution API said {answer.status_code}: {answer.text}")
