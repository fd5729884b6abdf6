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
    writers: dict[str, list[int]] = {}
    for place, node in enumerate(nodes):
        for write in node.writes:
            writers.setdefault(write.asset, []).append(place)
    judges = {check.name: _judged(check, nodes, writers) for check in checks}
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
    names_of_checks = set(judges)

    def needs(reader: str, held: tuple[Need, ...], *, is_check: bool) -> tuple[Need, ...]:
        if is_check:
            return held
        coloured = tuple(_coloured(need, judged, lambda check: not upstreams.has(check, reader)) for need in held)
        own = [c for c in guards.get(reader, ()) if c != reader and not upstreams.has(c, reader)]
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


def _judged(check: Node, nodes: Sequence[Node], writers: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """The tasks that a check reads; an asset stands for the tasks of this flow that write it."""
    action = check.action
    assert isinstance(action, Check)
    read = [part.node for part in walk(action.condition) if isinstance(part, Output)]
    named = {part.name for part in walk(action.condition) if isinstance(part, Asset)}
    written = sorted({place for asset in named for place in writers.get(asset, ())})
    return tuple(dict.fromkeys([*read, *(nodes[place].name for place in written)]))


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
        self.members = {group.name: group.members for group in groups}
        items = {item.name: item for item in (*nodes, *decisions, *loops)}
        self.direct = {name: tuple(dict.fromkeys(self._direct(item))) for name, item in items.items()}
        self.levels = _levels(self.direct)

    def has(self, name: str, ancestor: str) -> bool:
        """Whether something waits for `ancestor`, or is it. What stands no higher than that is not looked at."""
        lowest = self.levels.get(ancestor, -1)
        seen: set[str] = set()
        open_ = [name]
        while open_:
            current = open_.pop()
            if current == ancestor:
                return True
            if current not in seen and self.levels.get(current, lowest + 1) > lowest:
                seen.add(current)
                open_ += self.direct.get(current, ())
        return False

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


def _levels(direct: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many steps at most lead up from each; nothing for what stands in a circle, or behind one."""
    waiting = {name: sum(above in direct for above in found) for name, found in direct.items()}
    below: dict[str, list[str]] = {}
    for name, found in direct.items():
        for above in found:
            below.setdefault(above, []).append(name)
    levels: dict[str, int] = {}
    open_ = [(name, 0) for name, count in waiting.items() if not count]
    while open_:
        row = dict(open_)
        levels |= row
        open_ = list[tuple[str, int]]()
        for name, level in row.items():
            for next_ in below.get(name, ()):
                waiting[next_] -= 1
                if not waiting[next_]:
                    open_.append((next_, level + 1))
    return levels
