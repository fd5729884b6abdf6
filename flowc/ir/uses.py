"""Which features a flow uses, and where: one small function for each part of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from flowc.ir.actions import (
    Check,
    Email,
    Fail,
    Http,
    OfPart,
    Python,
    RunFlow,
    Shell,
    Sql,
    Unbuilt,
    WaitApproval,
    WaitAsset,
    WaitFile,
    WaitTime,
    WaitUntil,
)
from flowc.ir.expr import Connection, Output, Run, Secret
from flowc.ir.features import Feature, Use
from flowc.ir.graph import Accepts, AnyFailed, AnyOf, Awaits, Decision, Graph, InArm, InLoop, Loop, Need, Node, Requires
from flowc.ir.later import later_uses
from flowc.ir.memo import remembered
from flowc.ir.reads import leaves
from flowc.ir.skips import Skips, skips_of
from flowc.ir.triggers import (
    Backfill,
    Both,
    Cron,
    Either,
    Event,
    Every,
    Keys,
    On,
    OnAsset,
    OnFile,
    OnFlow,
    OnWebhook,
    Single,
    Windows,
    events_of,
)
from flowc.ir.types import Decimal, ListOf, MapOf, Optional, Record, Scalar, Table, Type
from flowc.ir.view import Arrows, Vertex, named, order, upstreams, waits
from flowc.source import Span


def uses_of(graph: Graph, *, drops: frozenset[str] = frozenset()) -> tuple[Use, ...]:
    """Every use of a feature in a flow without cycles, once for each node.

    First the flow's own, then node by node, last what is built later. `drops` are the flows of the program that may
    drop a run: a task that runs one may be skipped.
    """
    return _uses(graph, drops)


@remembered
def _uses(graph: Graph, drops: frozenset[str]) -> tuple[Use, ...]:
    found = [*_starts(graph), *_each(_flow(graph), None, graph.at)]
    found += [Use(Feature.freshness, None, asset.at) for asset in graph.assets if asset.freshness is not None]
    for decision in graph.decisions:
        found += _each(_decision(decision), decision.name, decision.at)
    for loop in graph.loops:
        found += _each(_loop(loop), loop.name, loop.at)
    skips, lenient = skips_of(graph, drops=drops), _leniently_ended(graph)
    for node in graph.nodes:
        features = [*_node(node, graph), *_order(node, skips)]
        features += [Feature.lenient_end] if node.name in lenient else []
        found += _each(features, node.name, node.at)
    return (*found, *later_uses(graph))


def _each(features: Iterable[Feature], name: str | None, at: Span | None) -> Iterator[Use]:
    return (Use(feature, name, at) for feature in dict.fromkeys(features))


# ------------------------------------------------------------------ the flow

_OVERLAPS = {"queue": Feature.overlap_queue, "skip": Feature.overlap_skip, "cancel_old": Feature.overlap_cancel_old}
_CATCHUPS = {"none": Feature.catchup_none, "latest": Feature.catchup_latest, "all": Feature.catchup_all}


def _starts(graph: Graph) -> Iterator[Use]:
    """Each at the clause that says it first; that there are several schedules, at the second."""
    places: dict[Feature, Span | None] = {}
    for trigger in graph.triggers:
        for feature in _event(trigger.event) if isinstance(trigger, On) else _trigger(trigger):
            places.setdefault(feature, trigger.at)
    if len(schedules := [trigger for trigger in graph.triggers if not isinstance(trigger, On)]) > 1:
        places[Feature.schedule_several] = schedules[1].at
    return (Use(feature, None, place or graph.at) for feature, place in places.items())


def _flow(graph: Graph) -> Iterator[Feature]:
    if graph.max_runs is not None:
        yield Feature.max_runs
        yield _OVERLAPS[graph.overlap]
    yield from _when(
        {
            Feature.partition: isinstance(graph.partition, Windows),
            Feature.partition_names: isinstance(graph.partition, Keys),
            Feature.backfill: graph.backfill != Backfill(),
            Feature.params: graph.params,
            Feature.param_range: [p for p in graph.params if p.low is not None or p.high is not None],
            Feature.flow_output: graph.returns is not None,
            Feature.deadline: graph.deadline is not None,
            Feature.sla: graph.sla is not None,
            Feature.group: graph.groups,
            Feature.owner: graph.owner,
            Feature.tags: graph.tags,
            Feature.renamed: graph.renamed_from or any(thing.renamed_from for thing in (*graph.groups, *graph.assets)),
            Feature.docs: graph.doc or any(group.doc for group in graph.groups),
            Feature.target_words: [o for o in graph.overrides if o.word != "accept"],
            Feature.flow_when: _has_flow_when(graph),
            Feature.secrets: any(isinstance(leaf, Secret) for leaf in leaves(graph.connections)),
        }
    )
    for parameter in graph.params:
        yield from _crossing(parameter.type)


def _trigger(trigger: Cron | Every) -> Iterator[Feature]:
    yield Feature.schedule_cron if isinstance(trigger, Cron) else Feature.schedule_every
    yield _CATCHUPS[trigger.catchup]
    if trigger.start is not None:
        yield Feature.schedule_start
    if trigger.end is not None:
        yield Feature.schedule_end


_EVENTS: dict[type[Single], Feature] = {
    OnAsset: Feature.on_asset,
    OnFile: Feature.on_file,
    OnWebhook: Feature.on_webhook,
    OnFlow: Feature.on_flow,
}


def _event(event: Event) -> Iterator[Feature]:
    yield from (_EVENTS[type(each)] for each in events_of(event))
    if _has_both(event):
        yield Feature.on_several


def _has_both(event: Event) -> bool:
    return isinstance(event, Both) or (isinstance(event, Either) and any(map(_has_both, event.events)))


def _has_flow_when(graph: Graph) -> bool:
    """Whether one `when` guards every task of the run."""
    firsts = {node.scope[:1] for node in graph.nodes if node.phase == "main"}
    match list(firsts):
        case [(InArm(decision=name),)]:
            return len(graph.decision(name).arms) == 1
        case _:
            return False


def _leniently_ended(graph: Graph) -> set[str]:
    """Tasks that others follow, though none that would be blocked: their failure reaches no leaf."""
    arrows: Arrows = waits(graph)
    main = {("node", node.name): node for node in graph.nodes if node.phase == "main" and not node.fallback_of}
    followers: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in arrows}
    blocked: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in arrows}
    for vertex, ups in arrows.items():
        node = main.get(vertex)
        if vertex[0] != "node" or node:
            lenient = _lenient(node) if node else set[Vertex]()
            for up in ups:
                followers[up].add(vertex)
                if up not in lenient:
                    blocked[up].add(vertex)
    # A decision, a loop or a group follows nobody by itself: only what waits for it does.
    ends: set[Vertex] = set()
    reaches: set[Vertex] = set()
    for vertex in reversed(order(arrows)):
        if followers[vertex] <= ends:
            if vertex in main:
                reaches.add(vertex)
            elif vertex[0] != "node":
                ends.add(vertex)
        elif blocked[vertex] & reaches:
            reaches.add(vertex)
    return {name for kind, name in main if (kind, name) not in reaches}


def _lenient(node: Node) -> set[Vertex]:
    """What a node waits for and would run after, had it failed."""
    lenient = {vertex for need in node.needs if isinstance(need, Awaits | AnyFailed) for vertex in named(need)}
    strict = {vertex for need in node.needs if not isinstance(need, Awaits | AnyFailed) for vertex in named(need)}
    return lenient - strict


# ------------------------------------------------------------------ decisions and loops


def _decision(decision: Decision) -> Iterator[Feature]:
    yield Feature.branch if decision.subject is None else Feature.match
    places = decision.scope
    yield from _when(
        {
            Feature.branch_nested: any(isinstance(place, InArm) for place in places),
            Feature.branch_in_loop: any(isinstance(place, InLoop) for place in places),
        }
    )


def _loop(loop: Loop) -> Iterator[Feature]:
    yield Feature.map_static if loop.is_static else Feature.map
    yield from _when(
        {
            Feature.map_nested: any(isinstance(place, InLoop) for place in loop.scope),
            Feature.map_in_branch: any(isinstance(place, InArm) for place in loop.scope),
            Feature.map_keys: loop.keys,
            Feature.tolerate: loop.tolerate,
            Feature.limit: loop.limit is not None,
        }
    )


# ------------------------------------------------------------------ nodes


def _node(node: Node, graph: Graph) -> Iterator[Feature]:
    yield from _kind(node, graph)
    yield from _attempts(node)
    handlers = {"failure": Feature.handler_failure, "success": Feature.handler_success, "late": Feature.handler_late}
    reads = leaves(node)
    kinds = {type(leaf) for leaf in reads}
    gathered = [leaf for leaf in reads if isinstance(leaf, Output) and leaf.gathered] if node.needs else []
    yield from _when(
        {
            handlers.get(node.phase, Feature.handler_finally): node.phase != "main",
            Feature.handler_error: Run in kinds
            and any(isinstance(leaf, Run) and leaf.name in _OF_ERRORS for leaf in reads),
            Feature.connection_value: Connection in kinds,
            Feature.secrets: Secret in kinds,
            Feature.several_outputs: node.several,
            Feature.pool: node.pool is not None,
            Feature.lock: node.lock is not None,
            Feature.priority: node.priority,
            Feature.cpu: node.resources.cpu is not None,
            Feature.memory: node.resources.memory is not None,
            Feature.gpu: node.resources.gpu is not None,
            Feature.labels: node.resources.labels,
            Feature.cache: node.cache is not None,
            Feature.env: node.env,
            Feature.assets: node.reads or node.writes,
            Feature.owner: node.owner,
            Feature.tags: node.tags,
            Feature.renamed: node.renamed_from,
            Feature.docs: node.doc,
            Feature.target_words: [o for o in node.overrides if o.word != "accept"],
            Feature.gather: gathered,
            Feature.gather_skipped: any(_gathers_skipped(leaf, graph) for leaf in gathered),
        }
    )
    if node.output is not None:
        yield from _crossing(node.output)


_OF_ERRORS = ("error", "failed_task")
_CONNECTIONS = {
    "sqlite": Feature.sql_sqlite,
    "duckdb": Feature.sql_duckdb,
    "postgres": Feature.sql_postgres,
    "snowflake": Feature.sql_snowflake,
}


def _kind(node: Node, graph: Graph) -> Iterator[Feature]:
    match node.action:
        case Python():
            yield Feature.python
        case Shell():
            yield Feature.shell
        case Sql(connection=connection):
            kind = graph.connection(connection).kind
            if kind in _CONNECTIONS:
                yield _CONNECTIONS[kind]
        case Http():
            yield Feature.http
        case WaitFile():
            yield Feature.wait_file
        case WaitTime():
            yield Feature.wait_time
        case WaitUntil(look=look):
            yield Feature.wait_sql if isinstance(look, Sql) else Feature.wait_http
            if isinstance(look, Sql) and (kind := graph.connection(look.connection).kind) in _CONNECTIONS:
                yield _CONNECTIONS[kind]
        case WaitAsset():
            yield Feature.wait_asset
        case WaitApproval():
            yield Feature.wait_approval
        case Email():
            yield Feature.email
        case RunFlow(is_part=is_part):
            yield Feature.split if is_part else Feature.subflow
        case OfPart():
            yield Feature.split
        case Fail():
            yield Feature.fail_arm
        case Check(verdict=verdict):
            yield {"fail": Feature.check_fail, "skip": Feature.check_skip, "warn": Feature.check_warn}[verdict]
        case Unbuilt():
            pass


def _attempts(node: Node) -> Iterator[Feature]:
    retry = node.retry
    grows = retry.count > 1 and retry.delay > timedelta(0)
    yield from _when(
        {
            Feature.retry: retry.count,
            Feature.retry_linear: grows and retry.backoff == "linear",
            Feature.retry_exponential: grows and retry.backoff == "exponential",
            Feature.retry_cap: retry.count and retry.max is not None,
            Feature.retry_jitter: retry.count and retry.jitter,
            Feature.retry_on: retry.count and (retry.on or retry.never),
            Feature.timeout: node.timeout is not None,
            Feature.fallback: node.fallback is not None,
            Feature.fallback_chain: node.fallback is not None and node.fallback_of is not None,
        }
    )


_NEEDS: dict[type[Need], Feature] = {  # pyright: ignore[reportAssignmentType]
    Requires: Feature.requires,
    Accepts: Feature.coalesce,
    AnyOf: Feature.join,
    Awaits: Feature.when_done,
    AnyFailed: Feature.when_failed,
}


def _order(node: Node, skips: Skips) -> Iterator[Feature]:
    for need in node.needs:
        # A handler's reads are lenient by themselves: nobody wrote `when: done` there.
        if node.phase == "main" or not isinstance(need, Awaits):
            yield _NEEDS[type(need)]
        yield from _when(
            {
                Feature.after_group: any(upstream.is_group for upstream in upstreams(need)),
                Feature.check_guard: any(upstream.checks for upstream in upstreams(need)),
            }
        )
    yield from _when({Feature.skip: skips.can_skip(node.name), Feature.skip_and_fail: skips.is_mixed(node.name)})


def _gathers_skipped(leaf: Output, graph: Graph) -> bool:
    """Whether a gathered list may hold null for an element that was skipped."""
    scope = graph.node(leaf.node).scope
    loops = [index for index, place in enumerate(scope) if isinstance(place, InLoop)]
    return any(isinstance(place, InArm) for place in scope[loops[-leaf.gathered] :])


# ------------------------------------------------------------------ values


_VALUES = {
    "date": Feature.value_date,
    "time": Feature.value_time,
    "datetime": Feature.value_datetime,
    "duration": Feature.value_duration,
    "bytes": Feature.value_bytes,
    "path": Feature.value_path,
}


def _crossing(kind: Type) -> Iterator[Feature]:
    """The features of a value that crosses a task's border."""
    match kind:
        case Scalar(name=name):
            yield _VALUES.get(name, Feature.value_json)
        case Decimal():
            yield Feature.value_decimal
        case Table():
            yield Feature.value_table
        case Optional(item=item):
            yield from _crossing(item)
        case ListOf(item=item) | MapOf(value=item):
            yield Feature.value_json
            yield from _crossing(item)
        case Record(fields=parts):
            yield Feature.value_json
            for part in parts:
                yield from _crossing(part.type)
        case _:
            yield Feature.value_json


def _when(table: dict[Feature, object]) -> Iterator[Feature]:
    return (feature for feature, is_used in table.items() if is_used)
