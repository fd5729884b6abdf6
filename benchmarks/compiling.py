"""From source to a project, beside what others need for the same graph: dag-factory to load it from YAML, Airflow to
read it as people write it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.byhand import airflow
from benchmarks.measure import Cost, costs, exponent
from benchmarks.peers import READ, dag_factory
from benchmarks.programs import layered

PEERS = Path(__file__).parents[1] / ".engines" / "peers" / "bin" / "python"
SIZES = {1_000: 5, 10_000: 3, 100_000: 1}
"""Tasks, and how often each is measured; the peers are too slow for the largest."""
BESIDE = 10_000


def compiling(folder: Path) -> str:
    """A row for each size, and how the cost grows."""
    if not PEERS.exists():
        raise SystemExit("there is no environment of the peers: `make bench` makes it")
    (folder / "read.py").write_text(READ, "utf-8")
    taken = {tasks: _measured(folder, tasks, rounds) for tasks, rounds in SIZES.items()}
    rows = [_row(tasks, name, cost, taken[tasks]) for tasks in SIZES for name, cost in taken[tasks].items()]
    small, large = taken[min(SIZES)], taken[max(SIZES)]
    times = max(SIZES) / min(SIZES)
    grown = [
        f"{name}: {exponent(small[name].cpu, large[name].cpu, times):.2f} for CPU, "
        f"{exponent(small[name].memory, large[name].memory, times):.2f} for memory"
        for name in large
    ]
    return "\n".join(
        [
            "| tasks | whole process | CPU | memory | of dag-factory | of Airflow by hand |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f"How it grows from {min(SIZES):,} to {max(SIZES):,} tasks, as an exponent: {'; '.join(grown)}.",
        ]
    )


def _measured(folder: Path, tasks: int, rounds: int) -> dict[str, Cost]:
    at = folder / str(tasks)
    at.mkdir()
    (at / "big.flow").write_text(layered(tasks), "utf-8")
    flowc = [sys.executable, "-m", "flowc"]
    commands = {
        "`flowc check`": [*flowc, "check", "big.flow"],
        "`flowc build --target airflow`": [*flowc, "build", "big.flow", "--target", "airflow", "-o", "out"],
    }
    if tasks <= BESIDE:
        airflow(tasks, at / "hand")
        dag_factory(tasks, at / "yaml")
        commands |= {
            "Airflow reads it by hand": [str(PEERS), str(folder / "read.py"), "hand", str(tasks)],
            "Airflow reads what flowc built": [str(PEERS), str(folder / "read.py"), "out/dags", str(tasks)],
            "dag-factory loads it": [str(PEERS), str(folder / "read.py"), "yaml", str(tasks)],
        }
    return costs(commands, cwd=at, rounds=rounds, is_warmed=tasks < BESIDE)


def _row(tasks: int, name: str, cost: Cost, beside: dict[str, Cost]) -> str:
    ratios = [
        f"{cost.cpu / beside[peer].cpu:.2f}" if peer in beside else ""
        for peer in ("dag-factory loads it", "Airflow reads it by hand")
    ]
    return f"| {tasks:,} | {name} | {cost.cpu:.2f} s | {cost.memory / 2**20:.0f} MB | {' | '.join(ratios)} |"
