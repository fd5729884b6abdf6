"""A server as a user starts it: a process of its own, asked over HTTP, killed or stopped as a test wants."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flowc.runtime.journal import read
from tests.conftest import ROOT

SECRETS = {"FLOWC_WEBHOOK_SECRET": "not for others"}
PROJECT = """
flow hello(name: str = "you", times: int = 1) {
  task greet = python work:note("greet", name)
  task again = python work:note("again", name) after greet
}
flow broken {
  task first = python work:note("first", "x")
  task second = python work:breaks() after first
}
flow slow {
  task wait_long = python work:sleeps(60)
}
flow days {
  schedule daily, at: 06:00, start: 2024-01-01, catchup: none
  partition day, start: 2024-01-01
  task load = python work:note("load", run.date)
}
"""
WORK = """
import os
import time


def note(task: str, what: object) -> str:
    line = f"{task} {what}\\n".encode()
    effects = os.open("effects.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(effects, line)
    os.close(effects)
    return str(what)


def breaks() -> str:
    print("<script>alert(1)</script>")
    if os.path.exists("mended"):
        return "mended"
    raise RuntimeError("<img src=x onerror=alert(1)>")


def waits(name: str) -> None:
    while not os.path.exists(name):
        time.sleep(0.05)


def sleeps(seconds: int) -> None:
    time.sleep(seconds)
"""


class Served:
    """`flowc serve` on a port that is free; `token` and `url` are there once it listens."""

    def __init__(self, folder: Path, *options: str, wrap: tuple[str, ...] = (), what: str = "p.flow") -> None:
        house = os.pathsep.join(str(ROOT / top) for top in ("", "grammar", "targets"))
        command = [*wrap, sys.executable, "-m", "flowc", "serve", what, "--port", "0", *options]
        self.folder = folder
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": house, **SECRETS},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.url = self.token = ""
        self.said: list[str] = []

    def __enter__(self) -> Served:
        return self.ready()

    def __exit__(self, *error: object) -> None:
        self.kill()

    def ready(self) -> Served:
        """Wait until it listens."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"(http://\S+)/#token=(\S+)", line):
                self.url, self.token = found.groups()
                return self
        raise AssertionError("".join(self.said))

    def ask(self, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an answer; with a body it is posted."""
        sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token if token is None else token}"}
        given |= {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): said for name, said in headers.items()},
        }
        request = urllib.request.Request(self.url + path, sent, given)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _json(error.read())

    def until(self, path: str, is_so: Callable[[Any], bool]) -> Any:
        """The first answer of which something is so."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            found = self.ask(path)[1]
            if is_so(found):
                return found
            time.sleep(0.1)
        raise AssertionError(found)

    def ended(self, identity: str) -> Any:
        """A run once it is over."""
        return self.until(f"/api/runs/{identity}", lambda found: found.get("run", {}).get("ended"))

    def stop(self) -> tuple[int, str]:
        """Stop it as a service manager would; its exit code and what it said."""
        self.process.send_signal(signal.SIGTERM)
        return self.over()

    def over(self) -> tuple[int, str]:
        """Its exit code and what it said, once it has ended by itself."""
        said, _ = self.process.communicate(timeout=90)
        return self.process.returncode, "".join(self.said) + said

    def kill(self) -> None:
        """End it as a power cut would; the workers notice by themselves."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


def project(folder: Path, text: str = PROJECT, work: str = WORK) -> Path:
    """A project in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "p.flow").write_text(text)
    (folder / "work.py").write_text(work)
    return folder


def effects(folder: Path) -> list[str]:
    """What tasks have written."""
    file = folder / "effects.txt"
    return file.read_text().splitlines() if file.exists() else []


def journals(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of every run; one in a run that was killed before its first record has left an empty journal."""
    found = {path.parent.name: list(read(path)) for path in (folder / ".flowc" / "runs").glob("*/journal")}
    return {run: records for run, records in found.items() if records}


def _json(said: bytes) -> Any:
    try:
        return json.loads(said)
    except ValueError:
        return said.decode("utf-8", "replace")
