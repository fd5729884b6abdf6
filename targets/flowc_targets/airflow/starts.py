"""How a wait is kept: by one of Airflow's trigger rules where that says exactly the same, else by a gate.

A gate is a task of bookkeeping before the task: it waits for all, looks at their states, and succeeds, skips or fails;
the task follows it alone. Where a run may have to end early each task has one, to see whether it has. Decisions and
lists of loops are bookkeeping themselves and look for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowc.ir.skips import Reason
from flowc_targets.airflow.plan import Plan
from flowc_targets.airflow.steps import ListStep, Seen, Step, Wait

OWN_CODE = ("all", "list", "settled", "ends", "outcome", "result", "fallback", "gate")


def settle(plan: Plan) -> None:
    """Give every step its trigger rule (None: its own code looks at the states), or a gate."""
    guarded = _guarded(plan)
    for decision in plan.decisions.values():
        decision.is_branch = _is_branch(decision, guarded.get(decision, ()), plan)
    for step in list(plan.steps):
        if step.kind in OWN_CODE:
            step.rule = None
        elif step.kind == "return":
            step.rule = "none_failed"
        elif step.thing is not None and not step.gate:
            step.rule = _rule(step, plan)
            if step.kind == "node" and (step.rule is None or is_timed(step, plan)):
                _add_gate(step, plan)
    plan.guarded = _guarded(plan)
    for seen in (seen for step in plan.steps for wait in step.waits for seen in wait.seen):
        if not never_skips(seen, plan):
            for member in seen.members:
                if isinstance(member.step, ListStep):
                    member.step.tells = True


def _add_gate(step: Step, plan: Plan) -> None:
    gate = Step(plan.ids.give("gate_*", step.id), "gate", step.path, step.order - 1, step.thing, rule=step.rule)
    gate.waits, gate.frame, gate.groups, gate.of = step.waits, step.frame, step.groups, step
    step.waits = [Wait("requires", (Seen(gate),))]
    step.rule, step.gate = "all_success", gate
    plan.steps.append(gate)


def is_timed(step: Step, plan: Plan) -> bool:
    """Whether a step may not start once the run has to end; handlers may."""
    assert step.thing is not None
    return plan.is_stoppable and plan.phase(step.thing) == "main"


def _guarded(plan: Plan) -> dict[Step, list[Step]]:
    """For each decision the steps that wait for it itself."""
    found: dict[Step, list[Step]] = {}
    for step in plan.steps:
        for decision in dict.fromkeys(_decision(wait) for wait in step.waits if wait.role == "arm"):
            found.setdefault(decision, []).append(step)
    return found


def _is_branch(decision: Step, guarded: Sequence[Step], plan: Plan) -> bool:
    """A branch skips at once what it does not choose: right where nothing else can block that.

    In a mapped group Airflow only notes what is to be skipped, and its scheduler runs it all the same.
    """
    return not decision.path and all(
        is_here(step, decision) and step.thing is not None and not plan.skips.mixes(step.thing) for step in guarded
    )


def is_here(reader: Step, step: Step) -> bool:
    """Whether Airflow brings the two together by itself: in the same mapped group, or the other is not mapped."""
    return not step.path or (step.path, step.frame) == (reader.path, reader.frame)


def _rule(step: Step, plan: Plan) -> str | None:
    assert step.thing is not None
    roles = {wait.role for wait in step.waits}
    is_odd = (
        plan.skips.mixes(step.thing)
        or not all(is_here(step, other) for other in step.steps())
        or any(wait.role == "arm" and not _decision(wait).is_branch for wait in step.waits)
        or not all(_is_plain(wait, step, plan) for wait in step.waits)
    )
    if is_odd or (plan.is_flattened(step.path) and not _is_inside(step)):
        return None
    if roles <= {"requires", "arm"}:
        return "all_success"
    return None if step.path or "arm" in roles else _lenient_rule(step, plan)


def _decision(wait: Wait) -> Step:
    assert wait.seen[0].step is not None
    return wait.seen[0].step


def _is_inside(step: Step) -> bool:
    """Whether a task of a flattened loop follows another one, so that it need not ask whether the loop was entered."""
    return any(wait.role == "requires" and any(each.path == step.path for each in step.steps()) for wait in step.waits)


def _lenient_rule(step: Step, plan: Plan) -> str | None:
    assert step.thing is not None
    if plan.phase(step.thing) != "main":
        return None
    roles = {wait.role for wait in step.waits}
    if roles <= {"requires", "accepts", "any_of"}:
        if not any(wait.need and plan.skips.skipping(wait.need, step.thing) for wait in step.waits):
            return "none_failed"
        return "none_failed_min_one_success" if len(step.waits) == 1 and roles == {"any_of"} else None
    if plan.door:
        return None  # which may fail, and then nothing may run
    if roles == {"awaits"}:
        return "all_done"
    return "one_failed" if roles == {"any_failed"} and sum(1 for _ in step.steps()) == 1 else None


def _is_plain(wait: Wait, reader: Step, plan: Plan) -> bool:
    """Whether the states say what the wait asks: no group that could be skipped, no check that says nothing."""
    assert reader.thing is not None
    skips = plan.skips
    for seen in wait.seen:
        if seen.members and wait.role != "awaits" and not never_skips(seen, plan):
            return False
        if seen.members and wait.role in ("any_of", "any_failed"):
            return False
        for check in seen.checks:
            name = check.node.name
            known: set[Reason] = set(reader_reasons(reader, plan))
            known |= {(name, -1)} if wait.role == "requires" else set[Reason]()
            if seen.step and seen.step.kind in ("node", "result") and wait.role == "requires":
                known |= skips.reasons(seen.step.node.name)
            if wait.role != "awaits" and not skips.reasons(name) <= known:
                return False
    return True


def never_skips(seen: Seen, plan: Plan) -> bool:
    """Whether none of a group's tasks can be skipped: then it is no more than its tasks."""
    return not any(plan.skips.can_skip(step.node.name) for member in seen.members for step in member.steps())


def reader_reasons(reader: Step, plan: Plan) -> frozenset[Reason]:
    """The arms that the reader stands in itself: where they are not chosen it is skipped in any case."""
    from flowc.ir.graph import InArm

    assert reader.thing is not None
    return frozenset((place.decision, place.arm) for place in reader.thing.scope if isinstance(place, InArm))
