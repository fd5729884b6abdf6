"""Tasks, decisions, loops, groups and params, as the runtime's values."""

from __future__ import annotations

from flowc.ir import expr as ir
from flowc.ir import graph as g
from flowc.ir.expr import Expr
from flowc.ir.graph import Graph, Node
from flowc.ir.partitions import partitions_written
from flowc.ir.types import Special
from flowc.target.code import ATOM, Code, compose
from flowc.target.literals import string
from flowc.target.python import source, text_form
from flowc.target.types import spelled
from flowc_targets.native.actions import action, constant
from flowc_targets.native.expressions import (
    code,
    entries,
    function,
    is_constant,
    lambda_of,
    leaves,
    listed,
    view_name,
)
from flowc_targets.native.model import Make, Several, Value

Named = list[tuple[str, Value]]


def task(node: Node, graph: Graph) -> Make:
    """`Task("clean", Python(...), "path", needs=[...], retry=Retry(3))`."""
    args: list[Value] = [Code(string(node.name)), action(node, graph)]
    if node.output is not None and node.output != Special("nothing"):
        args.append(Code(string(spelled(node.output))))
    named: Named = [*_where(node.scope, node.needs)]
    if node.phase != "main":
        named.append(("phase", constant(node.phase)))
    named += [*_policies(node, graph), *_facts(node, graph)]
    if node.doc:
        named.append(("doc", constant(node.doc)))
    return Make("Task", tuple(args), tuple(named), f"{node.origin.path}:{node.origin.line}")


def decision(item: g.Decision, graph: Graph) -> Make:
    """A `Decision` of conditions, or a `Match` of a subject against patterns."""
    where = tuple(_where(item.scope, item.needs))
    if item.subject is None:
        arms = Several(tuple(function(arm[0], graph) for arm in item.arms))
        return Make("Decision", (Code(string(item.name)), arms), where)
    arms = Several(tuple(Several(tuple(_pattern(each, graph) for each in arm)) for arm in item.arms))
    return Make("Match", (Code(string(item.name)), function(item.subject, graph), arms), where)


def loop(item: g.Loop, graph: Graph) -> Make:
    """`Loop("file", lambda v: v.value("files"), limit=8)`."""
    named: Named = [*_where(item.scope, item.needs)]
    if item.limit is not None:
        named.append(("limit", constant(item.limit)))
    if item.tolerate:
        named.append(("tolerate", constant(item.tolerate)))
    if item.is_static:
        named.append(("is_static", constant(True)))
    return Make("Loop", (Code(string(item.name)), function(item.items, graph)), tuple(named))


def group(item: g.Group) -> Make:
    """`Group("sources", ["sources.load"])`."""
    named: Named = [*_where(item.scope, ())]
    if item.doc:
        named.append(("doc", constant(item.doc)))
    return Make("Group", (Code(string(item.name)), constant(list(item.members))), tuple(named))


def parameter(item: g.Parameter, graph: Graph) -> Make:
    """`Param("region", "str", "eu")`."""
    args: list[Value] = [Code(string(item.name)), Code(string(spelled(item.type)))]
    if item.default is not None:
        args.append(code(item.default, graph) if is_constant(item.default) else function(item.default, graph))
    named: Named = [
        (name, code(end, graph)) for name, end in (("low", item.low), ("high", item.high)) if end is not None
    ]
    if item.doc:
        named.append(("doc", constant(item.doc)))
    return Make("Param", tuple(args), tuple(named))


def _where(scope: g.Scope, needs: tuple[g.Need, ...]) -> Named:
    named: Named = []
    if scope:
        named.append(("scope", Several(tuple(_place(place) for place in scope))))
    if needs:
        named.append(("needs", Several(tuple(_need(need) for need in needs))))
    return named


def _place(place: g.InArm | g.InLoop) -> Value:
    if isinstance(place, g.InArm):
        return Make("InArm", (constant(place.decision), constant(place.arm)))
    return Make("InLoop", (constant(place.loop),))


def _need(need: g.Need) -> Make:
    name = type(need).__name__
    if isinstance(need, g.AnyOf | g.AnyFailed):
        return Make(name, tuple(_upstream(upstream) for upstream in need.upstreams))
    upstream = need.upstream
    if upstream.checks and not upstream.is_group:
        return Make(name, (constant(upstream.name),), (("checks", constant(list(upstream.checks))),))
    return Make(name, (_upstream(upstream),))


def _upstream(upstream: g.Upstream) -> Value:
    checks = (("checks", constant(list(upstream.checks))),) if upstream.checks else ()
    if upstream.is_group:
        return Make("group", (constant(upstream.name),), checks)
    return Make("Upstream", (constant(upstream.name),), checks) if checks else constant(upstream.name)


def _pattern(pattern: Expr, graph: Graph) -> Code:
    if isinstance(pattern, ir.Between):
        low, high = code(pattern.low, graph), code(pattern.high, graph)
        return compose(f"({low.text}, {high.text})", ATOM, (low, high))
    return code(pattern, graph)


def _policies(node: Node, graph: Graph) -> Named:
    named: Named = []
    if node.retry.count:
        named.append(("retry", _retry(node.retry)))
    if node.timeout is not None:
        named.append(("timeout", constant(node.timeout)))
    if node.fallback:
        named.append(("fallback", constant(node.fallback)))
    if node.pool:
        slots = (constant(node.pool.slots),) if node.pool.slots != 1 else ()
        named.append(("pool", Make("Slots", (constant(node.pool.name), *slots))))
    if node.priority:
        named.append(("priority", constant(node.priority)))
    if node.lock is not None:
        named.append(("lock", function(node.lock, graph)))
    if node.env:
        named.append(("env", _env(node.env, graph)))
    if node.cache:
        named.append(("cache", _cache(node.cache, graph)))
    return named


def _retry(retry: g.Retry) -> Make:
    named: Named = [("delay", constant(retry.delay))] if retry.delay else []
    if retry.backoff != "constant":
        named.append(("backoff", constant(retry.backoff)))
    if retry.max is not None:
        named.append(("max", constant(retry.max)))
    if retry.jitter:
        named.append(("jitter", constant(True)))
    named += [(name, constant(list(names))) for name, names in (("on", retry.on), ("never", retry.never)) if names]
    return Make("Retry", (constant(retry.count),), tuple(named))


def _env(env: tuple[tuple[str, Expr], ...], graph: Graph) -> Code:
    exprs = [value for _, value in env]
    seen = leaves(graph, *exprs)
    found = entries((name, text_form(value, seen)) for name, value in env)
    return lambda_of(found, view_name(*exprs))


def _cache(cache: g.Cache, graph: Graph) -> Make:
    args: list[Value] = []
    if cache.key is not None:
        seen = leaves(graph, *cache.key)
        args.append(lambda_of(listed(source(part, seen) for part in cache.key), view_name(*cache.key)))
    keep = (("keep", constant(cache.keep)),) if cache.keep is not None else ()
    return Make("Cache", tuple(args), keep)


def _facts(node: Node, graph: Graph) -> Named:
    """What is said of the task itself; what holds of the whole flow stands there."""
    resources = node.resources
    said = {
        "owner": node.owner if node.owner != graph.owner else None,
        "tags": [tag for tag in node.tags if tag not in graph.tags],
        "reads": list(node.reads),
        "writes": list(dict.fromkeys(write.asset for write in node.writes)),
        "partitions": partitions_written(node, graph),
        "cpu": resources.cpu,
        "memory": resources.memory,
        "gpu": resources.gpu,
        "gpu_kind": resources.gpu_kind,
        "labels": dict(resources.labels),
    }
    named = tuple((name, constant(value)) for name, value in said.items() if value)
    return [("facts", Make("Facts", (), named))] if named else []
