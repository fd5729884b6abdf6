"""What must hold of every graph, whoever made it: names exist, places nest, needs match what is read.

A violation is a bug of flowc, never of the user: passes are verified between each other in the tests, and the compiler
verifies what it hands to a target.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from flowc.ir.actions import Check, Email, Fail, Http, RunFlow, Sql, WaitUntil
from flowc.ir.expr import (
    Asset,
    Comprehension,
    Connection,
    Expr,
    Hole,
    Item,
    Local,
    Output,
    Param,
    children,
    walk,
)
from flowc.ir.graph import (
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Graph,
    InArm,
    InLoop,
    Loop,
    Node,
    Program,
    Scope,
)
from flowc.ir.reads import expressions
from flowc.ir.types import Record
from flowc.ir.view import order, upstreams, waits


class BrokenError(Exception):
    """A graph that breaks an invariant; reported as FLOW900."""

    def __init__(self, stage: str, violations: list[str]) -> None:
        super().__init__(f"after {stage}:" + "".join(f"\n  {each}" for each in violations))
        self.violations = violations


def must_hold(value: Graph | Program, after: str) -> None:
    """BrokenError, naming the stage, if an invariant is broken."""
    if violations := verify(value):
        raise BrokenError(after, violations)


def verify(value: Graph | Program) -> list[str]:
    """Every invariant that is broken, a line each; empty if all hold."""
    if isinstance(value, Program):
        return [f"{graph.name}: {each}" for graph in value.graphs for each in verify(graph)] + list(_flows(value))
    graph = value
    if broken := [*_names(graph), *_places(graph), *_needs(graph)]:
        return broken  # the rest looks things up by name
    return [*_fallbacks(graph), *_phases(graph), *_nodes(graph), *_reads(graph), *_order(graph)]


# ------------------------------------------------------------------ names, places, needs


def _names(graph: Graph) -> Iterator[str]:
    tables = {
        "node": graph.nodes,
        "decision": graph.decisions,
        "loop": graph.loops,
        "group": graph.groups,
        "param": graph.params,
        "pool": graph.pools,
        "connection": graph.connections,
        "asset": graph.assets,
    }
    for kind, items in tables.items():
        for name, count in Counter(item.name for item in items).items():
            if count > 1:
                yield f"{count} {kind}s are called {name}"
    nodes = {node.name for node in graph.nodes}
    for group in graph.groups:
        for member in group.members:
            if member not in nodes:
                yield f"group {group.name} has no node {member}"


def _places(graph: Graph) -> Iterator[str]:
    """Every place exists, and stands itself just where its contents say that it does."""
    decisions = {decision.name: decision for decision in graph.decisions}
    loops = {loop.name: loop for loop in graph.loops}
    for thing in (*graph.nodes, *graph.decisions, *graph.loops, *graph.groups):
        for depth, place in enumerate(thing.scope):
            match place:
                case InArm(decision=name, arm=arm):
                    outer = decisions.get(name)
                    if outer is not None and not 0 <= arm <= len(outer.arms):
                        yield f"{thing.name}: decision {name} has no arm {arm}"
                case InLoop(loop=name):
                    outer = loops.get(name)
            if outer is None:
                yield f"{thing.name}: there is no {place}"
            elif outer.scope != thing.scope[:depth]:
                yield f"{thing.name}: {name} stands in {outer.scope}, not in {thing.scope[:depth]}"


def _needs(graph: Graph) -> Iterator[str]:
    nodes = {node.name: node for node in graph.nodes}
    groups = {group.name for group in graph.groups}
    for thing in (*graph.nodes, *graph.decisions, *graph.loops):
        for need in thing.needs:
            if isinstance(need, AnyOf | AnyFailed) and not need.upstreams:
                yield f"{thing.name}: {type(need).__name__} of nothing"
            for upstream in upstreams(need):
                if upstream.name not in (groups if upstream.is_group else nodes):
                    yield f"{thing.name}: needs {upstream.name}, which does not exist"
                for check in upstream.checks:
                    if check not in nodes or not isinstance(nodes[check].action, Check):
                        yield f"{thing.name}: {check} is no check"


# ------------------------------------------------------------------ fallbacks, phases, attributes


def _fallbacks(graph: Graph) -> Iterator[str]:
    nodes = {node.name: node for node in graph.nodes}
    for node in graph.nodes:
        if node.fallback is not None:
            other = nodes.get(node.fallback)
            if other is None or other.fallback_of != node.name:
                yield f"{node.name}: {node.fallback} is not its fallback"
            elif other.scope != node.scope[: len(other.scope)] or other.loops != node.loops:
                # The task may have a `when` of its own, which its fallback has no part in.
                yield f"{node.name}: its fallback stands elsewhere"
        if node.fallback_of is not None and (
            node.fallback_of not in nodes or nodes[node.fallback_of].fallback != node.name
        ):
            yield f"{node.name}: it is not the fallback of {node.fallback_of}"
    saving = {node.name for node in graph.nodes if node.fallback_of}
    for thing in (*graph.nodes, *graph.decisions, *graph.loops):
        for upstream in (each for need in thing.needs for each in upstreams(need)):
            if not upstream.is_group and upstream.name in saving:
                yield f"{thing.name}: needs {upstream.name}, which is a fallback"


def _phases(graph: Graph) -> Iterator[str]:
    phases = {node.name: node.phase for node in graph.nodes}
    for node in graph.nodes:
        for need in node.needs:
            for upstream in upstreams(need):
                phase = "main" if upstream.is_group else phases[upstream.name]
                if node.phase == "main" != phase:
                    yield f"{node.name}: needs {upstream.name} of a handler"
                elif node.phase != "main" == phase and not upstream.is_group and not isinstance(need, Awaits):
                    yield f"{node.name}: a handler takes any outcome of {upstream.name}"
                elif "main" != node.phase != phase != "main":
                    yield f"{node.name}: needs {upstream.name} of another handler"


def _nodes(graph: Graph) -> Iterator[str]:
    pools = {pool.name: pool.slots for pool in graph.pools}
    connections = {connection.name for connection in graph.connections}
    for node in graph.nodes:
        if node.several and not isinstance(node.output, Record):
            yield f"{node.name}: several outputs without their names"
        if isinstance(node.action, Check | Fail) and node.output is not None:
            yield f"{node.name}: a check has no output"
        if node.retry.count < 0 or (node.timeout is not None and node.timeout.total_seconds() <= 0):
            yield f"{node.name}: a number that cannot be"
        if node.pool is not None and not 1 <= node.pool.slots <= pools.get(node.pool.name, 0):
            yield f"{node.name}: pool {node.pool.name} has no {node.pool.slots} slots"
        match node.action:
            case Sql() | Email() | Http() | WaitUntil() as asked:
                if asked.connection is not None and asked.connection not in connections:
                    yield f"{node.name}: there is no connection {asked.connection}"
            case _:
                pass
    for loop in graph.loops:
        if loop.tolerate < 0 or (loop.limit is not None and loop.limit < 1):
            yield f"{loop.name}: a number that cannot be"


# ------------------------------------------------------------------ what is read


@frozen
class _Declared:
    """The names of a flow that expressions read."""

    params: frozenset[str]
    assets: frozenset[str]
    connections: frozenset[str]


def _reads(graph: Graph) -> Iterator[str]:
    named = (graph.params, graph.assets, graph.connections)
    declared = _Declared(*(frozenset(each.name for each in several) for several in named))
    for thing in (*graph.nodes, *graph.decisions, *graph.loops):
        needed = {upstream.name for need in thing.needs for upstream in upstreams(need) if not upstream.is_group}
        for expr in expressions(thing):
            for broken in _read(graph, declared, expr, thing, frozenset()):
                yield f"{thing.name}: {broken}"
            for leaf in walk(expr):
                if isinstance(leaf, Output) and leaf.node not in needed:
                    yield f"{thing.name}: reads {leaf.node} and does not wait for it"
    for expr in expressions(graph.returns):
        yield from (f"return: {broken}" for broken in _read(graph, declared, expr, None, frozenset()))


def _read(
    graph: Graph, declared: _Declared, expr: Expr, reader: Node | Decision | Loop | None, bound: frozenset[str]
) -> Iterator[str]:
    scope = reader.scope if reader else ()
    match expr:
        case Hole(name=name):
            yield f"the hole {name} is left"
        case Local(name=name) if name not in bound:
            yield f"{name} is bound nowhere"
        case Param(name=name) if name not in declared.params:
            yield f"there is no param {name}"
        case Item(loop=name) if InLoop(name) not in scope:
            yield f"reads an element of {name} from outside"
        case Asset(name=name) if name not in declared.assets:
            yield f"there is no asset {name}"
        case Connection(name=name) if name not in declared.connections:
            yield f"there is no connection {name}"
        case Output():
            yield from _output(graph, expr, scope)
        case Comprehension():
            yield from _read(graph, declared, expr.over, reader, bound)
            for inner in filter(None, (expr.value, expr.condition)):
                yield from _read(graph, declared, inner, reader, bound | {expr.variable})
            return
        case _:
            pass
    for child in children(expr):
        yield from _read(graph, declared, child, reader, bound)


def _output(graph: Graph, read: Output, scope: Scope) -> Iterator[str]:
    try:
        node = graph.node(read.node)
    except KeyError:
        yield f"reads {read.node}, which does not exist"
        return
    if node.output is None:
        yield f"reads {read.node}, which has no output"
    elif (
        node.several
        and read.field is not None
        and not (isinstance(node.output, Record) and node.output.field(read.field))
    ):
        yield f"reads {read.node}.{read.field}, which does not exist"
    around = {place.loop for place in scope if isinstance(place, InLoop)}
    outside = sum(loop not in around for loop in node.loops)
    if read.gathered != outside:
        yield f"reads {read.node} through {read.gathered} loops, and there are {outside}"


def _order(graph: Graph) -> Iterator[str]:
    try:
        order(waits(graph))
    except ValueError as error:
        yield str(error)


def _flows(program: Program) -> Iterator[str]:
    names = [graph.name for graph in program.graphs]
    yield from (f"{count} flows are called {name}" for name, count in Counter(names).items() if count > 1)
    for graph in program.graphs:
        for node in graph.nodes:
            if isinstance(node.action, RunFlow) and node.action.flow not in names:
                yield f"{graph.name}: {node.name}: there is no flow {node.action.flow}"
