"""An edit in an editor: what `flowc.session.Session` takes to check a file again of which one line has changed.

In one process, which has read the file before; without the time that an editor and its protocol take.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

from benchmarks.programs import layered
from flowc.compiler import check_sources, uncollected
from flowc.session import Session
from flowc.source import Source

SIZES = {100: 15, 1_000: 15, 10_000: 3}
"""Tasks, and how often each is measured."""

Edit = Callable[[str, int], str]
"""The text after edit number so and so."""


def _script(text: str, number: int) -> str:
    return text.replace('t00050 = sh "echo', f't00050 = sh "echo {number}')


def _policy(text: str, number: int) -> str:
    return text.replace("\n  task t00051", f'\n  task t00051a = sh "true" retry {number + 1}\n  task t00051')


def _broken(text: str, number: int) -> str:
    return text.replace("t00050 = sh", "t00050 =" + " =" * (number + 1))


def _header(text: str, number: int) -> str:
    return text.replace("at: 06:00", f"at: 06:{number:02}")


EDITS: dict[str, Edit] = {
    "another script": _script,
    "a task more": _policy,
    "a line that cannot be read": _broken,
    "another schedule, which every task could depend on": _header,
}


def rechecking(folder: Path) -> str:
    """A row for each size and edit, beside a check of the whole text."""
    rows = [row for tasks, rounds in SIZES.items() for row in _rows(folder / "big.flow", layered(tasks), tasks, rounds)]
    head = ["| tasks | what is checked | CPU | of the whole |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, "", f"Median of {', '.join(map(str, SIZES.values()))} rounds."])


def _rows(path: Path, text: str, tasks: int, rounds: int) -> Iterator[str]:
    whole = _taken([text] * rounds, lambda source: check_sources([(path, source)]))
    yield f"| {tasks:,} | the whole text, without a session | {whole:.0f} ms | 1.00 |"
    session = Session()
    for name, edit in EDITS.items():
        session.check([(path, Source("big.flow", text))])
        taken = _taken([edit(text, number) for number in range(rounds)], lambda source: session.check([(path, source)]))
        yield f"| {tasks:,} | {name} | {taken:.0f} ms | {taken / whole:.2f} |"


def _taken(texts: Iterable[str], check: Callable[[Source], object]) -> float:
    """Milliseconds of CPU for one, the median."""
    taken: list[float] = []
    for text in texts:
        source = Source("big.flow", text)
        with uncollected():
            start = time.process_time()
            check(source)
            taken.append((time.process_time() - start) * 1000)
    return median(taken)
