"""What stays together when a flow is split: tasks that a run judges as one, or that see more of each other than an end.

A task of another part is known by what it came to as a whole, and by its value. So these stay in one part:

* the tasks of a loop, and those outside that read them as a list or wait for them;
* the tasks of all arms of a decision;
* a task and its fallbacks; a checked task, its checks and all who wait for them;
* a group that others wait for, where some of it is skipped or repeated as a whole (it stands in an arm or a loop);
* a group that is `separate`, as a part of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from flowc.ir.graph import Decision, Graph, InArm, InLoop, Loop, Need, Node
from flowc.ir.reads import outputs
from flowc.ir.view import between_tasks, knots, upstreams
from flowc.passes.split.cut import Web

Thing = Node | Decision | Loop


@frozen
class Atoms:
    """The tasks of a flow, handlers aside, in bundles that no cut goes through, and what each bundle waits for."""

    members: tuple[tuple[str, ...], ...]
    """The tasks of each bundle, in the flow's order."""
    web: Web
    alone: tuple[int, ...]
    """The bundles that are a part each."""


def atoms_of(graph: Graph) -> Atoms:
    """The bundles of a flow without cycles, in the order of their first tasks."""
    names = [node.name for node in graph.nodes if node.phase == "main"]
    bundles = _Bundles(names)
    for names_ in _together(graph):
        bundles.join([name for name in names_ if name in bundles.above])
    arrows = {
        name: tuple(up for up in ups if up in bundles.above)
        for name, ups in between_tasks(graph).items()
        if name in bundles.above
    }
    for knot in knots(bundles.arrows(arrows)):  # with each knot as one there is no circle left
        bundles.join(knot)
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(bundles.first(name), []).append(name)
    number = {first: index for index, first in enumerate(members)}
    ups: list[dict[int, None]] = [{} for _ in members]
    for name, befores in arrows.items():
        here = number[bundles.first(name)]
        for before in befores:
            there = number[bundles.first(before)]
            if there != here:
                ups[here][there] = None
    separate = {name for group in graph.groups if group.is_separate for name in group.members}
    return Atoms(
        tuple(tuple(inside) for inside in members.values()),
        Web([len(inside) for inside in members.values()], [tuple(each) for each in ups]),
        tuple(index for index, inside in enumerate(members.values()) if inside[0] in separate),
    )


class _Bundles:
    """Sets of names that grow together, each told by its first one."""

    def __init__(self, names: Iterable[str]) -> None:
        self.above = {name: name for name in names}

    def first(self, name: str) -> str:
        """The name that tells the bundle of this one."""
        while self.above[name] != name:
            self.above[name] = name = self.above[self.above[name]]
        return name

    def arrows(self, arrows: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
        """What each bundle waits for, by their first names."""
        found: dict[str, set[str]] = {}
        for name, befores in arrows.items():
            first = self.first(name)
            found.setdefault(first, set()).update(up for before in befores if (up := self.first(before)) != first)
        return found

    def join(self, names: Iterable[str]) -> None:
        """Make one of the bundles that these are in."""
        first: str | None = None
        for name in names:
            if first is None:
                first = self.first(name)
            else:
                self.above[self.first(name)] = first


# ------------------------------------------------------------------ what belongs together


def _together(graph: Graph) -> Iterator[Iterable[str]]:
    inside: dict[str, list[str]] = {}
    things: tuple[Thing, ...] = (*graph.nodes, *graph.decisions, *graph.loops)
    for node in graph.nodes:
        for place in node.scope:
            inside.setdefault(place.decision if isinstance(place, InArm) else place.loop, []).append(node.name)
        if node.fallback:
            yield node.name, node.fallback
    yield from inside.values()
    looped = {node.name for node in graph.nodes if any(isinstance(place, InLoop) for place in node.scope)}
    placed = {node.name for node in graph.nodes if node.scope}
    for thing in things:
        readers = [thing.name] if isinstance(thing, Node) else inside.get(thing.name, [])[:1]
        for need in thing.needs:
            yield [*readers, *_with_reader(need, graph, looped, placed)]
        if looped:
            yield [*readers, *(read.node for read in outputs(thing) if read.node in looped)]
    for group in graph.groups:
        if group.is_separate:
            yield group.members


def _with_reader(need: Need, graph: Graph, looped: set[str], placed: set[str]) -> Iterator[str]:
    """The tasks of a need that have to stand where it is said."""
    for upstream in upstreams(need):
        members = graph.group(upstream.name).members if upstream.is_group else (upstream.name,)
        is_close = upstream.checks or not looped.isdisjoint(members)
        if is_close or (upstream.is_group and not placed.isdisjoint(members)):
            yield from members
        yield from upstream.checks
