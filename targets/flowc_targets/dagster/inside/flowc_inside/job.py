"""One job: a project, one of its jobs and params; ends when its run and all that it started have ended."""

import os
import sys
import traceback

AT_ONCE = 12  # processes of a run, more than there are cores: most of them wait

# What a pool may hold is counted in ops, not in runs. What ops print is kept by nobody: for each of them Dagster would
# begin four processes that copy it.
_SETTINGS = """\
telemetry:
  enabled: false
concurrency:
  pools:
    granularity: op
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def run(spec: dict) -> dict:
    """Run the job; its record."""
    _settle(spec)
    try:
        from flowc_inside import located

        job = located.job()
    except Exception:
        return {"status": "broken", "error": traceback.format_exc()}
    return _execute(spec, job)


def _settle(spec: dict) -> None:
    """Point this process to the project and to a home of its own."""
    os.environ.update(spec["env"])
    os.environ |= {
        "DAGSTER_HOME": spec["home"],
        "LOCATED_PACKAGE": spec["package"],
        "LOCATED_JOB": spec["job"],
    }
    os.chdir(spec["project"])
    sys.path.insert(0, os.path.join(spec["project"], "src"))  # as where the project is installed
    with open(os.path.join(spec["home"], "dagster.yaml"), "w", encoding="utf-8") as file:
        file.write(_SETTINGS)


def _execute(spec: dict, job) -> dict:
    import dagster as dg
    from flowc_inside import records

    with dg.DagsterInstance.get() as instance:
        for pool, slots in spec["pools"].items():
            instance.event_log_storage.set_concurrency_slots(pool, slots)
        config = {"resources": {"params": {"config": spec["params"]}}} if spec["params"] else {}
        try:
            _run(spec, job, config, instance)
            for _ in range(spec["resumes"]):
                _resume(spec, instance)
        except dg.DagsterInvalidConfigError as error:
            return {"status": "refused", "error": str(error)}
        return {"status": "finished", "runs": records.runs(instance, first=spec["job"])}


def _run(spec: dict, job, config: dict, instance) -> None:
    import dagster as dg
    from flowc_inside import located

    if spec["executor"] == "in_process":
        kept = {"io_manager": dg.FilesystemIOManager(base_dir=instance.storage_directory())}
        job.execute_in_process(
            run_config=config,
            instance=instance,
            tags=spec["tags"],
            resources=kept,
            raise_on_error=False,
        )
        return
    if spec["executor"] == "fork":
        _fork()
    found = dg.reconstructable(located.job)
    dg.execute_job(found, instance, run_config=config, tags=spec["tags"], raise_on_error=False)


def _resume(spec: dict, instance) -> None:
    """Re-execute the latest run from its failure, as a click on its page does."""
    import dagster as dg
    from flowc_inside import located

    record = instance.get_run_records(limit=1, filters=dg.RunsFilter(job_name=spec["job"]))[0]
    options = dg.ReexecutionOptions.from_failure(record.dagster_run.run_id, instance)
    found = dg.reconstructable(located.job)
    dg.execute_job(
        found,
        instance,
        run_config=record.dagster_run.run_config,
        tags=spec["tags"],
        raise_on_error=False,
        reexecution_options=options,
    )


def _fork() -> None:
    """Let Dagster's multiprocess executor fork its processes, and more of them than there are cores."""
    from dagster._core.executor import multiprocess

    begin = multiprocess.MultiprocessExecutor.__init__

    def init(self, *args, **named) -> None:
        begin(self, *args, **{**named, "max_concurrent": AT_ONCE, "start_method": "fork"})

    multiprocess.MultiprocessExecutor.__init__ = init  # pyright: ignore[reportAttributeAccessIssue]
