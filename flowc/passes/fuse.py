"""Run a task and the only one that follows it as one: asked for with `flowc build --fuse`, for it can be seen.

    task a = sql @wh "INSERT ..."              becomes      task b = sql @wh "INSERT ...; UPDATE ..."
    task b = sql @wh "UPDATE ..." after a
    task c = sh "mkdir -p out"                              task d = sh "( mkdir -p out ); date > out/now"
    task d = sh "date > out/now" after c

The task that follows keeps its name, its outcome and its value; it fails if either of the two fails, is blocked and
skipped as the first would have been, and runs what it ran. What becomes invisible is the first: its outcome, attempts,
times and log are part of the other's. So the two must be alike in all that an attempt has (retries, pool, lock,
priority, environment, resources, owner), stand in the same place, and nobody else may hear of the first.

Together they are tried as one. A script that succeeded would run again where the second fails, so scripts with `retry`
stay apart; statements are one transaction, of which nothing is left where it fails, so they may have one. A timeout is
of one attempt, and two tasks have two: what has one stays apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from attrs import evolve

from flowc.ir.actions import Action, Shell, Sql
from flowc.ir.expr import Expr, Text
from flowc.ir.graph import Graph, Need, Node, Requires, Retry
from flowc.ir.reads import outputs
from flowc.ir.view import order, upstreams, waits
from flowc.passes.base import Pass, Told
from flowc.passes.told import counted

_ALIKE = (
    *("phase", "scope", "retry", "timeout", "pool", "priority", "lock", "env", "resources", "cache"),
    *("owner", "tags", "overrides", "unbuilt"),
)
"""What both must have the same of."""
_PLAIN_SQL = re.compile(r"\s*(select|insert|update|delete|merge|with)\b", re.IGNORECASE)


def _fuse(graph: Graph) -> Graph:
    named = _named(graph)
    groups = _groups(graph)
    found = {node.name: node for node in graph.nodes}
    plain = {node.name for node in graph.nodes if isinstance(node.action, Sql) and _is_plain(node.action.statement)}
    for kind, name in order(waits(graph)):
        if kind == "node" and (first := _only_upstream(found[name], found)):
            second = found[name]
            is_alone = named[first.name] == 1 and groups.get(first.name) == groups.get(name)
            if is_alone and _are_alike(first, second) and (action := _joined(first, second, plain)):
                found[name] = _both(first, second, action)
                del found[first.name]
    if len(found) == len(graph.nodes):
        return graph
    return evolve(
        graph,
        nodes=tuple(found[node.name] for node in graph.nodes if node.name in found),
        groups=tuple(
            evolve(group, members=tuple(name for name in group.members if name in found)) for group in graph.groups
        ),
    )


def _named(graph: Graph) -> Counter[str]:
    """How often each task is waited for, and read at the end."""
    things = (*graph.nodes, *graph.decisions, *graph.loops)
    found = Counter(each.name for thing in things for need in thing.needs for each in upstreams(need))
    found.update(check for thing in things for need in thing.needs for each in upstreams(need) for check in each.checks)
    found.update(output.node for output in outputs(graph.returns))
    return found


def _groups(graph: Graph) -> dict[str, list[str]]:
    """The groups that each task is in."""
    found: dict[str, list[str]] = {}
    for group in graph.groups:
        for name in group.members:
            found.setdefault(name, []).append(group.name)
    return found


def _only_upstream(node: Node, nodes: dict[str, Node]) -> Node | None:
    """The task that a task follows, where it waits for nothing else and reads nothing of it."""
    match node.needs:
        case (Requires(upstream=upstream),) if not upstream.is_group and not upstream.checks:
            first = nodes.get(upstream.name)
            return first if first and first.output is None else None
        case _:
            return None


def _are_alike(first: Node, second: Node) -> bool:
    if any(getattr(first, name) != getattr(second, name) for name in _ALIKE):
        return False
    if first.cache or first.timeout or first.renamed_from or first.phase != "main":
        return False
    return not any(node.fallback or node.fallback_of for node in (first, second))


def _joined(first: Node, second: Node, plain: set[str]) -> Action | None:
    """What both do, one after the other; None where that cannot be said. `plain` are those with plain statements."""
    match first.action, second.action:
        case Shell(script=one), Shell(script=other) if first.retry == Retry(0) and not first.writes:
            if _text(one).endswith("\\"):
                return None  # the line goes on
            # A subshell: what the first changes of its own (folder, variables) does not reach the second.
            end = "\n) >&2\n" if second.output is not None else "\n)\n"
            return Shell(evolve(other, parts=_merged("(\n", *one.parts, end, *other.parts)))
        case Sql(connection=here, statement=one), Sql(connection=there, statement=other):
            if here != there or not plain.issuperset((first.name, second.name)):
                return None
            return Sql(there, evolve(other, parts=_merged(*one.parts, ";\n", *other.parts)))
        case _:
            return None


def _is_plain(statement: Text) -> bool:
    """One statement that changes or finds rows, without a comment that might swallow what comes behind."""
    text = _text(statement)
    return bool(_PLAIN_SQL.match(text)) and not any(mark in text for mark in (";", "--", "/*"))


def _text(text: Text) -> str:
    return "".join(part if isinstance(part, str) else "?" for part in text.parts)


def _merged(*parts: str | Expr) -> tuple[str | Expr, ...]:
    """Parts of a text, with neighbouring strings as one."""
    found: list[str | Expr] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def _both(first: Node, second: Node, action: Action) -> Node:
    needs: tuple[Need, ...] = first.needs
    return evolve(
        second,
        action=action,
        needs=needs,
        reads=tuple(dict.fromkeys((*first.reads, *second.reads))),
        windows=tuple(dict.fromkeys((*first.windows, *second.windows))),
        writes=tuple(dict.fromkeys((*first.writes, *second.writes))),
        doc="\n\n".join(filter(None, (first.doc, second.doc))),
    )


def _tell(before: Graph, after: Graph) -> Told:
    left = {node.name for node in after.nodes}
    into = {need.upstream.name: node for node in before.nodes for need in node.needs if isinstance(need, Requires)}
    gone = [node.name for node in before.nodes if node.name not in left]

    def changes() -> Iterator[str]:
        for name in gone:
            end = into[name].name
            while end not in left:
                end = into[end].name
            yield f"`{name}` runs inside `{end}`: no outcome, attempts, times or log of its own"

    said = f"{counted(len(gone), 'task')} run inside of others" if gone else ""
    return Told(said, f"{counted(len(left), 'task')} kept", changes())


FUSE = Pass("fuse", "run a task and the only one that follows it as one", _fuse, _tell)
