"""Take the figures, print them as tables, and with `--write` put them in README.md beside this file.

python -m benchmarks [start] [compile] [load] [recheck] [cut] [run] [--write]
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.compiling import compiling
from benchmarks.cutting import cutting
from benchmarks.loading import loading
from benchmarks.measure import Cost, costs
from benchmarks.programs import layered
from benchmarks.rechecking import rechecking
from benchmarks.runner.measuring import running

HERE = Path(__file__).parent
BARE = "a bare Python: `python -I -S -c pass`"


def start(folder: Path) -> str:
    """How long a person at a keyboard waits for small things."""
    rounds = 10
    flowc = [sys.executable, "-m", "flowc"]
    for tasks in (1, 1_000):
        (folder / f"big{tasks}.flow").write_text(layered(tasks), "utf-8")
    build = [*flowc, "build", "big1.flow", "--target", "airflow", "-o", "out"]
    commands = {
        BARE: [sys.executable, "-I", "-S", "-c", "pass"],
        "`flowc --help`": [*flowc, "--help"],
        "`flowc explain 309`": [*flowc, "explain", "309"],
        "`flowc fmt --check`, 1 task": [*flowc, "fmt", "--check", "big1.flow"],
        "`flowc check`, 1 task": [*flowc, "check", "big1.flow"],
        "`flowc build --target airflow`, 1 task": build,
        "`flowc check`, 1,000 tasks": [*flowc, "check", "big1000.flow"],
    }
    measured = costs(commands, cwd=folder, rounds=rounds)
    bare = measured[BARE]
    rows = [_row(name, cost, bare) for name, cost in measured.items()]
    return "\n".join(
        ["| whole process | wall | CPU | times bare |", "|---|---|---|---|", *rows, "", f"Median of {rounds}."]
    )


def _row(name: str, cost: Cost, bare: Cost) -> str:
    return f"| {name} | {cost.wall * 1000:.0f} ms | {cost.cpu * 1000:.0f} ms | {cost.wall / bare.wall:.1f} |"


SECTIONS: Mapping[str, Callable[[Path], str]] = {
    "start": start,
    "compile": compiling,
    "load": loading,
    "recheck": rechecking,
    "cut": cutting,
    "run": running,
}


def main() -> None:
    """Measure what was asked for, each in a folder of its own."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or list(SECTIONS)
    for name in wanted:
        with TemporaryDirectory() as folder:
            table = SECTIONS[name](Path(folder))
        where = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}."
        print(f"{table} {where}\n")
        if "--write" in sys.argv:
            _write(name, f"{table} {where}\n")


def _write(name: str, table: str) -> None:
    readme = HERE / "README.md"
    part = rf"(?s)(<!-- measured: {name} -->\n).*?(<!-- end -->)"
    readme.write_text(re.sub(part, rf"\g<1>{table}\g<2>", readme.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
