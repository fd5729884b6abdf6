"""Take the figures, print them as a table, and with `--write` put them in README.md beside this file."""

from __future__ import annotations

import platform
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Cost, costs
from benchmarks.programs import layered

HERE = Path(__file__).parent
BARE = "a bare Python: `python -I -S -c pass`"


def main() -> None:
    """Measure every command in one go."""
    rounds = 10
    flowc = [sys.executable, "-m", "flowc"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        for tasks in (1, 1_000):
            (folder / f"big{tasks}.flow").write_text(layered(tasks), "utf-8")
        commands = {
            BARE: [sys.executable, "-I", "-S", "-c", "pass"],
            "`flowc --help`": [*flowc, "--help"],
            "`flowc check`, 1 task": [*flowc, "check", "big1.flow"],
            "`flowc check`, 1,000 tasks": [*flowc, "check", "big1000.flow"],
            "`flowc build --target airflow`, 1,000 tasks": [
                *(*flowc, "build", "big1000.flow", "--target", "airflow", "-o", "out"),
            ],
        }
        table = _table(costs(commands, cwd=folder, rounds=rounds), rounds)
    print(table, end="")
    if "--write" in sys.argv:
        readme = HERE / "README.md"
        text = re.sub(r"(?s)(<!-- measured -->\n).*?(<!-- end -->)", rf"\g<1>{table}\g<2>", readme.read_text("utf-8"))
        readme.write_text(text, "utf-8")


def _table(measured: dict[str, Cost], rounds: int) -> str:
    bare = measured[BARE]
    rows = [
        f"| {name} | {cost.wall * 1000:.0f} ms | {cost.cpu * 1000:.0f} ms | {cost.wall / bare.wall:.1f} |"
        for name, cost in measured.items()
    ]
    where = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, median of {rounds}."
    return "\n".join(["| whole process | wall | CPU | times bare |", "|---|---|---|---|", *rows, "", where, ""])


if __name__ == "__main__":
    main()
