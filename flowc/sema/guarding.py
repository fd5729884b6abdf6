"""Which checks judge which tasks, and who therefore waits for them (rule 7).

A check that reads tasks judges these: all who read one of them, in an argument, a condition or a loop's list, or name
one in `after`, wait for the check too and see the task with the check's verdict. A check that reads none guards the
tasks of its block: each of them requires it. Handlers, other checks, and what the check needs itself stay out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import evolve

from flowc.ir.actions import Check
from flowc.ir.expr import Asset, Output, walk
from flowc.ir.graph import (
    Accepts,
    AnyFailed,
    AnyOf,
    Awaits,
    Decision,
    Group,
    InArm,
    InLoop,
    Loop,
    Need,
    Node,
    Requires,
    Upstream,
)

Tables = tuple[list[Node], list[Decision], list[Loop]]


def colour_edges(
    nodes: Sequence[Node],
    decisions: Sequence[Decision],
    loops: Sequence[Loop],
    groups: Sequence[Group],
    blocks: Mapping[str, Sequence[str]],
) -> Tables:
    """The same nodes, decisions and loops, with the checks on their edges."""
    checks = [node for node in nodes if isinstance(node.action, Check) and node.phase == "main"]
    if not checks:
        return list(nodes), list(decisions), list(loops)
    judges = {check.name: _judged(check, nodes) for check in checks}
    nodes = [_waiting(node, judges[node.name]) if node.name in judges else node for node in nodes]
    upstreams = _Ancestors(nodes, decisions, loops, groups)
    judged: dict[str, list[str]] = {}
    guards: dict[str, list[str]] = {}
    for check in checks:
        tasks = judges[check.name]
        for name in tasks:
            judged.setdefault(name, []).append(check.name)
        if not tasks:
            for name in blocks.get(check.name, ()):
                guards.setdefault(name, []).append(check.name)
    by_check = {check.name: upstreams.of(check.name) for check in checks}
    names_of_checks = set(by_check)

    def needs(reader: str, held: tuple[Need, ...], *, is_check: bool) -> tuple[Need, ...]:
        if is_check:
            return held
        coloured = tuple(_coloured(need, judged, lambda check: reader not in by_check[check]) for need in held)
        own = [c for c in guards.get(reader, ()) if reader not in by_check[c] and c != reader]
        return (*coloured, *(Requires(Upstream(check)) for check in own))

    new_nodes = [
        evolve(node, needs=needs(node.name, node.needs, is_check=node.name in names_of_checks))
        if node.phase == "main"
        else node
        for node in nodes
    ]
    new_decisions = [evolve(item, needs=needs(item.name, item.needs, is_check=False)) for item in decisions]
    new_loops = [evolve(item, needs=needs(item.name, item.needs, is_check=False)) for item in loops]
    return new_nodes, new_decisions, new_loops


def _waiting(check: Node, tasks: Sequence[str]) -> Node:
    """The check, waiting for the writers of its assets too."""
    known = {upstream.name for need in check.needs for upstream in upstreams_of(need)}
    return evolve(check, needs=(*check.needs, *(Requires(Upstream(name)) for name in tasks if name not in known)))


def _judged(check: Node, nodes: Sequence[Node]) -> tuple[str, ...]:
    """The tasks that a check reads; an asset stands for the task of this flow that writes it."""
    action = check.action
    assert isinstance(action, Check)
    read = [part.node for part in walk(action.condition) if isinstance(part, Output)]
    named = {part.name for part in walk(action.condition) if isinstance(part, Asset)}
    writers = [node.name for node in nodes if any(write.asset in named for write in node.writes)]
    return tuple(dict.fromkeys([*read, *writers]))


def upstreams_of(need: Need) -> tuple[Upstream, ...]:
    """What a need waits for."""
    match need:
        case AnyOf(upstreams=found) | AnyFailed(upstreams=found):
            return found
        case Requires(upstream=one) | Accepts(upstream=one) | Awaits(upstream=one):
            return (one,)


def _coloured(need: Need, judged: Mapping[str, Sequence[str]], takes: Callable[[str], bool]) -> Need:
    def colour(upstream: Upstream) -> Upstream:
        checks = () if upstream.is_group else tuple(c for c in judged.get(upstream.name, ()) if takes(c))
        return evolve(upstream, checks=checks) if checks else upstream

    match need:
        case AnyOf(upstreams=found) | AnyFailed(upstreams=found):
            return evolve(need, upstreams=tuple(colour(one) for one in found))
        case _:
            return evolve(need, upstream=colour(need.upstream))


class _Ancestors:
    """All that a node, a decision or a loop waits for, through any number of edges and scopes."""

    def __init__(
        self,
        nodes: Iterable[Node],
        decisions: Iterable[Decision],
        loops: Iterable[Loop],
        groups: Iterable[Group],
    ) -> None:
        self.items: dict[str, Node | Decision | Loop] = {item.name: item for item in (*nodes, *decisions, *loops)}
        self.members = {group.name: group.members for group in groups}

    def of(self, name: str) -> frozenset[str]:
        """The names of all ancestors, and the item's own."""
        seen: set[str] = set()
        open_ = [name]
        while open_:
            current = open_.pop()
            if current in seen:
                continue
            seen.add(current)
            item = self.items.get(current)
            if item is not None:
                open_ += self._direct(item)
        return frozenset(seen)

    def _direct(self, item: Node | Decision | Loop) -> list[str]:
        found: list[str] = []
        for need in item.needs:
            for upstream in upstreams_of(need):
                found += self.members.get(upstream.name, ()) if upstream.is_group else (upstream.name,)
        for place in item.scope:
            match place:
                case InArm(decision=decision):
                    found.append(decision)
                case InLoop(loop=loop):
                    found.append(loop)
        return found
