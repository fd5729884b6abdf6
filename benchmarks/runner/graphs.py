"""Graphs of tasks that do nothing: for each task, in order, the numbers of those that it waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.programs import above

Graph = Sequence[Sequence[int]]


def chain(tasks: int) -> Graph:
    """One after another."""
    return [[number - 1] if number else [] for number in range(tasks)]


def fan(tasks: int) -> Graph:
    """All at once."""
    return [[] for _ in range(tasks)]


def layers(tasks: int) -> Graph:
    """Layers of ten, each task behind two of the layer above."""
    return [above(number) for number in range(tasks)]


SHAPES: Mapping[str, Callable[[int], Graph]] = {"chain": chain, "fan": fan, "layers": layers}
