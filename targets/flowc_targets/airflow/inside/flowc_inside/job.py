"""One job: a project, one of its DAGs and a conf; ends when its run and all that it started have ended."""

import json
import os
import sqlite3
import sys
import traceback
from contextlib import closing
from datetime import datetime

PARALLELISM = 12  # a task that runs another DAG holds its place while it waits


def run(spec: dict) -> dict:
    """Run the job; its record."""
    _settle(spec)
    if problem := _sync(spec["project"], spec["home"]):
        return {"status": "broken", "error": problem}
    if problem := _trigger(spec):
        return {"status": "refused", "error": problem}
    _schedule()
    for _ in range(spec["resumes"]):
        cleared: dict[str, set[str]] = {}
        for each in spec["resumed"]:
            cleared[each["dag_id"]] = _resume(**each, cleared=cleared)
        _schedule()
    from flowc_inside import records

    return {"status": "finished", "runs": records.runs(first=spec["dag_id"])}


def _settle(spec: dict) -> None:
    """Point this process's Airflow to the job's own home, a copy of the migrated template."""
    home = spec["home"]
    template = os.path.join(os.environ["AIRFLOW_HOME"], "airflow.db")
    with closing(sqlite3.connect(template)) as old, closing(sqlite3.connect(f"{home}/airflow.db")) as new:
        old.backup(new)
    os.environ.update(spec["env"])
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__DAGS_FOLDER": spec["project"],
        "AIRFLOW__CORE__PLUGINS_FOLDER": os.path.join(spec["project"], "plugins"),
        # On a machine that is busy with more, SQLite's five seconds of patience are not enough, and an attempt is lost.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db?timeout=120",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": f"{home}/logs",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": f"{home}/bundles",
    }
    from airflow import settings
    from flowc_inside.releases import forget_plugins

    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()
    sys.path.append(os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"])
    forget_plugins()


def _sync(project: str, home: str) -> str | None:
    """Parse the project as the DAG processor does, in a process of its own; what is wrong with it, or None."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.utils.session import create_session

    with create_session() as session:
        DagBundlesManager().sync_bundles_to_db(session=session)
    errors = os.path.join(home, "import_errors.json")
    pid = os.fork()
    if not pid:
        try:
            _parse(errors)
        except BaseException:
            traceback.print_exc()
            with open(errors, "w", encoding="utf-8") as file:
                json.dump({project: traceback.format_exc()}, file)
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(pid, 0)
    with open(errors, encoding="utf-8") as file:
        found = json.load(file)
    return "\n".join(f"{path}: {text}" for path, text in sorted(found.items())) or None


def _parse(errors: str) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from flowc_inside.releases import bag_of, keep

    found: dict[str, str] = {}
    for bundle in DagBundlesManager().get_all_dag_bundles():
        bundle.initialize()
        bag = bag_of(bundle.path, bundle.name)
        found |= bag.import_errors
        if not bag.import_errors:
            keep(bag, bundle.name, bundle.version)
    with open(errors, "w", encoding="utf-8") as file:
        json.dump(found, file)


def _trigger(spec: dict) -> str | None:
    """Start the run as a request to Airflow's REST API does; why it was refused, or None."""
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.models.dag import DagModel
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session
    from airflow.utils.types import DagRunTriggeredByType
    from flowc_inside.releases import MANUAL
    from sqlalchemy import update

    with create_session() as session:
        session.execute(update(DagModel).values(is_paused=False))
    for name, slots in spec["pools"].items():
        Pool.create_or_update_pool(name=name, slots=slots, description="", include_deferred=False)
    date = spec["logical_date"]
    try:
        trigger_dag(
            spec["dag_id"],
            triggered_by=DagRunTriggeredByType.REST_API,
            **MANUAL,
            conf=spec["conf"],
            logical_date=datetime.fromisoformat(date) if date else None,
            run_after=datetime.fromisoformat(date) if date else None,
            replace_microseconds=False,
        )
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _resume(dag_id: str, results: dict[str, str], inner: dict[str, list], cleared: dict[str, set[str]]) -> set[str]:
    """Clear what failed in the run and all downstream of it, as the REST API does; not what a fallback saved.

    And what stands for something that was cleared in the run of a part. Gives the tasks that were cleared.
    """
    from airflow.models.dagbag import DBDagBag
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import find_relevant_relatives
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        run = session.scalars(select(DagRun).where(DagRun.dag_id == dag_id)).one_or_none()
        if run is None:
            return set()  # a part that has not begun
        dag = DBDagBag(load_op_links=False).get_dag_for_run(run, session)
        assert dag is not None
        instances = run.get_task_instances(session=session)
        succeeded = {(each.task_id, each.map_index) for each in instances if each.state == "success"}
        failed = [each for each in instances if each.state == "failed"]
        failed = [each for each in failed if (results.get(each.task_id), each.map_index) not in succeeded]
        whole = {each.task_id for each in failed if each.map_index < 0}
        for task_id, (part, of) in inner.items():
            whole |= {task_id} if (of in cleared[part] if of else cleared[part]) else set()
        mapped = {(each.task_id, each.map_index) for each in failed if each.map_index >= 0}
        below = find_relevant_relatives(
            whole, mapped, dag=dag, run_id=run.run_id, direction="downstream", session=session
        )
        dag.clear(task_ids=[*whole, *mapped, *below], run_id=run.run_id, session=session)
        return {each if isinstance(each, str) else each[0] for each in (*whole, *mapped, *below)}


def _schedule() -> None:
    """Run Airflow's scheduler until no run is queued or running."""
    from airflow.jobs.job import run_job
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from flowc_inside.executor import Finished, ForkExecutor
    from flowc_inside.releases import scheduler
    from sqlalchemy import func, select

    def all_ended() -> bool:
        with create_session() as session:
            open_runs = select(func.count()).select_from(DagRun).where(DagRun.state.in_(["queued", "running"]))
            return session.scalar(open_runs) == 0

    runner = scheduler(ForkExecutor(PARALLELISM, all_ended), idle=0.05)
    try:
        run_job(runner.job, runner._execute)
    except Finished:
        pass
