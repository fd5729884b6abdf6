"""Shapes of large flows: what each task waits for, as numbers; and the flow of a shape.

Those of known sciences are drawn by wfcommons (Coleman and others, 2022) after traces of real runs, in an environment
of its own (`locks/shapes.txt`); the others are plain and the same for a seed.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

PYTHON = Path(__file__).parents[1] / ".engines" / "shapes" / "bin" / "python"
SCIENCES = ("Blast", "Bwa", "Cycles", "Epigenomics", "Genome", "Montage", "Seismology", "Soykb", "Srasearch")
Shape = Sequence[Sequence[int]]
"""What each task waits for: tasks with lower numbers, each once."""

_DRAW = """
import json, random, sys
import numpy
from wfcommons import WorkflowGenerator
from wfcommons.wfchef import recipes

found = {}
for name in sys.argv[2:]:
    random.seed(1)
    numpy.random.seed(1)
    drawn = WorkflowGenerator(getattr(recipes, name + "Recipe").from_num_tasks(int(sys.argv[1]))).build_workflow()
    found[name] = [sorted(drawn.nodes), sorted(drawn.edges)]
json.dump(found, sys.stdout)
"""


@cache
def sciences(size: int, names: Sequence[str] = SCIENCES) -> Mapping[str, Shape]:
    """Workflows of about so many tasks. SystemExit where the environment is not there."""
    if not PYTHON.exists():
        raise SystemExit("there is no environment that draws workflows: `make .engines/shapes/.stamp` makes it")
    drawn = subprocess.run([PYTHON, "-c", _DRAW, str(size), *names], check=True, capture_output=True, text=True)
    return {name.lower(): _numbered(*graph) for name, graph in json.loads(drawn.stdout.splitlines()[-1]).items()}


def _numbered(nodes: Sequence[str], edges: Sequence[Sequence[str]]) -> Shape:
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((up, down) for up, down in edges)
    row = list(networkx.lexicographical_topological_sort(graph))
    at = {name: number for number, name in enumerate(row)}
    return [sorted(at[up] for up in graph.predecessors(name)) for name in row]


def plain(size: int) -> Mapping[str, Shape]:
    """A chain, a fan, layers whose tasks read any or near ones of the layer above, and groups."""
    return {
        "chain": [[number - 1] if number else [] for number in range(size)],
        "fan": [[], *([0] for _ in range(size - 2)), list(range(1, size - 1))],
        "layers": list(_layers(size, 25, 25)),
        "near layers": list(_layers(size, 50, 2)),
        "groups": list(_groups(size, max(size // 300, 3))),
    }


def _layers(size: int, width: int, reach: int) -> Iterator[list[int]]:
    chance = Random(1)
    for number in range(size):
        layer, place = divmod(number, width)
        near = range(max(place - reach, 0), min(place + reach + 1, width))
        yield sorted({(layer - 1) * width + chance.choice(near) for _ in range(3)}) if layer else []


def _groups(size: int, inside: int) -> Iterator[list[int]]:
    """Groups of so many tasks, each of which reads two before it in its group; the first that of an earlier group."""
    chance = Random(2)
    for number in range(size):
        group, place = divmod(number, inside)
        first = group * inside
        if place:
            yield sorted({chance.randrange(max(first, number - 3), number) for _ in range(2)})
        else:
            yield [chance.randrange(max(0, first - 4 * inside), first)] if group else []


def flow(shape: Shape, *, name: str = "shaped", seed: int = 1) -> str:
    """A flow of that shape: a few tasks fail, some go on whatever came, some are skipped by a condition.

    A task reads what the first two that it waits for gave, or 0 of what was skipped, and follows the others.
    """
    chance, failing = Random(seed), min(0.02, 4 / len(shape))
    lines = [f"flow {name}(off: int = 3) {{"]
    skipped: set[int] = set()
    """Those that may be."""
    for number, ups in enumerate(shape):
        fate = chance.random()
        values, others = ups[:2], ups[2:]
        words = [f"task t{number} ="]
        if fate > 0.97 and ups:
            words += ["python builtins:len([1]) -> int", f"after {_listed(ups)}, when: done"]
        else:
            is_bad, is_off = fate < failing, 0.95 < fate <= 0.97
            read = [f"t{up} ?? 0" if up in skipped else f"t{up}" for up in values]
            given = f"max([{', '.join([str(number % 97), *read])}])"
            words.append(f"python builtins:{'ord([])' if is_bad else given} -> int")
            followed = ups if is_bad else others
            words += [f"after {_listed(followed)}"] if followed else []
            words += ["when off > 5"] if is_off else []
            if is_off or skipped.intersection(followed):
                skipped.add(number)
        lines.append("  " + " ".join(words))
    return "\n".join([*lines, "}", ""])


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"t{number}" for number in numbers)
