"""Servers on loopback for a test, which end with it, however it ends.

Whoever is started here leads a session and has a mark in its environment, and so has all that it starts. A keeper
(`keeper.py`) waits at a pipe for the end of the test's process, and then stops whatever has the one or the other.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from attrs import field, frozen

from tests.live.web import Refused, ask

KEEPER = Path(__file__).with_name("keeper.py")
MARK = "FLOWC_LIVE"
T = TypeVar("T")


class NotServing(Exception):
    """An engine's server ended, or did not come to answer. The text holds the ends of its logs."""


@frozen
class Servers:
    """What runs in `home` with the variables `env`; logs lie in `home/logs`."""

    home: Path
    env: Mapping[str, str]
    keeper: subprocess.Popen[str]
    running: dict[str, subprocess.Popen[bytes]] = field(factory=dict[str, "subprocess.Popen[bytes]"])

    def start(self, name: str, *command: str | Path, cwd: Path | None = None) -> None:
        """Start a server; its log is called as it is."""
        with self._log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=cwd or self.home, env=self.env, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        assert self.keeper.stdin
        self.keeper.stdin.write(f"{self.running[name].pid}\n")
        self.keeper.stdin.flush()

    def call(self, *command: str | Path, cwd: Path | None = None, patience: float = 240) -> str:
        """Run a command to its end; what it printed on standard output."""
        done = subprocess.run(
            command, cwd=cwd or self.home, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=patience, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotServing(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def wait(self, url: str, patience: float = 180) -> None:
        """Wait until a server answers there."""
        self.until(lambda: _answers(url), f"{url} does not answer", patience)

    def listening(self, port: int, patience: float = 180) -> None:
        """Wait until somebody listens on a port."""
        self.until(lambda: _listens(port), f"nobody listens on {port}", patience)

    def until(self, found: Callable[[], T | None], missing: str | Callable[[], str], patience: float) -> T:
        """Wait for a value that is not None, for as long as all servers run; else it is told what is `missing`."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if (value := found()) is not None:
                return value
            if ended := [name for name, each in self.running.items() if each.poll() is not None]:
                raise NotServing(f"ended: {', '.join(ended)}\n{self.told()}")
            time.sleep(0.3)
        said = missing if isinstance(missing, str) else missing()
        raise NotServing(f"{said} after {patience:g} s\n{self.told()}")

    def log(self, name: str) -> str:
        """All that a server has told."""
        return self._log(name).read_text("utf-8", "replace")

    def told(self) -> str:
        """The ends of all logs."""
        return tails(self.home)

    def _log(self, name: str) -> Path:
        (self.home / "logs").mkdir(exist_ok=True)
        return self.home / "logs" / f"{name}.log"


@contextmanager
def serving(home: Path, engine: str, env: Mapping[str, str]) -> Generator[Servers]:
    """A home for servers of an engine, whose variables are `env` and no others of that engine; all end with it."""
    home.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    kept = {name: value for name, value in os.environ.items() if not name.startswith((engine.upper(), "PYTHON"))}
    keeper = subprocess.Popen(
        [sys.executable, KEEPER, MARK, mark],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    servers = Servers(home, {**kept, **env, MARK: mark}, keeper)
    try:
        yield servers
    finally:
        for each in servers.running.values():
            each.terminate()
        for each in servers.running.values():
            _ended(each, 10)
        assert keeper.stdin
        keeper.stdin.close()
        keeper.wait(60)


def tails(home: Path) -> str:
    """The ends of the logs of all servers in a home."""
    return "\n".join(f"--- {path.name}\n{_tail(path)}" for path in sorted((home / "logs").glob("*.log")))


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(url: str) -> bool | None:
    try:
        ask("GET", url)
    except (OSError, Refused):
        return None
    return True


def _listens(port: int) -> bool | None:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0 or None


def _ended(process: subprocess.Popen[bytes], patience: float) -> None:
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(path: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-25:])
