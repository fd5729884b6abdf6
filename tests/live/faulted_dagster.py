"""A live Dagster whose daemon may be killed: it fires sensors, and lets runs begin."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define

from tests.live import dagster
from tests.live.dagster_events import _RUNS, _SENSORS
from tests.live.faulted import FLOWS, Live, readme, spawned
from tests.live.servers import Servers, free_port

_STATES = {"SUCCESS": "succeeded", "FAILURE": "failed", "CANCELED": "failed"}


def make(python: Path, project: Path, home: Path) -> tuple[Mapping[str, str], Callable[[Servers], Live]]:
    """The variables, and what the servers are then."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(project / "dagster.yaml", home)
    return dagster.settings(home, project), lambda servers: Dagster(servers, python, project, free_port(), free_port())


@define
class Dagster:
    """Code server, webserver and daemon."""

    servers: Servers
    python: Path
    project: Path
    code: int
    port: int
    api: Any = None
    mortal = ("daemon",)

    def start(self) -> None:
        there = ["--grpc-host", "127.0.0.1", "--grpc-port", str(self.code)]
        here = ["-h", "127.0.0.1", "-p"]
        run = [self.python, "-m"]
        module = next(path.parent.name for path in self.project.glob("src/*/definitions.py"))
        self.servers.start(
            "code",
            *run,
            "dagster",
            "api",
            "grpc",
            *here,
            str(self.code),
            "-m",
            f"{module}.definitions",
            cwd=self.project,
        )
        self.servers.listening(self.code)
        self.servers.start("web", *run, "dagster_webserver", *here, str(self.port), *there, cwd=self.project)
        self.servers.wait(f"http://127.0.0.1:{self.port}/server_info")
        self.revive("daemon")

        def known() -> Any:
            api = dagster._Api(f"http://127.0.0.1:{self.port}/graphql")
            nodes = api.ask(dagster._JOBS).get("nodes", [])
            found = [node for node in nodes if {job["name"] for job in node["jobs"]} >= {*FLOWS}]
            return dagster._Api(api.url, found[0]["location"]["name"]) if found else None

        self.api = self.servers.until(known, "the jobs are not known", 300)

    def revive(self, name: str) -> None:
        there = ["--grpc-host", "127.0.0.1", "--grpc-port", str(self.code)]
        self.servers.start(name, self.python, "-m", "dagster._daemon", "run", *there, cwd=self.project)

    def looks(self) -> bool:
        sensors = self.api.ask(_SENSORS, location=self.api.location)["results"]
        return all(sensor["sensorState"]["ticks"] for sensor in sensors)

    def fill(self) -> subprocess.Popen[str]:
        command = readme(self.project, r"^python (-m \w+\.backfill days)\b")
        url = f"http://127.0.0.1:{self.port}"
        return spawned(self.servers, f"{self.python} {command}", self.project, DAGSTER_WEBSERVER_URL=url)

    def runs(self, flow: str) -> list[str]:
        return [_STATES.get(run["status"], "going") for run in self.api.ask(_RUNS, job=flow)["results"]]
