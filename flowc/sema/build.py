"""Flatten an analysed flow into the graph: scopes, what each node needs, which checks colour which edges.

What is read is decided by the text (rule 2): `Requires` for a plain read or `after`, `Accepts` where a skip is taken
care of, `AnyOf` for a `??` of tasks only. The needs of a group's `after` are those of everything in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from attrs import define, evolve, field

from flowc.ir.actions import Check, WaitAsset
from flowc.ir.expr import Coalesce, Expr, IsNull, Output, children, walk
from flowc.ir.graph import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Graph,
    Group,
    InArm,
    InLoop,
    Loop,
    Need,
    Node,
    Origin,
    Phase,
    Requires,
    Scope,
    Upstream,
)
from flowc.ir.triggers import Windows
from flowc.ir.types import Type
from flowc.sema import hir
from flowc.sema.guarding import colour_edges, upstreams_of
from flowc.sema.tree import expressions, values_read
from flowc.source import Span


@define(eq=False)
class _Flat:
    read: frozenset[str]
    nodes: list[Node] = field(factory=list[Node])
    decisions: list[Decision] = field(factory=list[Decision])
    loops: list[Loop] = field(factory=list[Loop])
    groups: list[Group] = field(factory=list[Group])
    blocks: dict[str, list[str]] = field(factory=dict[str, list[str]])
    """For each check, the nodes and loops of its block: what it guards when it reads no task."""


def build(flow: hir.Flow) -> Graph:
    """The graph of one flow."""
    flat = _Flat(read=values_read(flow))
    scope: Scope = ()
    if flow.when is not None:
        scope = (_decide(flat, "when_run", flow.when, (), flow.at, flow.origin),)
    _block(flow.body, flat, scope, (), "main")
    mine = {item.name for item in (*flat.nodes, *flat.decisions, *flat.loops, *flat.groups)}
    for phase, body in flow.handlers:
        _block(body, flat, (), (), phase)
    fallbacks = {node.fallback: node.name for node in flat.nodes if node.fallback}
    nodes = [evolve(node, fallback_of=fallbacks[node.name]) if node.name in fallbacks else node for node in flat.nodes]
    nodes = [_waiting(node, flow) for node in nodes]
    nodes, decisions, loops = colour_edges(nodes, flat.decisions, flat.loops, flat.groups, flat.blocks)
    nodes = [item if item.name in mine else evolve(item, needs=_awaiting(item.needs, mine)) for item in nodes]
    decisions = [item if item.name in mine else evolve(item, needs=_awaiting(item.needs, mine)) for item in decisions]
    loops = [item if item.name in mine else evolve(item, needs=_awaiting(item.needs, mine)) for item in loops]
    return Graph(
        flow.name,
        flow.params,
        flow.returns,
        flow.output,
        flow.several,
        flow.header.triggers,
        flow.header.zone,
        flow.header.partition,
        flow.header.backfill,
        flow.header.event,
        tuple(nodes),
        tuple(decisions),
        tuple(loops),
        tuple(flat.groups),
        flow.header.max_runs,
        flow.header.overlap,
        flow.header.deadline,
        flow.header.sla,
        flow.pools,
        flow.connections,
        flow.assets,
        flow.schemas,
        flow.header.owner,
        flow.header.tags,
        flow.header.renamed_from,
        flow.overrides,
        flow.doc,
        later=flow.later,
        origin=flow.origin,
        at=flow.at,
    )


def _waiting(node: Node, flow: hir.Flow) -> Node:
    """A wait for an asset whose windows are the flow's own waits for the one that the run works on."""
    own = flow.header.partition
    if not isinstance(node.action, WaitAsset) or not isinstance(own, Windows):
        return node
    unit = next((asset.partition for asset in flow.assets if asset.name == node.action.asset), None)
    return evolve(node, action=evolve(node.action, by_partition=True)) if unit == own.unit else node


def _block(body: Sequence[hir.Stmt], flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> list[str]:
    """Flatten statements; the names of all nodes in them."""
    names: list[str] = []
    loops = len(flat.loops)
    for stmt in body:
        names += _stmt(stmt, flat, scope, around, phase)
    guarded = [*names, *(loop.name for loop in flat.loops[loops:])]
    for stmt in body:
        if isinstance(stmt, hir.Task) and isinstance(stmt.action, Check):
            flat.blocks[stmt.id] = guarded
    return names


def _stmt(stmt: hir.Stmt, flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> list[str]:
    match stmt:
        case hir.Task():
            flat.nodes.append(_node(stmt, flat, scope, around, phase))
            return [stmt.id]
        case hir.Group():
            return _group(stmt, flat, scope, around, phase)
        case hir.If():
            flat.decisions.append(
                Decision(
                    stmt.id,
                    None,
                    ((stmt.condition,),),
                    scope,
                    (*needs_of([stmt.condition]), *around),
                    stmt.origin,
                    stmt.at,
                )
            )
            names = _block(stmt.then, flat, (*scope, InArm(stmt.id, 0)), around, phase)
            return names + _block(stmt.otherwise or (), flat, (*scope, InArm(stmt.id, 1)), around, phase)
        case hir.Match():
            return _match(stmt, flat, scope, around, phase)
        case hir.For():
            return _loop(stmt, flat, scope, around, phase)


def _node(stmt: hir.Task, flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> Node:
    origin = stmt.origin
    if stmt.when is not None:
        scope = (*scope, _decide(flat, f"when_{stmt.id}", stmt.when, scope, stmt.at, origin))
    output = None if stmt.untyped and stmt.id not in flat.read else stmt.output
    given = (scope, around, phase, output, origin)
    if stmt.memory.get("given") != given:  # a task that was read for an earlier text may have its node too
        stmt.memory["given"] = given
        stmt.memory["node"] = _made(stmt, scope, around, phase, output, origin)
    return cast(Node, stmt.memory["node"])


def _own_needs(stmt: hir.Task) -> tuple[Need, ...]:
    """What a task itself waits for."""
    if "needs" not in stmt.memory:
        policy = stmt.policy
        env = tuple(value for _, value in policy.env)
        lock = (policy.lock,) if policy.lock is not None else ()
        key = policy.cache.key or () if policy.cache else ()
        reads = [*expressions(stmt.action), *env, *lock, *key]
        stmt.memory["needs"] = (*needs_of(reads), *_afters(stmt.after))
    return cast("tuple[Need, ...]", stmt.memory["needs"])


def _made(
    stmt: hir.Task, scope: Scope, around: tuple[Need, ...], phase: Phase, output: Type | None, origin: Origin
) -> Node:
    policy = stmt.policy
    return Node(
        stmt.id,
        stmt.action,
        output,
        stmt.several,
        scope,
        _merged((*_own_needs(stmt), *around)),
        phase,
        policy.retry,
        policy.timeout,
        stmt.fallback,
        None,
        policy.pool,
        policy.priority,
        policy.lock,
        policy.env,
        policy.resources,
        policy.cache,
        stmt.reads,
        stmt.windows,
        stmt.writes,
        policy.owner,
        policy.tags,
        stmt.renamed_from,
        stmt.overrides,
        stmt.unbuilt,
        stmt.doc,
        origin=origin,
        at=stmt.at,
    )


def _group(stmt: hir.Group, flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> list[str]:
    inner = scope
    if stmt.when is not None:
        inner = (*scope, _decide(flat, f"when_{stmt.id}", stmt.when, scope, stmt.at, stmt.origin))
    number = len(flat.groups)
    members = _block(stmt.body, flat, inner, (*around, *_afters(stmt.after)), phase)
    group = Group(stmt.id, tuple(members), scope, stmt.doc, stmt.renamed_from, stmt.is_separate)
    flat.groups.insert(number, group)
    return members


def _match(stmt: hir.Match, flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> list[str]:
    arms = tuple(arm.patterns for arm in stmt.arms)
    needs = (*needs_of([stmt.subject]), *around)
    flat.decisions.append(Decision(stmt.id, stmt.subject, arms, scope, _merged(needs), stmt.origin, stmt.at))
    names: list[str] = []
    for number, arm in enumerate(stmt.arms):
        names += _block(arm.body, flat, (*scope, InArm(stmt.id, number)), around, phase)
    return names


def _loop(stmt: hir.For, flat: _Flat, scope: Scope, around: tuple[Need, ...], phase: Phase) -> list[str]:
    needs = _merged((*needs_of([stmt.items]), *around))
    flat.loops.append(
        Loop(
            stmt.id,
            stmt.item,
            stmt.keys,
            stmt.items,
            scope,
            needs,
            stmt.limit,
            stmt.tolerate,
            stmt.is_static,
            origin=stmt.origin,
            at=stmt.at,
        )
    )
    return _block(stmt.body, flat, (*scope, InLoop(stmt.id)), around, phase)


def _decide(
    flat: _Flat,
    name: str,
    condition: Expr,
    scope: Scope,
    at: Span,
    origin: Origin,
) -> InArm:
    needs = needs_of([condition])
    flat.decisions.append(Decision(name, None, ((condition,),), scope, needs, origin, at))
    return InArm(name, 0)


# ------------------------------------------------------------------ what is waited for


def needs_of(exprs: Iterable[Expr]) -> tuple[Need, ...]:
    """What expressions wait for."""
    found: list[Need] = []
    for expr in exprs:
        found += _reads(expr)
    return _merged(found)


def _reads(expr: Expr) -> Iterator[Need]:
    match expr:
        case Output(node=node):
            yield Requires(Upstream(node))
        case IsNull(operand=operand):
            for need in _reads(operand):
                yield _accepting(need)
        case Coalesce(parts=parts):
            yield from _chain(parts)
        case _:
            for child in children(expr):
                yield from _reads(child)


def _chain(parts: Sequence[Expr]) -> Iterator[Need]:
    upstreams = [[part.node for part in walk(each) if isinstance(part, Output)] for each in parts]
    if all(upstreams):
        names = dict.fromkeys(name for each in upstreams for name in each)
        yield AnyOf(tuple(Upstream(name) for name in names))
        return
    for each in upstreams:
        for name in each:
            yield Accepts(Upstream(name))


def _accepting(need: Need) -> Need:
    return Accepts(need.upstream) if isinstance(need, Requires) else need


def _awaiting(needs: Iterable[Need], main: set[str]) -> tuple[Need, ...]:
    """In a handler every outcome of a main task will do: all of them have ended (rule 13)."""
    found: list[Need] = []
    for need in needs:
        upstreams = upstreams_of(need)
        if all(upstream.name in main for upstream in upstreams):
            found += [Awaits(evolve(upstream, checks=())) for upstream in upstreams]
        else:
            found.append(need)
    return _merged(found)


def _afters(afters: Iterable[hir.After]) -> Iterator[Need]:
    for after in afters:
        upstreams = [Upstream(name) for name in after.tasks] + [Upstream(name, True) for name in after.groups]
        match after.when:
            case "failed":
                yield AnyFailed(tuple(upstreams))
            case "done":
                yield from (Awaits(upstream) for upstream in upstreams)
            case "succeeded":
                yield from (Requires(upstream) for upstream in upstreams)


def _merged(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Each need once, in order."""
    return tuple(dict.fromkeys(needs))
