"""What an op does first: look at the outcomes of all that it waits for; in a plain job Dagster does that itself."""

from __future__ import annotations

from flowc.ir.actions import Check, Fail
from flowc_targets.dagster.body import Body
from flowc_targets.dagster.steps import Seen, Step, Wait


def start(step: Step, body: Body) -> None:
    """What comes before everything else in an op."""
    plan = body.job.plan
    if plan.is_plain:
        _plain(step, body)
        return
    phase = plan.phase(step.thing)
    if phase != "main":
        body.line(body.helper("due", body.outcome(plan.ends[phase])))
    if step.kind == "node" and step.node.fallback_of:
        body.line(body.helper("fell_back", body.outcome(plan.nodes[step.node.fallback_of])))
        if body.job.is_timed(step.node):
            body.line(f"DEADLINE.keep_absent({body.context()})")
    look(step, body)
    if step.kind == "node" and body.job.is_timed(step.node) and isinstance(step.node.action, Check | Fail):
        body.line(f"DEADLINE.begin({body.context()})")


def look(step: Step, body: Body) -> None:
    """Whether the op has anything to do."""
    if body.job.plan.is_plain:
        _plain(step, body)
        return
    waits = step.waits
    named: dict[str, str] = {}
    requires = [_spec(seen, body) for wait in waits if wait.role == "requires" for seen in wait.seen]
    accepts = [_spec(seen, body) for wait in waits if wait.role == "accepts" for seen in wait.seen]
    several = {role: [_row(wait, body) for wait in waits if wait.role == role] for role in ("any_of", "any_failed")}
    arms = [f"({body.outcome(_step(wait.seen[0]))}, {wait.arm})" for wait in waits if wait.role == "arm"]
    for wait in waits:
        if wait.role == "awaits":
            body.after += _awaited(wait, body)
    if step.path and not _is_inside(step, body):
        named["inside"] = body.element()
    if not (named or accepts or arms or any(several.values())):
        if requires:
            body.line(body.helper("require", *requires))
        return
    given = {"requires": requires, "accepts": accepts, **several, "arms": arms}
    lists = {name: f"[{', '.join(codes)}]" for name, codes in given.items() if codes}
    body.line(body.helper("decide", **lists, **named))


def _plain(step: Step, body: Body) -> None:
    """Edges alone; where a value is read it brings its own."""
    for wait in step.waits:
        if wait.role == "arm":
            body.arms.append((_step(wait.seen[0]), wait.arm))
        else:
            body.after += _awaited(wait, body)


def _awaited(wait: Wait, body: Body) -> list[Step]:
    """What must have ended: where it is mapped apart from this one, all of its elements."""
    steps = [each for seen in wait.seen for each in seen.steps()]
    return [
        each if not each.path or body.is_beside(each) else body.job.plan.gathered(each, len(each.path))
        for each in steps
    ]


def _is_inside(step: Step, body: Body) -> bool:
    """Whether it requires an op of the same element, so that it need not ask whether the loop was entered."""
    return any(
        wait.role == "requires" and any(each.path == step.path for each in wait.seen[0].steps()) for wait in step.waits
    )


def _step(seen: Seen) -> Step:
    assert seen.step is not None
    return seen.step


def _row(wait: Wait, body: Body) -> str:
    return f"[{', '.join(_spec(seen, body) for seen in wait.seen)}]"


def _spec(seen: Seen, body: Body) -> str:
    """An upstream for the support functions."""
    if seen.step is None:
        found = body.helper("group", *(_spec(member, body) for member in seen.members))
    else:
        found = body.outcome(seen.step)
    if seen.checks:
        found = body.helper("checked", found, *(body.outcome(check) for check in seen.checks))
    return found
