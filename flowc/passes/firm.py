"""Let `??` and `== null` go where nothing is missing, or where nothing else ever comes.

    b = f(a ?? 0)             becomes      b = f(a)        where `a` always has a value when `b` starts
    b = f(a ?? 0)                          b = f(a ?? 0)   where `a` may be null; but it is required like any other read
    d = f(a ?? b)                          d = f(b)        where `a` stands in an arm that no run chooses

Who reads `a ?? b` waits for both, and a failure of either blocks it: so `b` is still waited for, but where nothing can
block it. What a skip lets pass needs bookkeeping on every engine; what is required needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from attrs import evolve

from flowc.ir.actions import Check
from flowc.ir.expr import Coalesce, Convert, Expr, Output, walk
from flowc.ir.graph import Accepts, AnyOf, Decision, Graph, InArm, Loop, Need, Node, Requires, Upstream
from flowc.ir.reads import flows_run, outputs
from flowc.ir.rewrite import rewritten
from flowc.ir.skips import Skips
from flowc.ir.types import ANY, JSON, NULL, Optional, Record, Type
from flowc.ir.view import upstreams
from flowc.passes.base import Pass, Told
from flowc.passes.settle import certain_arms, never_runs
from flowc.passes.told import called, counted, listed

Thing = TypeVar("Thing", Node, Decision, Loop)


def _firm(graph: Graph) -> Graph:
    lenient = (*graph.nodes, *graph.decisions, *graph.loops)
    if not any(isinstance(need, Accepts | AnyOf) for thing in lenient for need in thing.needs):
        return graph
    known = _Known(graph)
    return evolve(
        graph,
        nodes=tuple(known.firm(node) for node in graph.nodes),
        decisions=tuple(known.firm(decision) for decision in graph.decisions),
        loops=tuple(known.firm(loop) for loop in graph.loops),
    )


class _Known:
    """What is known of every upstream before any run."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._skips = Skips(graph, drops=flows_run(graph))  # any of them may drop a run, as far as is known here
        chosen = certain_arms(graph.decisions)
        self._never = {node.name: node for node in graph.nodes if never_runs(node.scope, chosen)}

    def firm(self, thing: Thing) -> Thing:
        """A thing that asks no more than it has to."""
        if not any(isinstance(need, Accepts | AnyOf) for need in thing.needs):
            return thing
        firm = {each for need in thing.needs for each in _lenient(need) if self._always_comes(each, thing)}
        never = {each for need in thing.needs for each in _lenient(need) if self._never_comes(each, thing)}
        taken = {upstream.name for need in thing.needs for upstream in _lenient(need)}
        sure = {each.name for each in firm} & taken
        lost = {each.name for each in never} & taken

        def plain(expr: Expr) -> Expr:
            return self._plain(expr, sure, lost) if isinstance(expr, Coalesce) else expr

        thing = rewritten(thing, plain) if sure or lost else thing
        read = {output.node for output in outputs(thing)}
        idle = {each for each in never if each.name not in read and self._is_unblockable(each)}
        needs = dict.fromkeys(each for need in thing.needs for each in _needs(need, firm, never, idle))
        return thing if tuple(needs) == thing.needs else evolve(thing, needs=tuple(needs))

    # -------------------------------------------------------------- what is known of an upstream

    def _always_comes(self, upstream: Upstream, reader: Node | Decision | Loop) -> bool:
        """Whether it is not skipped in any run in which the reader is not skipped by its own place."""
        if not upstream.is_group and not self._is_task(upstream.name):
            return False
        arms = {(place.decision, place.arm) for place in reader.scope if isinstance(place, InArm)}
        return self._skips.skipping(Requires(upstream), reader) <= arms

    def _is_task(self, name: str) -> bool:
        """Whether it is a task of the main part. A check that was skipped without an attempt says nothing."""
        node = self._graph.node(name)
        return node.phase == "main" and not isinstance(node.action, Check)

    def _never_comes(self, upstream: Upstream, reader: Node | Decision | Loop) -> bool:
        """Whether it is skipped, or blocked, in every run. Seen from outside of its loop it is a list."""
        node = self._never.get(upstream.name)
        if node is None or upstream.is_group or upstream.checks or not self._is_task(upstream.name):
            return False
        around = set(reader.scope)
        return all(place in around for place in node.scope if not isinstance(place, InArm))

    def _is_unblockable(self, upstream: Upstream) -> bool:
        """Whether nothing that it waits for can fail: neither its own needs, nor those of the places around it."""
        node = self._graph.node(upstream.name)
        places = [
            self._graph.decision(p.decision) if isinstance(p, InArm) else self._graph.loop(p.loop) for p in node.scope
        ]
        return not any(thing.needs for thing in (node, *places))

    # -------------------------------------------------------------- what it means for an expression

    def _plain(self, expr: Coalesce, sure: set[str], lost: set[str]) -> Expr:
        """Up to the first that always has a value, without those that never have one."""
        parts = [part for part in expr.parts if _node_of(part) not in lost]
        for number, part in enumerate(parts):
            if _node_of(part) in sure and not self._may_be_null(part):
                parts = parts[: number + 1]
                break
        if not parts or len(parts) == len(expr.parts):
            return expr
        return evolve(expr, parts=tuple(parts)) if len(parts) > 1 else _as(parts[0], expr)

    def _may_be_null(self, part: Expr) -> bool:
        """Whether a task that succeeded may have given null there."""
        match part:
            case Convert(operand=operand):
                return self._may_be_null(operand)
            case Output(gathered=0, node=name, field=field):
                kind = self._graph.node(name).output
                if field is not None:
                    found = kind.field(field) if isinstance(kind, Record) else None
                    kind = found.type if found else None
                return kind is None or isinstance(kind, Optional) or kind in (JSON, ANY, NULL)
            case _:
                return not isinstance(part, Output)  # a gathered list is one, whatever is in it


def _lenient(need: Need) -> tuple[Upstream, ...]:
    return upstreams(need) if isinstance(need, Accepts | AnyOf) else ()


def _needs(need: Need, firm: set[Upstream], never: set[Upstream], idle: set[Upstream]) -> Iterator[Need]:
    """What is left of a need."""
    match need:
        case Accepts(upstream=upstream) if upstream in firm | idle:
            yield from () if upstream in idle else (Requires(upstream),)
        case AnyOf(upstreams=several) if left := tuple(each for each in several if each not in never):
            yield from (Accepts(each) for each in several if each in never - idle)
            if len(left) == 1 or firm.intersection(left):
                yield from (Requires(each) if each in firm or len(left) == 1 else Accepts(each) for each in left)
            else:
                yield AnyOf(left)
        case _:
            yield need


def _node_of(part: Expr) -> str | None:
    """The task that a choice of `??` is of: itself, or a field of it."""
    read = {leaf.node for leaf in walk(part) if isinstance(leaf, Output)}
    return next(iter(read)) if len(read) == 1 else None


def _as(part: Expr, expr: Coalesce) -> Expr:
    """The only choice that is left, of the type that the whole has."""
    match part:
        case Output() if _bare(part.type) == _bare(expr.type):
            return evolve(part, type=expr.type)
        case Convert(operand=Output() as operand) if _bare(part.type) == _bare(expr.type):
            return evolve(part, operand=evolve(operand, type=_bare(operand.type)), type=expr.type)
        case _:
            return expr


def _bare(kind: Type) -> Type:
    return kind.item if isinstance(kind, Optional) else kind


# ------------------------------------------------------------------ what is said of it


def _tell(before: Graph, after: Graph) -> Told:
    pairs = [(old, new) for old, new in zip(_things(before), _things(after), strict=True) if old is not new]
    firm = [(thing, name) for old, thing in pairs for name in _named(thing, Requires) - _named(old, Requires)]
    gone = [(thing, name) for old, thing in pairs for name in _all_named(old) - _all_named(thing)]
    left = sum(isinstance(need, Accepts | AnyOf) for thing in _things(after) for need in thing.needs)

    def changes() -> Iterator[str]:
        for thing, name in firm:
            yield f"{called(thing)} requires `{name}`: nothing skips it that would not skip the reader too"
        for thing, name in gone:
            yield f"{called(thing)} no longer waits for `{name}`: no run starts it, and nothing blocks it"

    said = [f"{counted(len(firm), 'read')} with `??` required"] if firm else []
    said += [f"{counted(len(gone), 'wait')} dropped"] if gone else []
    kept = f"{counted(left, 'read')} with `??` kept: a run may skip what they are of" if left else ""
    return Told(listed(said), kept, changes())


def _things(graph: Graph) -> Iterator[Node | Decision | Loop]:
    yield from (*graph.nodes, *graph.decisions, *graph.loops)


def _named(thing: Node | Decision | Loop, kind: type[Requires]) -> set[str]:
    return {each.name for need in thing.needs if isinstance(need, kind) for each in upstreams(need)}


def _all_named(thing: Node | Decision | Loop) -> set[str]:
    return {each.name for need in thing.needs for each in upstreams(need)}


FIRM = Pass("firm", "let `??` go where nothing is missing", _firm, _tell)
