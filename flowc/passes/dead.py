"""Drop what leaves no mark on any run.

    if true { task a = f() }      becomes      task a = f()
    on late { ... }  without `sla`             nothing
    a loop, a group, a branch without tasks    nothing
    a connection, an asset, a pool that nothing names

A task in an arm that is never chosen stays: it is in the trace, skipped or blocked. So does a decision that may fail.
"""

from __future__ import annotations

from attrs import evolve

from flowc.ir.actions import Email, Http, Sql, WaitAsset, WaitUntil
from flowc.ir.expr import Asset, Connection, Expr, Lit
from flowc.ir.graph import (
    Accepts,
    Awaits,
    Decision,
    Graph,
    InArm,
    Loop,
    Need,
    Node,
    Requires,
    Scope,
)
from flowc.ir.reads import leaves
from flowc.ir.triggers import On, OnAsset, events_of
from flowc.ir.view import upstreams
from flowc.passes.base import Pass


def _drop(graph: Graph) -> Graph:
    graph = _without_certain_arms(_without_late(graph))
    while (smaller := _without_empty(graph)) != graph:
        graph = smaller
    return _without_unnamed(graph)


def _without_late(graph: Graph) -> Graph:
    """Without an `sla` no run is ever late."""
    if graph.sla is not None:
        return graph
    return evolve(graph, nodes=tuple(node for node in graph.nodes if node.phase != "late"))


# ------------------------------------------------------------------ arms that are always chosen


def _without_certain_arms(graph: Graph) -> Graph:
    chosen = {decision.name: arm for decision in graph.decisions if (arm := _certain_arm(decision)) is not None}
    if not chosen:
        return graph

    def outside(scope: Scope) -> Scope:
        return tuple(p for p in scope if not (isinstance(p, InArm) and chosen.get(p.decision) == p.arm))

    return evolve(
        graph,
        nodes=tuple(evolve(node, scope=outside(node.scope)) for node in graph.nodes),
        decisions=tuple(evolve(decision, scope=outside(decision.scope)) for decision in graph.decisions),
        loops=tuple(evolve(loop, scope=outside(loop.scope)) for loop in graph.loops),
        groups=tuple(evolve(group, scope=outside(group.scope)) for group in graph.groups),
    )


def _certain_arm(decision: Decision) -> int | None:
    """The arm that every run chooses, where constants alone decide it and nothing is waited for; else None."""
    if decision.needs:
        return None
    for number, patterns in enumerate(decision.arms):
        holds = _holds(decision.subject, patterns)
        if holds is None:
            return None
        if holds:
            return number
    return len(decision.arms)


def _holds(subject: Expr | None, patterns: tuple[Expr, ...]) -> bool | None:
    """Whether an arm's constants hold; None where that is only known in a run."""
    if not patterns:
        return True
    if subject is None:
        [condition] = patterns
        return condition.value is True if isinstance(condition, Lit) else None
    if not isinstance(subject, Lit) or not all(isinstance(pattern, Lit) for pattern in patterns):
        return None
    return any(isinstance(pattern, Lit) and pattern.value == subject.value for pattern in patterns)


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


DEAD = Pass("dead", "drop what leaves no mark on any run", _drop)
