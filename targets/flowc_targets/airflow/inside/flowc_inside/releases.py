"""What releases of Airflow before 3.3 call by other names, or do not have yet."""

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

from airflow.api.common.trigger_dag import trigger_dag
from airflow.executors.base_executor import BaseExecutor
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.sdk.execution_time import supervisor
from airflow.utils.types import DagRunType

supervise: Callable[..., int] = getattr(supervisor, "supervise_task", None) or supervisor.supervise

if not hasattr(supervisor.in_process_api_server, "cache_info"):  # before 3.3: one for each attempt, of three seconds
    make = supervisor.in_process_api_server

    @functools.cache
    def in_process_api_server() -> Any:
        """The API that supervisors ask, with the DAGs of the database: in 3.0 the server alone gave it those."""
        from airflow.api_fastapi.common.dagbag import create_dag_bag

        api = make()
        api.app.state.dag_bag = create_dag_bag()
        return api

    supervisor.in_process_api_server = in_process_api_server

MANUAL: dict[str, Any] = (
    {"run_type": DagRunType.MANUAL} if "run_type" in inspect.signature(trigger_dag).parameters else {}
)
"""What tells `trigger_dag` that a person asks: before 3.2 nobody else could."""


def scheduler(executor: BaseExecutor, idle: float) -> SchedulerJobRunner:
    """A scheduler of one executor, and how long it sleeps where there is nothing to do."""
    if "executors" in inspect.signature(SchedulerJobRunner).parameters:
        return SchedulerJobRunner(Job(), executors=[executor], scheduler_idle_sleep_time=idle)
    return SchedulerJobRunner(Job(executor=executor), scheduler_idle_sleep_time=idle)  # before 3.2


try:
    from airflow.dag_processing import dagbag as bags
except ImportError:  # before 3.2
    from airflow.models import dagbag as bags

DagBag: Any = getattr(bags, "BundleDagBag", None) or bags.DagBag


def bag_of(folder: Any, name: str) -> Any:
    """All DAGs of a bundle; before 3.2 it was the processor that put its folder on the path."""
    if hasattr(bags, "BundleDagBag"):
        return DagBag(dag_folder=folder, bundle_path=folder, bundle_name=name)
    sys.path.append(str(folder))
    return DagBag(dag_folder=folder, bundle_path=folder, include_examples=False)


def keep(bag: Any, name: str, version: str | None) -> None:
    """Write what was parsed to the database."""
    sync: Any = getattr(bags, "sync_bag_to_db", None)  # since 3.1
    if sync is None:
        bag.sync_to_db(name, version)
    else:
        sync(bag, name, version)


def forget_plugins() -> None:
    """What plugins there are is looked up once in a process, and so before a job's own folder of them is known."""
    from airflow import plugins_manager

    for name in ("_get_plugins", "get_timetables_plugins"):
        if (cached := getattr(plugins_manager, name, None)) is not None:
            cached.cache_clear()
    for name in ("plugins", "loaded_plugins", "timetable_classes"):  # before 3.2
        if hasattr(plugins_manager, name):
            setattr(plugins_manager, name, set() if name == "loaded_plugins" else None)
