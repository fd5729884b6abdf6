"""Where a job needs nothing but Dagster: its ops fail and are skipped, and what follows them with them.

Dagster gives up what follows a failed op, and skips what follows a skipped one, and lets a skip win over a failure.
That is all that is wanted where nothing else has a say: no task that runs whatever became of another, no fallback, no
failure that is tolerated, nothing that is done at the end.
"""

from __future__ import annotations

from collections.abc import Collection

from flowc.ir.actions import Check, RunFlow
from flowc.ir.expr import Item, Secret
from flowc.ir.graph import Graph, InLoop, Loop, Node, Requires, Upstream
from flowc.ir.reads import leaves, outputs
from flowc.ir.skips import skips_of
from flowc_targets.dagster.annotations import says_all


def is_plain(graph: Graph, drops: Collection[str] = ()) -> bool:
    """Whether Dagster's own rules say all of it. `drops` are the flows that may drop a run."""
    things = (*graph.nodes, *graph.decisions, *graph.loops)
    skips = skips_of(graph)
    return (
        graph.deadline is None
        and graph.overlap == "queue"
        and all(_is_plain_node(node) for node in graph.nodes)
        and not any(isinstance(node.action, RunFlow) and node.action.flow in drops for node in graph.nodes)
        and all(_is_plain_loop(loop) for loop in graph.loops)
        and all(isinstance(need, Requires) for thing in things for need in thing.needs)
        and all(_is_alone(need.upstream) for thing in things for need in thing.needs if isinstance(need, Requires))
        and not any(skips.mixes(thing) for thing in things)
        and not any(_is_in_loop(decision.scope) for decision in graph.decisions)
        and not _keeps_secrets(graph)
        and not _crosses_loops(graph)
        and not any(skips.can_skip(output.node) for output in outputs(graph.returns))
    )


def checks_params(graph: Graph) -> bool:
    """Whether there is more to check of the params than Dagster does by itself."""
    return any(not says_all(param.type) or param.low is not None or param.high is not None for param in graph.params)


def _is_plain_node(node: Node) -> bool:
    is_skipping = isinstance(node.action, Check) and node.action.verdict == "skip"
    return node.phase == "main" and not node.fallback and not node.fallback_of and not is_skipping


def _is_plain_loop(loop: Loop) -> bool:
    inside = any(isinstance(leaf, Item) for leaf in leaves(loop.items))
    return not loop.tolerate and not loop.scope and not inside


def _is_alone(upstream: Upstream) -> bool:
    return not upstream.is_group


def _is_in_loop(scope: tuple[object, ...]) -> bool:
    return any(isinstance(place, InLoop) for place in scope)


def _keeps_secrets(graph: Graph) -> bool:
    """Whether an error might tell a secret: then it is looked through before Dagster keeps it."""
    settings = [value for connection in graph.connections for _, value in connection.settings]
    return any(isinstance(leaf, Secret) for leaf in leaves((*graph.nodes, *settings, *graph.decisions)))


def _crosses_loops(graph: Graph) -> bool:
    """Whether an op in a loop waits for what came of a loop, or asks for more than the element's value."""
    mapped = {node.name for node in graph.nodes if node.loops}
    for thing in (*graph.nodes, *graph.loops):
        inside = [place.loop for place in thing.scope if isinstance(place, InLoop)]
        roles = {leaf.role for leaf in leaves(thing) if isinstance(leaf, Item)}
        if roles - {"item"}:
            return True
        for need in thing.needs:
            names = {need.upstream.name, *need.upstream.checks} if isinstance(need, Requires) else set[str]()
            for name in names & mapped:
                if list(graph.node(name).loops) != inside and (inside or isinstance(thing, Loop)):
                    return True
    return False
