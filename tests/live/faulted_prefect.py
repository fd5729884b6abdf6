"""A live Prefect whose server and worker may be killed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define

from tests.live import prefect
from tests.live.faulted import Live, readme, spawned
from tests.live.servers import Servers, free_port
from tests.live.web import Refused

_STATES = {"COMPLETED": "succeeded", "FAILED": "failed", "CRASHED": "failed", "CANCELLED": "failed"}


def make(python: Path, project: Path, home: Path) -> tuple[Mapping[str, str], Callable[[Servers], Live]]:
    """The variables, and what the servers are then."""
    port = free_port()
    return prefect.settings(home, port), lambda servers: Prefect(servers, python, project, port)


@define
class Prefect:
    """Server and process worker."""

    servers: Servers
    python: Path
    project: Path
    port: int
    mortal = ("worker", "server")

    @property
    def api(self) -> Any:
        return prefect._Api(f"http://127.0.0.1:{self.port}/api")

    def start(self) -> None:
        self.revive("server")
        self.api("POST", "work_pools/", {"name": "default", "type": "process"})
        self.servers.call(self.python, "-m", "prefect", "--no-prompt", "deploy", "--all", cwd=self.project)
        self.revive("worker")

    def revive(self, name: str) -> None:
        if name == "worker":
            words = ["-m", "prefect", "worker", "start", "--pool", "default"]
            self.servers.start(name, self.python, *words, cwd=self.project)
            return
        words = ["-c", prefect.START, "server", "start", "--host", "127.0.0.1", "--port", str(self.port)]
        self.servers.start(name, self.python, *words)
        self.servers.wait(f"{self.api.base}/health")

    def looks(self) -> bool:
        return bool(self.api("POST", "artifacts/filter", {"artifacts": {"key": {"any_": ["files-landing-landing"]}}}))

    def fill(self) -> subprocess.Popen[str]:
        command = readme(self.project, r"^python (backfill\.py days)\b")
        return spawned(self.servers, f"{self.python} {command}", self.project)

    def runs(self, flow: str) -> list[str]:
        query = {"flows": {"name": {"any_": [flow]}}, "limit": 200}
        for _ in range(30):
            try:
                return [_STATES.get(run["state_type"], "going") for run in self.api("POST", "flow_runs/filter", query)]
            except (OSError, Refused):  # it comes up again
                time.sleep(2)
        raise AssertionError("the server does not answer")
