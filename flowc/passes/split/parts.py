"""The parts of a split flow as flows of their own, and what the flow itself then is: a run of each, and its handlers.

    flow orders { ... }    becomes    flow orders        run orders_1(region), then run orders_2(region), and `finally`
                                      flow orders_1      the first tasks
                                      flow orders_2      the others, and of the first those that these wait for

In a part, a task of another part that it waits for stands under its own name: it ends as that task did, with its value
(`OfPart`). So nothing else of the flow has to change: not an expression, not a need. The run of a part begins when
those that it waits for are over, whatever they came to; the whole fails if one of them does (rule 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeGuard, TypeVar

from attrs import evolve

from flowc.ir.actions import Arg, OfPart, RunFlow
from flowc.ir.expr import Asset, Connection, Expr, Param, Run
from flowc.ir.graph import (
    Awaits,
    Decision,
    Graph,
    Group,
    InArm,
    InLoop,
    Loop,
    Node,
    Parameter,
    Part,
    Upstream,
)
from flowc.ir.reads import leaves, outputs
from flowc.ir.rewrite import rewritten
from flowc.ir.skips import skips_of
from flowc.ir.triggers import Backfill
from flowc.ir.view import upstreams

Thing = Node | Decision | Loop
T = TypeVar("T", Node, Decision, Loop)

OWN = ("id", "trigger", "flow", "event", "partition")
"""What the run of a part has otherwise than the flow's: it is told, as `flowc_run_id` and so on."""


def divided(graph: Graph, parts: Sequence[Part], names: Mapping[str, str]) -> tuple[Graph, ...]:
    """The flow that runs the parts, and behind it these; `names` gives the task that runs each."""
    divider = _Divider(graph, parts, names)
    found = [divider.part(part) for part in parts]
    return (divider.whole(found), *found)


class _Divider:
    """A flow on its way to parts, with the place of everything in it at hand."""

    def __init__(self, graph: Graph, parts: Sequence[Part], names: Mapping[str, str]) -> None:
        self.graph = graph
        self.parts = parts
        self.names = names
        self.home = {name: part.name for part in parts for name in part.members}
        self.skips = skips_of(graph)
        self.place = {
            (kind, thing.name): number
            for kind, things in (("node", graph.nodes), ("decision", graph.decisions), ("loop", graph.loops))
            for number, thing in enumerate(things)
        }
        self.groups: dict[str, list[int]] = {}
        """The groups of each task, by their numbers."""
        self.number = {group.name: number for number, group in enumerate(graph.groups)}
        for number, group in enumerate(graph.groups):
            for name in group.members:
                self.groups.setdefault(name, []).append(number)

    def part(self, part: Part) -> Graph:
        """A part as a flow."""
        graph, inside = self.graph, set(part.members)
        nodes = [graph.node(name) for name in part.members]
        decisions, loops = self._around(nodes)
        told: dict[str, Parameter] = {}

        def tell(expr: Expr) -> Expr:
            if not _is_own(expr):
                return expr
            name = f"flowc_run_{expr.name}"
            told[name] = Parameter(name, expr.type)
            return Param(name, expr.type, expr.at)

        def new(thing: T) -> T:
            return rewritten(thing, tell) if any(map(_is_own, leaves(thing))) else thing

        nodes, decisions, loops = [*map(new, nodes)], [*map(new, decisions)], [*map(new, loops)]
        things = (*nodes, *decisions, *loops)
        standing = [self._standing(name, ()) for name in self._named(things) if name not in inside]
        return _with_what_is_used(
            evolve(
                graph,
                name=part.name,
                params=(*graph.params, *(told[name] for name in sorted(told))),
                returns=None,
                output=None,
                several=False,
                triggers=(),
                partition=None,
                backfill=Backfill(),
                event=None,
                nodes=(*standing, *nodes),
                decisions=tuple(decisions),
                loops=tuple(loops),
                groups=tuple(self._groups(inside, things)),
                max_runs=None,
                overlap="queue",
                deadline=None,
                sla=None,
                part_of=graph.name,
                renamed_from=None,
                doc=f"A part of {graph.name}." + (f"\n\n{graph.doc}" if graph.doc else ""),
            )
        )

    def whole(self, found: Sequence[Graph]) -> Graph:
        """The flow that runs all parts, and then what comes at its end."""
        graph = self.graph
        handlers = [node for node in graph.nodes if node.phase != "main"]
        decisions, loops = self._around(handlers)
        things = (*handlers, *decisions, *loops)
        heard = {name for name in self._named(things) if name in self.home}
        heard |= {read.node for read in outputs(graph.returns)}
        standing = [
            self._standing(name, (Awaits(Upstream(self.names[self.home[name]])),))
            for name in sorted(heard, key=lambda name: self.place["node", name])
        ]
        given = {param.name for param in graph.params}
        runs = [
            Node(
                self.names[part.name],
                RunFlow(part.name, tuple(_given(param, given) for param in own.params), is_part=True),
                needs=tuple(Awaits(Upstream(self.names[up])) for up in part.ups),
                doc=_listed(part.members),
                origin=graph.node(part.members[0]).origin,
                at=graph.at,
            )
            for part, own in zip(self.parts, found, strict=True)
        ]
        return _with_what_is_used(
            evolve(
                graph,
                nodes=(*runs, *standing, *handlers),
                decisions=tuple(decisions),
                loops=tuple(loops),
                groups=tuple(self._groups({node.name for node in handlers}, things)),
            )
        )

    def _around(self, nodes: Iterable[Node]) -> tuple[list[Decision], list[Loop]]:
        """The places that the nodes stand in."""
        places = {place for node in nodes for place in node.scope}
        decisions = {place.decision for place in places if isinstance(place, InArm)}
        loops = {place.loop for place in places if isinstance(place, InLoop)}
        return (
            [self.graph.decision(name) for name in sorted(decisions, key=lambda name: self.place["decision", name])],
            [self.graph.loop(name) for name in sorted(loops, key=lambda name: self.place["loop", name])],
        )

    def _named(self, things: Iterable[Thing]) -> list[str]:
        """The tasks that these wait for, in the flow's order; of a group its members."""
        found: set[str] = set()
        for thing in things:
            for need in thing.needs:
                for each in upstreams(need):
                    found.update(self.graph.group(each.name).members if each.is_group else (each.name,))
                    found.update(each.checks)
        return sorted(found, key=lambda name: self.place["node", name])

    def _standing(self, name: str, needs: tuple[Awaits, ...]) -> Node:
        """What stands for a task of another part."""
        node = self.graph.node(name)
        return Node(
            name,
            OfPart(self.home[name], name, self.skips.can_skip(name)),
            output=node.output,
            several=node.several,
            needs=needs,
            doc=node.doc,
            origin=node.origin,
            at=node.at,
        )

    def _groups(self, inside: Set[str], things: Iterable[Thing]) -> Iterator[Group]:
        """The groups of the tasks inside; those that something waits for, whole and wherever they stand."""
        needed = {each.name for thing in things for need in thing.needs for each in upstreams(need) if each.is_group}
        numbers = {number for name in inside for number in self.groups.get(name, ())}
        for number in sorted(numbers | {self.number[name] for name in needed}):
            group = self.graph.groups[number]
            if group.name in needed:
                yield evolve(group, scope=group.scope if number in numbers else (), renamed_from=None)
            else:
                members = tuple(name for name in group.members if name in inside)
                yield evolve(group, members=members, renamed_from=None)


def _is_own(expr: Expr) -> TypeGuard[Run]:
    """Whether it is what the run of a part has otherwise."""
    return isinstance(expr, Run) and expr.name in OWN


def _with_what_is_used(graph: Graph) -> Graph:
    """A flow with those params, connections, assets and pools alone that anything in it names."""
    things = (graph.nodes, graph.decisions, graph.loops, graph.returns, graph.triggers)
    seen = list(leaves(things))
    connections = {leaf.name for leaf in seen if isinstance(leaf, Connection)}
    assets = {leaf.name for leaf in seen if isinstance(leaf, Asset)}
    for node in graph.nodes:
        said = getattr(node.action, "connection", None)
        connections |= {said} if said else set()
        assets |= {*node.reads, *(each.asset for each in (*node.writes, *node.windows))}
        if waited := getattr(node.action, "asset", None):
            assets.add(waited)
    kept = tuple(each for each in graph.assets if each.name in assets)
    connections |= {each.connection for each in kept if each.connection}
    held = tuple(each for each in graph.connections if each.name in connections)
    params = {leaf.name for leaf in (*seen, *leaves(held)) if isinstance(leaf, Param)}
    pools = {node.pool.name for node in graph.nodes if node.pool}
    return evolve(
        graph,
        params=tuple(each for each in graph.params if each.name in params) if graph.part_of else graph.params,
        connections=held,
        assets=kept if graph.part_of else graph.assets,
        pools=tuple(each for each in graph.pools if each.name in pools),
    )


def _given(param: Parameter, own: Set[str]) -> Arg:
    """The flow's own param of that name, or what its run is told."""
    if param.name in own:
        return Arg(param.name, Param(param.name, param.type))
    return Arg(param.name, Run(param.name.removeprefix("flowc_run_"), param.type))


def _listed(members: Sequence[str], most: int = 6) -> str:
    more = f" and {len(members) - most} more" if len(members) > most else ""
    return f"{len(members)} tasks: {', '.join(members[:most])}{more}"
