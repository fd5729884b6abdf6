"""What each runner takes for itself: its start, and what it adds to each task, by the shape of the graph."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

from attrs import frozen

from benchmarks.measure import Cost, environment, once
from benchmarks.runner.graphs import SHAPES
from benchmarks.runner.programs import RUNNERS, Runner

ROUNDS = 3
SIZE, LARGE = 1_000, 10_000


@frozen
class Taken:
    """By shape and size, the median of what a runner took; a graph of one task is its start."""

    start: Cost
    graphs: Mapping[tuple[str, int], Cost]

    def a_task(self, shape: str, size: int) -> float | None:
        """Seconds of wall for each task, beyond the start; None where it was not measured."""
        cost = self.graphs.get((shape, size))
        return (cost.wall - self.start.wall) / size if cost else None


def running(folder: Path) -> str:
    """A row for each runner. All run in turn, so that a busy moment of the machine meets all of them."""
    _prepare(folder)
    wanted = {runner: list(_graphs(runner)) for runner in RUNNERS}
    costs: dict[tuple[Runner, str, int], list[Cost]] = {}
    for _ in range(ROUNDS):
        for runner, graphs in wanted.items():
            for shape, size in graphs:
                costs.setdefault((runner, shape, size), []).append(_once(runner, shape, size, folder))
    taken = {
        runner: Taken(
            _median(costs[runner, "fan", 1]),
            {(shape, size): _median(costs[runner, shape, size]) for shape, size in graphs if size > 1},
        )
        for runner, graphs in wanted.items()
    }
    ninja = next(each for runner, each in taken.items() if runner.name == "ninja").a_task("fan", SIZE)
    assert ninja is not None
    rows = [_row(runner, each, ninja) for runner, each in taken.items()]
    head = (
        "| runner | tasks | a kill -9 leaves | start | chain | fan | layers | fan of 10,000 | of ninja | memory |",
        "|---|---|---|---|---|---|---|---|---|---|",
    )
    said = f"Milliseconds of wall a task, two at once; {SIZE:,} tasks, or as many as stand there. Median of {ROUNDS}."
    return "\n".join([*head, *rows, "", said])


def _graphs(runner: Runner) -> Iterable[tuple[str, int]]:
    yield "fan", 1
    yield from ((shape, min(SIZE, runner.most)) for shape in SHAPES)
    if runner.most >= LARGE:
        yield "fan", LARGE


def _once(runner: Runner, shape: str, size: int, folder: Path) -> Cost:
    """In a folder that is new, but for what an installation has once and for all."""
    here = folder / "here"
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(folder / "installed", here)
    command = runner.write(SHAPES[shape](size), here)
    return once(command, here)


def _prepare(folder: Path) -> None:
    """Airflow's database, which an installation has."""
    installed = folder / "installed"
    installed.mkdir()
    migrate = [RUNNERS[-1].write([[]], installed)[0], "-m", "airflow", "db", "migrate"]
    subprocess.run(migrate, cwd=installed, env=environment(installed), check=True, capture_output=True)


def _median(costs: list[Cost]) -> Cost:
    return Cost(median(c.wall for c in costs), median(c.cpu for c in costs), max(c.memory for c in costs))


def _row(runner: Runner, taken: Taken, ninja: float) -> str:
    size = min(SIZE, runner.most)
    times = {shape: taken.a_task(shape, size) for shape in SHAPES}
    large = taken.a_task("fan", LARGE)
    shown = [_ms(times[shape]) + ("" if size == SIZE else f" ({size})") for shape in SHAPES]
    fan = times["fan"]
    of_ninja = f"{fan / ninja:.2f}" if runner.kind == "sh" and fan is not None else ""
    memory = max(cost.memory for cost in taken.graphs.values())
    cells = (f"{taken.start.wall:.2f} s", *shown, _ms(large), of_ninja, f"{memory / 2**20:.0f} MB")
    return f"| {runner.name} | {runner.kind} | {runner.keeps} | " + " | ".join(cells) + " |"


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.2f}"
