"""The live engines' schedulers are killed with -9 while events come and a backfill runs, and are started again.

    python -m tests.live.faulted dagster 3

kills three times and counts: each file, each end of a run in a run and each partition has one run that succeeded, in
the engine's own records, and none is left that goes on. What an engine does otherwise is told, and its target's page
says so. `make faults ENGINE=dagster` calls it.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from attrs import define, field

from flowc.cli import main
from tests.conftest import engine_python
from tests.live.events import lay
from tests.live.servers import Servers, serving

FLOWS = ("landing", "counting", "inner", "closing", "days")
SOURCE = Path(__file__).with_suffix("")
DAYS = 4
FILES = 2
"""New files at each kill."""
PATIENCE = 900.0
REST = 20.0
"""Seconds in which each engine looks for files again, and starts what it would start twice."""
State = str
"""succeeded, failed, going."""


class Live(Protocol):
    """An engine with its servers; those in `mortal` may be killed."""

    @property
    def mortal(self) -> Sequence[str]: ...

    def start(self) -> None:
        """Start all servers, and switch on what has to be."""
        ...

    def revive(self, name: str) -> None:
        """Start a server again that was killed."""
        ...

    def looks(self) -> bool:
        """Whether files have been looked for."""
        ...

    def fill(self) -> subprocess.Popen[str]:
        """Ask for the backfill, as the project's README says."""
        ...

    def runs(self, flow: str) -> list[State]:
        """How it is with each run of a flow."""
        ...


@define
class Found:
    """What came of it."""

    runs: Mapping[str, Counter[str]]
    effects: Counter[str]
    differs: list[str] = field(factory=list[str])


def shown(engine: str, kills: int, seed: int, home: Path) -> Found:
    """Build the project as a user does, kill, and count."""
    chance = random.Random(seed)
    project, source = home / "project", shutil.copytree(SOURCE, home / "source")
    assert main(["build", str(source), "--target", engine, "-o", str(project)]) == 0
    make: Callable[[Path, Path, Path], tuple[Mapping[str, str], Callable[[Servers], Live]]] = import_module(
        f"tests.live.faulted_{engine}"
    ).make
    env, live_on = make(engine_python(engine), project, home)
    lay(project, "landing/old.csv")
    with serving(home, engine, env) as servers:
        live = live_on(servers)
        live.start()
        servers.until(lambda: live.looks() or None, "no files are looked for", PATIENCE)
        filling = live.fill()
        for number in range(kills):
            for letter in "ab"[:FILES]:
                lay(project, f"landing/{letter}{number}.csv")
            time.sleep(chance.uniform(5, 15))
            kill(servers, live, chance)
        filling.communicate(timeout=PATIENCE)
        live.fill().communicate(timeout=PATIENCE)
        runs = at_rest(servers, live, kills * FILES)
    return judged(runs, kills * FILES, Counter(effects(project)))


def kill(servers: Servers, live: Live, chance: random.Random) -> None:
    """End a server as a power cut would, and start it again a moment later."""
    for name in live.mortal:
        process = servers.running.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        print(f"killed {name}", flush=True)
    time.sleep(chance.uniform(0, 5))
    for name in live.mortal:
        live.revive(name)


def at_rest(servers: Servers, live: Live, files: int) -> Mapping[str, Counter[str]]:
    """How it is with the runs once what was asked for has come, nothing goes on, and nothing new came for a while."""
    before: Mapping[str, Counter[str]] = {}
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = {flow: Counter(live.runs(flow)) for flow in FLOWS}
        print({flow: dict(states) for flow, states in found.items()}, flush=True)
        has_come = found["landing"].total() >= files and found["days"].total() >= DAYS
        is_over = has_come and not any(states["going"] for states in found.values())
        if is_over and found == before:
            return found
        before = found if is_over else {}
        time.sleep(REST if is_over else 5)
    print(servers.told())
    raise SystemExit("it did not come to rest")


def judged(runs: Mapping[str, Counter[str]], files: int, done: Counter[str]) -> Found:
    """What differs from one run that succeeded for each, and nothing else."""
    found = Found(runs, done)
    wanted = {"landing": files, "counting": files, "days": DAYS}
    wanted |= {"inner": max(files, runs["inner"].total()), "closing": runs["inner"]["succeeded"]}
    for flow, count in wanted.items():
        if runs[flow] != Counter(succeeded=count):
            found.differs.append(f"{flow}: wanted {count} that succeeded, found {dict(runs[flow])}")
    twice = {what: count for what, count in done.items() if count > 1 and what.split()[0] in ("landing", "days")}
    if twice:
        found.differs.append(f"begun more than once: {twice}")
    return found


def effects(project: Path) -> list[str]:
    """What tasks have written."""
    return [line for path in project.rglob("out/effects") for line in path.read_text("utf-8").splitlines()]


def readme(project: Path, pattern: str) -> str:
    """A command of the project's README."""
    (found,) = re.findall(pattern, (project / "README.md").read_text("utf-8"), re.MULTILINE)
    return found


def spawned(servers: Servers, command: str, cwd: Path, **env: str) -> subprocess.Popen[str]:
    """A shell's command beside the servers, again until it ends well: whoever asks may be cut off, too."""
    again = f"for i in 1 2 3 4 5 6; do {command} && exit 0; sleep 5; done; exit 1"
    return subprocess.Popen(["sh", "-c", again], cwd=cwd, env={**servers.env, **env}, text=True)


def _main(arguments: Sequence[str]) -> int:
    engine, kills = arguments[0], int(arguments[1]) if len(arguments) > 1 else 3
    seed = int(arguments[2]) if len(arguments) > 2 and arguments[2] else 1
    with tempfile.TemporaryDirectory(prefix=f"faults-{engine}-") as home:
        found = shown(engine, kills, seed, Path(home))
    print(f"{engine}, killed {kills} times: { {flow: dict(states) for flow, states in found.runs.items()} }")
    print(f"effects: {dict(found.effects)}")
    print("\n".join(found.differs) or "one run for each, and each succeeded")
    return int(bool(found.differs))


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
