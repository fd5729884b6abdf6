"""An Airflow executor that forks: each attempt runs in Airflow's own supervisor, which asks the API in-process.

The same way as LocalExecutor's, without the HTTP server between the supervisor and the database.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from airflow import settings
from airflow.executors.base_executor import BaseExecutor
from airflow.executors.workloads import ExecuteTask
from airflow.sdk.execution_time import supervisor
from flowc_inside.releases import supervise

if TYPE_CHECKING:
    from airflow.models.taskinstancekey import TaskInstanceKey

LINGER = 0.5
"""Seconds that supervisors get to end by themselves once all runs have ended."""


class Finished(BaseException):
    """All runs have ended; leaves the scheduler's endless loop."""


class ForkExecutor(BaseExecutor):
    """A forked supervisor per attempt; raises Finished from its `sync` once `all_ended` says so."""

    is_local = True

    def __init__(self, parallelism: int, all_ended: Callable[[], bool]) -> None:
        super().__init__(parallelism=parallelism)
        self.all_ended = all_ended
        self.supervisors: dict[int, TaskInstanceKey] = {}
        self.ended_at: float | None = None

    def start(self) -> None:
        """Nothing to start."""

    def end(self) -> None:
        self.terminate()

    def terminate(self) -> None:
        for pid in self.supervisors:
            os.kill(pid, signal.SIGKILL)

    def queue_workload(self, workload: Any, session: Any) -> None:
        self.queued_tasks[workload.ti.key] = workload  # in 3.0 that is the matter of each executor

    def _process_workloads(self, workload_items) -> None:
        for workload in workload_items:
            assert isinstance(workload, ExecuteTask), "nothing but tasks is asked for here"
            key = workload.ti.key
            self.queued_tasks.pop(key)
            self.running.add(key)
            self.supervisors[_fork(workload)] = key

    def sync(self) -> None:
        for pid, key in list(self.supervisors.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self.supervisors[pid]
                if key in self.supervisors.values():
                    continue  # the next poke of a rescheduled sensor is under way: this one's end is none of the task's
                (self.fail if status else self.success)(key)
        if not self.all_ended():
            return
        self.ended_at = self.ended_at or time.monotonic()
        if not self.supervisors or time.monotonic() - self.ended_at > LINGER:
            raise Finished


def _fork(workload) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        assert settings.engine, "the job has pointed Airflow to its database"
        settings.engine.dispose(close=False)
        # the supervisor may miss its task's end and then sleeps until the next heartbeat is due
        supervisor.MIN_HEARTBEAT_INTERVAL = 0.2
        _beat_seldom()
        supervise(
            ti=workload.ti,
            bundle_info=workload.bundle_info,
            dag_rel_path=workload.dag_rel_path,
            token=workload.token,
            log_path=workload.log_path,
            client=supervisor.InProcessTestSupervisor._api_client(),
            subprocess_logs_to_stdout=True,  # as LocalExecutor does
        )
        code = 0  # as LocalExecutor: what became of the task, the supervisor has told the API
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _beat_seldom() -> None:
    """A heartbeat a second is enough; each costs as much as what most tasks do."""
    beat = supervisor.ActivitySubprocess._send_heartbeat_if_needed

    def beat_now_and_then(self) -> None:
        if time.monotonic() - self._last_heartbeat_attempt >= 1:
            beat(self)

    supervisor.ActivitySubprocess._send_heartbeat_if_needed = beat_now_and_then
