"""Where large flows are cut, beside partitioners of graphs: METIS, KaMinPar, and what networkx has.

Those know edges without a direction. Whether two of their parts wait for each other, so that neither can be run as a
whole, is counted; there they could not be used as they are.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import networkx

from benchmarks.shapes import PYTHON, Shape, plain, sciences
from flowc.passes.split.cut import Web, crossing, cut, depth, handed_over

SIZE, PARTS = 2_000, 8
HEADS = (
    *("shape", "cut by", "parts", "largest", "edges that cross", "of all", "outcomes handed over"),
    *("deep as a whole", "in parts", "wait mutually", "seconds"),
)
_PEERS = """
import json, sys, time
import kaminpar, pymetis

count, shapes = json.load(sys.stdin)
found = {}
for name, ups in shapes.items():
    near = [[] for _ in ups]
    for vertex, own in enumerate(ups):
        for up in own:
            near[vertex].append(up)
            near[up].append(vertex)
    begin = time.perf_counter()
    metis = list(pymetis.part_graph(count, adjacency=near)[1])
    took = time.perf_counter() - begin
    made = kaminpar.KaMinPar(1, kaminpar.default_context())
    lines = [f"{len(ups)} {sum(map(len, ups))}"] + [" ".join(str(o + 1) for o in each) for each in near]
    with open("graph.metis", "w") as file:
        file.write("\\n".join(lines) + "\\n")
    graph = kaminpar.load_graph("graph.metis", kaminpar.GraphFileFormat.METIS)
    begin = time.perf_counter()
    parts = made.compute_partition(graph, count, 0.1)
    found[name] = {"METIS": [metis, took], "KaMinPar": [[int(each) for each in parts], time.perf_counter() - begin]}
json.dump(found, sys.stdout)
"""
Cut = tuple[Sequence[int], float]
"""The part of each task, and the seconds that it took."""


def cutting(folder: Path) -> str:
    """A row for each shape and each way to cut it."""
    shapes = {**plain(SIZE), **sciences(SIZE)}
    theirs = _peers(shapes, folder)
    rows = [row for name, shape in shapes.items() for row in _rows(name, shape, theirs[name])]
    return "\n".join(
        [
            f"| {' | '.join(HEADS)} |",
            "|---" * len(HEADS) + "|",
            *rows,
            "",
            f"{SIZE:,} tasks in {PARTS} parts, flowc's of {_most(SIZE):,} tasks at most.",
        ]
    )


def _most(tasks: int) -> int:
    return -(-tasks * 11 // (PARTS * 10))


def _rows(name: str, shape: Shape, theirs: Mapping[str, Cut]) -> list[str]:
    web = Web([1] * len(shape), shape)
    ours: Mapping[str, Callable[[], Sequence[int]]] = {
        "flowc": lambda: cut(web, _most(len(shape))),
        "networkx": lambda: _halved(shape),
    }
    found: dict[str, Cut] = {}
    for way, work in ours.items():
        begin = perf_counter()
        found[way] = work(), perf_counter() - begin
    return [_row(name, way, web, cut_) for way, cut_ in {**found, **theirs}.items()]


def _row(name: str, way: str, web: Web, found: Cut) -> str:
    parts, seconds = found
    knotted = _knotted(web, parts)
    costs = [list(parts).count(part) for part in set(parts)]
    edges = sum(map(len, web.ups))
    deep = str(depth(web, parts)) if not knotted else ""
    cells = [
        *(name, way, str(len(costs)), f"{max(costs):,}", f"{crossing(web, parts):,}"),
        *(f"{crossing(web, parts) / max(edges, 1):.0%}", f"{handed_over(web, parts):,}"),
        *(str(depth(web, [0] * len(parts))), deep, str(knotted), f"{seconds:.2f}"),
    ]
    return f"| {' | '.join(cells)} |"


def _knotted(web: Web, parts: Sequence[int]) -> int:
    """How many parts wait for one that waits for them."""
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_edges_from((parts[up], parts[each]) for each, ups in enumerate(web.ups) for up in ups)
    return sum(len(knot) for knot in networkx.strongly_connected_components(graph) if len(knot) > 1)


def _halved(shape: Shape) -> Sequence[int]:
    """Halves of halves, as networkx finds them after Kernighan and Lin."""
    whole: networkx.Graph[int] = networkx.Graph()
    whole.add_nodes_from(range(len(shape)))
    whole.add_edges_from((up, each) for each, ups in enumerate(shape) for up in ups)
    parts = [set(range(len(shape)))]
    while len(parts) < PARTS:
        halves = (networkx.community.kernighan_lin_bisection(whole.subgraph(part), seed=1) for part in parts)
        parts = [half for both in halves for half in both]
    home = {each: part for part, members in enumerate(parts) for each in members}
    return [home[each] for each in range(len(shape))]


def _peers(shapes: Mapping[str, Shape], folder: Path) -> Mapping[str, Mapping[str, Cut]]:
    asked = json.dumps([PARTS, shapes])
    made = subprocess.run(
        [PYTHON, "-c", _PEERS], input=asked, cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    return json.loads(made.splitlines()[-1])
