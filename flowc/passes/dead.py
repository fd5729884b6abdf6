"""Drop what leaves no mark on any run.

    on late { ... }  without `sla`             becomes nothing
    for x in [] { task a = f(x) }, b = g(a)    b = g([])
    a loop, a group, a branch without tasks    nothing
    a connection, an asset, a pool that nothing names

A task in an arm that is never chosen stays: it is in the trace, skipped or blocked. So does a decision that may fail.
A loop over a written list without elements makes no instance, entered or not; it goes where it is entered in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from attrs import evolve

from flowc.ir.actions import Check, Email, Http, Sql, WaitAsset, WaitUntil
from flowc.ir.expr import Asset, Connection, Expr, List, Output
from flowc.ir.graph import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Graph,
    InArm,
    InLoop,
    Loop,
    Need,
    Node,
    Requires,
)
from flowc.ir.reads import leaves
from flowc.ir.rewrite import rewritten
from flowc.ir.triggers import On, OnAsset, events_of
from flowc.ir.view import unchecked, upstreams
from flowc.passes.base import Pass, Told
from flowc.passes.told import called, counted, listed, summed

T = TypeVar("T", Node, Decision, Loop)


def _drop(graph: Graph) -> Graph:
    graph = _without_elementless(_without_late(graph))
    while (smaller := _without_empty(graph)) != graph:
        graph = smaller
    return _without_unnamed(graph)


def _without_late(graph: Graph) -> Graph:
    """Without an `sla` no run is ever late."""
    if graph.sla is not None:
        return graph
    return evolve(graph, nodes=tuple(node for node in graph.nodes if node.phase != "late"))


# ------------------------------------------------------------------ loops without elements


def _without_elementless(graph: Graph) -> Graph:
    """Rule 10: no instances, an empty gathered list, and what follows runs."""
    loops = {loop.name for loop in graph.loops if _is_elementless(loop)}
    gone = {node.name for node in graph.nodes if loops.intersection(node.loops)}
    if not gone or gone & _counted_with_others(graph, gone):
        return graph
    checks = frozenset(node.name for node in graph.nodes if node.name in gone and isinstance(node.action, Check))

    def empty(expr: Expr) -> Expr:
        return List((), expr.type, expr.at) if isinstance(expr, Output) and expr.node in gone else expr

    def without(thing: T) -> T:
        left = (need for need in thing.needs if not any(up.name in gone for up in upstreams(need)))
        needs = tuple(unchecked(need, checks) for need in left) if checks else tuple(left)
        return rewritten(thing if needs == thing.needs else evolve(thing, needs=needs), empty)

    return evolve(
        graph,
        nodes=tuple(without(node) for node in graph.nodes if node.name not in gone),
        decisions=tuple(without(decision) for decision in graph.decisions if not loops.intersection(_loops(decision))),
        loops=tuple(without(loop) for loop in graph.loops if not loops.intersection((loop.name, *_loops(loop)))),
        groups=tuple(evolve(g, members=tuple(m for m in g.members if m not in gone)) for g in graph.groups),
        returns=rewritten(graph.returns, empty),
    )


def _is_elementless(loop: Loop) -> bool:
    return loop.is_static and isinstance(loop.items, List) and not (loop.items.items or loop.scope or loop.needs)


def _loops(thing: Decision | Loop) -> Iterator[str]:
    return (place.loop for place in thing.scope if isinstance(place, InLoop))


def _counted_with_others(graph: Graph, gone: set[str]) -> set[str]:
    """Tasks whose success is one of several things: in a join, in a group that others wait for, beside a check."""
    named = [upstream for need in _needs(graph) for upstream in upstreams(need)]
    several = (need for need in _needs(graph) if isinstance(need, AnyOf | AnyFailed))
    found = {upstream.name for need in several for upstream in upstreams(need)}
    found |= {upstream.name for upstream in named if not gone.issuperset(upstream.checks)}
    groups = {upstream.name for upstream in named if upstream.is_group}
    return found.union(*(group.members for group in graph.groups if group.name in groups))


def _needs(graph: Graph) -> Iterator[Need]:
    return (need for thing in (*graph.nodes, *graph.decisions, *graph.loops) for need in thing.needs)


# ------------------------------------------------------------------ what holds no task


def _without_empty(graph: Graph) -> Graph:
    """One layer of loops, branches and groups that nothing stands in."""
    held = {
        place.decision if isinstance(place, InArm) else place.loop
        for thing in (*graph.nodes, *graph.decisions, *graph.loops)
        for place in thing.scope
    }
    present = {node.name for node in graph.nodes}
    groups = tuple(evolve(group, members=tuple(m for m in group.members if m in present)) for group in graph.groups)
    empty = {group.name for group in groups if not group.members} - _named_in_failures(graph)

    def needs(thing: Node | Decision | Loop) -> tuple[Need, ...]:
        return tuple(need for need in thing.needs if not _waits_for_nothing(need, empty))

    return evolve(
        graph,
        nodes=tuple(evolve(node, needs=needs(node)) for node in graph.nodes) if empty else graph.nodes,
        decisions=tuple(evolve(d, needs=needs(d)) for d in graph.decisions if d.name in held),
        loops=tuple(evolve(loop, needs=needs(loop)) for loop in graph.loops if loop.name in held),
        groups=tuple(group for group in groups if group.name not in empty),
    )


def _named_in_failures(graph: Graph) -> set[str]:
    """Groups that stand in a need with others, where they cannot be left out alone."""
    return {
        upstream.name
        for thing in (*graph.nodes, *graph.decisions, *graph.loops)
        for need in thing.needs
        if not isinstance(need, Requires | Accepts | Awaits)
        for upstream in upstreams(need)
        if upstream.is_group
    }


def _waits_for_nothing(need: Need, empty: set[str]) -> bool:
    """An empty group has succeeded from the start (rule 2)."""
    return all(upstream.is_group and upstream.name in empty for upstream in upstreams(need))


# ------------------------------------------------------------------ what nobody names


def _without_unnamed(graph: Graph) -> Graph:
    """Declarations of the file that this flow has no use for."""
    read = list(leaves((*graph.nodes, *graph.decisions, *graph.loops, graph.returns)))
    assets = {leaf.name for leaf in read if isinstance(leaf, Asset)}
    assets |= {name for node in graph.nodes for name in (*node.reads, *(write.asset for write in node.writes))}
    assets |= {node.action.asset for node in graph.nodes if isinstance(node.action, WaitAsset)}
    assets |= {
        event.asset
        for trigger in graph.triggers
        if isinstance(trigger, On)
        for event in events_of(trigger.event)
        if isinstance(event, OnAsset)
    }
    kept = tuple(asset for asset in graph.assets if asset.name in assets)
    connections = {leaf.name for leaf in read if isinstance(leaf, Connection)}
    connections |= {asset.connection for asset in kept if asset.connection}
    asking = (node.action for node in graph.nodes if isinstance(node.action, Sql | Http | Email | WaitUntil))
    connections |= {action.connection for action in asking if action.connection}
    pools = {node.pool.name for node in graph.nodes if node.pool}
    return evolve(
        graph,
        assets=kept,
        connections=tuple(connection for connection in graph.connections if connection.name in connections),
        pools=tuple(pool for pool in graph.pools if pool.name in pools),
    )


# ------------------------------------------------------------------ what is said of it


def _tell(before: Graph, after: Graph) -> Told:
    kinds = ("node", "decision", "loop", "group", "connection", "asset", "pool")
    gone = {kind: _gone(getattr(before, f"{kind}s"), getattr(after, f"{kind}s")) for kind in kinds}
    nouns = ("task", "decision", "loop", "group", "connection", "asset", "pool")
    said = summed((len(gone[kind]), noun) for kind, noun in zip(kinds, nouns, strict=True))

    def changes() -> Iterator[str]:
        for node in gone["node"]:
            why = "no run is late without an `sla`" if node.phase == "late" else "its loop has no elements"
            yield f"{called(node)}: {why}"
        for thing in (*gone["decision"], *gone["loop"], *gone["group"]):
            yield f"{called(thing)}: no task stands in it"
        for kind in ("connection", "asset", "pool"):
            if gone[kind]:
                names = listed([f"`{each.name}`" for each in gone[kind]])
                yield f"{names}: {counted(len(gone[kind]), kind).partition(' ')[2]} that this flow never names"

    return Told(f"{said} dropped" if said else "", f"{counted(len(after.nodes), 'task')} kept", changes())


def _gone(before: tuple[Any, ...], after: tuple[Any, ...]) -> list[Any]:
    left = {each.name for each in after}
    return [each for each in before if each.name not in left]


DEAD = Pass("dead", "drop what leaves no mark on any run", _drop, _tell)
