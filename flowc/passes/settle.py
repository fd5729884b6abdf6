"""Take what is known at build out of the run: conditions of constants, and what stands in arms that none chooses.

    if true { task a = f() }                   becomes      task a = f()
    if true or x == "a" { ... }                             if true { ... }
    if true { ... } else { if n > 1 { b } }                 if true { ... } else { b }      (`n > 1` is never asked)
    ... else { task b = f() retry 3 fallback c }            ... else { task b = f() }       (`c` never runs)
    after a { if true { task b = f() } }                    task b = f() after a

A task in an arm that is never chosen stays: it is in the trace, `skipped` or `blocked`, and so do all of its needs,
which tell which of the two. What a decision waits for, all that stands in it waits for too (rule 1), so that it takes
its needs over where the decision goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from attrs import evolve

from flowc.ir.expr import Binary, Expr, List, Lit, Unary
from flowc.ir.graph import Decision, Graph, Group, InArm, Loop, Node, Retry, Scope
from flowc.ir.types import BOOL
from flowc.passes.base import Pass, Told
from flowc.passes.told import called, counted, listed, summed

Thing = TypeVar("Thing", Node, Decision, Loop)


def _settle(graph: Graph) -> Graph:
    decisions = tuple(_computed(decision) for decision in graph.decisions)
    chosen = certain_arms(decisions)
    graph = graph if decisions == graph.decisions else evolve(graph, decisions=decisions)
    return _without_needless(_moved(graph, chosen), chosen) if chosen else graph


def certain_arms(decisions: tuple[Decision, ...]) -> dict[str, int]:
    """The decisions that constants alone decide, each with the arm that every run chooses."""
    return {decision.name: arm for decision in decisions if (arm := _certain_arm(decision)) is not None}


def never_runs(scope: Scope, chosen: Mapping[str, int]) -> bool:
    """Whether a place lies in an arm that no run chooses."""
    return any(isinstance(place, InArm) and chosen.get(place.decision, place.arm) != place.arm for place in scope)


# ------------------------------------------------------------------ what is known


def _computed(decision: Decision) -> Decision:
    """With conditions that constants decide as constants. What they wait for stays: reads are told by the text."""
    if decision.subject is not None:
        return decision
    arms = tuple(tuple(map(_constant, arm)) for arm in decision.arms)
    return decision if arms == decision.arms else evolve(decision, arms=arms)


def _constant(expr: Expr) -> Expr:
    """A condition of constants as one: only what cannot fail, and a right side that is never asked."""
    match expr:
        case Unary(op="not", operand=operand):
            inner = _constant(operand)
            return Lit(not inner.value, BOOL, expr.at) if isinstance(inner, Lit) else expr
        case Binary(op="and" | "or" as op):
            return _joined(expr, _constant(expr.left), _constant(expr.right), stops=op == "or")
        case Binary(op="==" | "!=" as op, left=Lit() as left, right=Lit() as right) if _is_alike(left, right):
            return Lit((left.value == right.value) is (op == "=="), BOOL, expr.at)
        case Binary(op="in" | "not in" as op, left=Lit() as left, right=List(items=items)):
            listed = [item for item in items if isinstance(item, Lit) and _is_alike(left, item)]
            is_in = any(item.value == left.value for item in listed)
            return Lit(is_in is (op == "in"), BOOL, expr.at) if len(listed) == len(items) else expr
        case _:
            return expr


def _joined(whole: Binary, left: Expr, right: Expr, *, stops: bool) -> Expr:
    """`and`, `or`: the left side is asked first, and `stops` at this value."""
    if isinstance(left, Lit):
        return left if left.value is stops else right
    return left if isinstance(right, Lit) and right.value is not stops else whole


def _is_alike(left: Lit, right: Lit) -> bool:
    """Whether two constants are compared as Python compares them."""
    return type(left.value) is type(right.value) and isinstance(left.value, bool | int | str)


def _certain_arm(decision: Decision) -> int | None:
    """The arm that every run chooses, where constants alone decide it; else None."""
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


# ------------------------------------------------------------------ places that are none


def _moved(graph: Graph, chosen: Mapping[str, int]) -> Graph:
    """Without arms that are always chosen, and without decisions in arms that never are: those are never asked."""
    needs = {decision.name: decision.needs for decision in graph.decisions}

    def gone(scope: Scope) -> Iterator[InArm]:
        is_never = False
        for place in scope:
            if isinstance(place, InArm) and (is_never or chosen.get(place.decision) == place.arm):
                yield place
            is_never = is_never or never_runs((place,), chosen)

    def moved(thing: Thing) -> Thing:
        dropped = set(gone(thing.scope))
        if not dropped:
            return thing
        taken = [need for place in thing.scope if place in dropped for need in needs[place.decision]]  # type: ignore[union-attr]
        scope = tuple(place for place in thing.scope if place not in dropped)
        return evolve(thing, scope=scope, needs=tuple(dict.fromkeys((*thing.needs, *taken))))

    def placed(group: Group) -> Group:
        dropped = set(gone(group.scope))
        return evolve(group, scope=tuple(p for p in group.scope if p not in dropped)) if dropped else group

    return evolve(
        graph,
        nodes=tuple(moved(node) for node in graph.nodes),
        decisions=tuple(moved(decision) for decision in graph.decisions),
        loops=tuple(moved(loop) for loop in graph.loops),
        groups=tuple(placed(group) for group in graph.groups),
    )


def _without_needless(graph: Graph, chosen: Mapping[str, int]) -> Graph:
    """What never runs is tried never, and never saved: a fallback on such a path does not exist (rule 6)."""
    never = {node.name for node in graph.nodes if never_runs(node.scope, chosen)}
    if not never:
        return graph
    gone = {name for node in graph.nodes if node.name in never for name in _saving(node, graph)}
    return evolve(
        graph,
        nodes=tuple(_idle(node) if node.name in never else node for node in graph.nodes if node.name not in gone),
        groups=tuple(
            evolve(group, members=tuple(name for name in group.members if name not in gone)) if gone else group
            for group in graph.groups
        ),
    )


def _saving(node: Node, graph: Graph) -> Iterator[str]:
    """Its fallback, and that one's."""
    while node.fallback is not None:
        node = graph.node(node.fallback)
        yield node.name


def _idle(node: Node) -> Node:
    return evolve(node, fallback=None, retry=Retry(0), timeout=None, pool=None, cache=None)


# ------------------------------------------------------------------ what is said of it


def _tell(before: Graph, after: Graph) -> Told:
    chosen = certain_arms(after.decisions)
    moved = {n.name for n, m in zip(before.nodes, _same(before, after), strict=True) if m and m.scope != n.scope}
    left = {node.name for node in after.nodes}
    gone = [node for node in before.nodes if node.name not in left]
    never = [node for node in after.nodes if never_runs(node.scope, chosen)]

    def changes() -> Iterator[str]:
        for decision in before.decisions:
            if decision.name in chosen:
                yield f"{called(decision)} is known at build: {_arm(after.decision(decision.name), chosen)}"
            elif never_runs(decision.scope, chosen):
                yield f"{called(decision)} is never asked: it stands in an arm that no run chooses"
        for node in gone:
            yield f"{called(node)}: the fallback of `{node.fallback_of}`, which no run starts"
        for node in never:
            if node != before.node(node.name) and node.retry != before.node(node.name).retry:
                yield f"{called(node)}: no run starts it, so it has no `retry`"

    said = summed([(len(moved), "task"), (len(gone), "fallback")])
    changed = summed([(len(moved), "task")]) + " taken out of decisions that are known at build" if moved else ""
    dropped = f"{counted(len(gone), 'fallback')} dropped" if gone else ""
    kept = f"{counted(len(never), 'task')} kept that no run starts: in the trace as skipped or blocked" if never else ""
    return Told(listed([each for each in (changed, dropped) if each]) if said else "", kept, changes())


def _same(before: Graph, after: Graph) -> Iterator[Node | None]:
    found = {node.name: node for node in after.nodes}
    return (found.get(node.name) for node in before.nodes)


def _arm(decision: Decision, chosen: Mapping[str, int]) -> str:
    number = chosen[decision.name]
    if number == len(decision.arms):
        return "none of its conditions holds"
    return "it holds" if decision.subject is None else f"its arm {number + 1} is chosen"


SETTLE = Pass("settle", "take what is known at build out of the run", _settle, _tell)
