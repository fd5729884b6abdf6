"""Split a flow that is larger than a target can carry, or likes to, into parts that are flows of their own.

What is counted are tasks, handlers aside. A flow that is split runs as the one that was written: the same outcomes,
attempts and values, and the same end (rules 1 to 14). What one run cannot tell another is a reason to stay whole, where
parts have runs of their own; a target that nests graphs in one run knows no such reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve, frozen

from flowc.ir.actions import WaitAsset
from flowc.ir.graph import Graph, InArm, InLoop, Node, Part, Program
from flowc.ir.partitions import partitions_written
from flowc.ir.reads import outputs
from flowc.ir.verify import must_hold
from flowc.ir.view import upstreams
from flowc.passes.split.atoms import Atoms, atoms_of
from flowc.passes.split.cut import crossing, cut, depth, handed_over
from flowc.passes.split.parts import divided


@frozen
class Division:
    """How a flow is split; or, without parts, `why` it stays whole."""

    flow: str
    parts: tuple[Part, ...] = ()
    why: str = ""
    edges: int = 0
    """Edges between bundles of tasks that no cut goes through."""
    crossing: int = 0
    """Those of them that lead from one part to another."""
    handed_over: int = 0
    """Bundles that are heard of in other parts, once for each."""
    depth: tuple[int, int] = (0, 0)
    """Bundles that run one after the other at least: in the whole, and where parts wait for parts."""


def split(
    program: Program, most: int, *, nests: bool = False, tell: Callable[[Division], None] = lambda found: None
) -> Program:
    """The program with every flow split that has more than `most` tasks, or a group that is `separate`.

    `nests`: the parts are graphs in the same run, which is told to all of them, and no flows of their own. `tell` hears
    of each such flow how it is split, or why it stays whole.
    """
    graphs: list[Graph] = []
    for graph in program.graphs:
        if not is_large(graph, most):
            graphs.append(graph)
            continue
        found = division(graph, most, nests=nests)
        tell(found)
        flows = {each.name for each in program.graphs}
        if nests:
            graphs.append(evolve(graph, parts=_apart(found.parts, flows)))
        else:
            graphs += _split(graph, found, flows)
    return evolve(program, graphs=tuple(graphs))


def is_large(graph: Graph, most: int) -> bool:
    """Whether a flow is to be split: it has more tasks, or a group that is `separate`."""
    count = sum(node.phase == "main" for node in graph.nodes)
    return count > most or any(group.is_separate for group in graph.groups)


def division(graph: Graph, most: int, *, nests: bool = False) -> Division:
    """The parts of a flow without cycles."""
    if not is_large(graph, most):
        return Division(graph.name, why=f"it has no more than {most} tasks")
    if why := "" if nests else next(_reasons(graph), ""):
        return Division(graph.name, why=why)
    atoms = atoms_of(graph)
    chosen = cut(atoms.web, most, alone=atoms.alone)
    if max(chosen) == 0:
        return Division(graph.name, why="all of its tasks hang together by loops, branches, checks or groups")
    return Division(
        graph.name,
        tuple(_parts(graph, atoms, chosen)),
        "",
        sum(map(len, atoms.web.ups)),
        crossing(atoms.web, chosen),
        handed_over(atoms.web, chosen),
        (depth(atoms.web, [0] * len(chosen)), depth(atoms.web, chosen)),
    )


def _reasons(graph: Graph) -> Iterator[str]:
    """What no other run could be told of this one."""
    if any(_is_of_partition(node, graph) for node in graph.nodes):
        yield "it reads or writes partitions of assets, of which the run of a part would not know"
    looped = {node.name for node in graph.nodes if any(isinstance(place, InLoop) for place in node.scope)}
    handlers = [node for node in graph.nodes if node.phase != "main"]
    places = {place for node in handlers for place in node.scope}
    names = {place.decision if isinstance(place, InArm) else place.loop for place in places}
    things = [*handlers, *(each for each in (*graph.decisions, *graph.loops) if each.name in names)]
    heard = {name for thing in things for need in thing.needs for each in upstreams(need)
             for name in (graph.group(each.name).members if each.is_group else (each.name,))}  # fmt: skip
    heard |= {read.node for read in outputs(graph.returns)}
    if both := sorted(looped & heard & {node.name for node in graph.nodes if node.phase == "main"}):
        yield f"`{both[0]}`, which is in a loop, is read at the end of the run"


def _is_of_partition(node: Node, graph: Graph) -> bool:
    waits = isinstance(node.action, WaitAsset) and node.action.by_partition
    return bool(node.windows) or waits or bool(partitions_written(node, graph))


def _parts(graph: Graph, atoms: Atoms, chosen: Sequence[int]) -> Iterator[Part]:
    count = max(chosen) + 1
    members: list[list[str]] = [[] for _ in range(count)]
    ups: list[set[int]] = [set() for _ in range(count)]
    for vertex, part in enumerate(chosen):
        members[part] += atoms.members[vertex]
        ups[part] |= {chosen[up] for up in atoms.web.ups[vertex]} - {part}
    order = {node.name: index for index, node in enumerate(graph.nodes)}
    names = list(_named(graph, [set(each) for each in members]))
    for part in range(count):
        inside = tuple(sorted(members[part], key=order.__getitem__))
        yield Part(
            f"{graph.name}_{names[part]}", inside, tuple(f"{graph.name}_{names[up]}" for up in sorted(ups[part]))
        )


def _named(graph: Graph, members: Sequence[set[str]]) -> Iterator[str]:
    """A part that is just a group has its name; others are numbered."""
    groups = {frozenset(group.members): group.name for group in graph.groups}
    for number, inside in enumerate(members, 1):
        group = groups.get(frozenset(inside), "")
        yield group.replace(".", "_") if group and "[" not in group else str(number)


def _split(graph: Graph, found: Division, flows: set[str]) -> tuple[Graph, ...]:
    if not found.parts:
        return (graph,)
    parts = _apart(found.parts, flows)
    taken = {node.name for node in graph.nodes}
    names: dict[str, str] = {}
    for part in parts:
        name = part.name.removeprefix(f"{graph.name}_")
        name = f"part_{name}" if name[0].isdigit() else name
        while name in taken:
            name += "_part"
        taken.add(name)
        names[part.name] = name
    graphs = divided(graph, parts, names)
    for each in graphs:
        must_hold(each, "split")
    return graphs


def _apart(parts: Sequence[Part], flows: set[str]) -> tuple[Part, ...]:
    """The parts under names that no other flow has."""
    new: dict[str, str] = {}
    for part in parts:
        name = part.name
        while name in flows or name in new.values():
            name += "_part"
        new[part.name] = name
    return tuple(evolve(part, name=new[part.name], ups=tuple(new[up] for up in part.ups)) for part in parts)
