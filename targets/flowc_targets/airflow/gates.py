"""Looking at the states of what a step waits for: a gate's body, and what decisions and lists do first."""

from __future__ import annotations

from flowc.target.code import Code, support
from flowc.target.literals import string
from flowc_targets.airflow.body import Body
from flowc_targets.airflow.model import Option
from flowc_targets.airflow.starts import is_timed, never_skips
from flowc_targets.airflow.steps import ListStep, Seen, Step, Wait


def look(step: Step, body: Body) -> None:
    """Look at the clock where there is a deadline, and at what a step waits for where no trigger rule says it."""
    if is_timed(step, body.dag.plan):
        body.takes_context = True
        body.line("DEADLINE.block_if_over(context)")
    if step.rule is None:
        _decide(step, step.waits, body)


def write_gate(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    """Fill the body of a gate; gives its decorator, its options and its docstring."""
    if step.kind == "fallback":
        assert step.of is not None
        others = [wait for wait in step.waits if wait.seen[0].step is not step.of]
        if is_timed(step, body.dag.plan):
            body.line("DEADLINE.skip_if_over(context)")
        body.line(body.helper("fell_back", string(step.of.id)).text)
        _decide(step, others, body)
        return "task", options, f"`{step.node.name}` runs only where `{step.of.node.name}` has failed."
    look(step, body)
    name = " ".join(step.node.name.split())
    if step.rule is None:
        return "task", options, f"Whether `{name}` runs."
    end = "run has to end" if body.dag.plan.is_cancelled_by_others else "deadline"
    return "task", options, f"`{name}` starts before the {end}."


def _decide(step: Step, waits: list[Wait], body: Body) -> None:
    """`require(context, ...)`, or `decide(context, ...)` where there is more to look at; nothing where all may run."""
    named: dict[str, Code | str] = {}
    requires = [
        _spec(each, body)
        for wait in waits
        if wait.role == "requires"
        for seen in wait.seen
        for each in (seen.members if seen.members and never_skips(seen, body.dag.plan) and not seen.checks else [seen])
    ]
    requires += [_spec(wait.seen[0], body) for wait in waits if wait.role == "arm" and _decision_of(wait).is_branch]
    accepts = [_spec(seen, body) for wait in waits if wait.role == "accepts" for seen in wait.seen]
    several = {
        role: [_row(wait, body) for wait in waits if wait.role == role and len(wait.seen)]
        for role in ("any_of", "any_failed")
    }
    arms = [_arm(wait, body) for wait in waits if wait.role == "arm" and not _decision_of(wait).is_branch]
    if body.dag.plan.is_flattened(step.path):
        named["inside"] = body.element()
    if not (named or accepts or arms or any(several.values())):
        if requires:
            body.line(body.helper("require", *requires).text)
        return
    given = {"requires": requires, "accepts": accepts, **several, "arms": arms}
    lists = {name: f"[{', '.join(codes)}]" for name, codes in given.items() if codes}
    body.line(body.helper("decide", **lists, **named).text)


def _decision_of(wait: Wait) -> Step:
    assert wait.seen[0].step is not None
    return wait.seen[0].step


def _row(wait: Wait, body: Body) -> str:
    return f"[{', '.join(_spec(seen, body) for seen in wait.seen)}]"


def _arm(wait: Wait, body: Body) -> str:
    return f"({body.write(body.locate(_decision_of(wait)))}, {wait.arm})"


def _member(seen: Seen, body: Body) -> str:
    """A task of a group: of a mapped one its instances."""
    found = _spec(seen, body)
    return body.write(support("instances", Code(found))) if isinstance(seen.step, ListStep) else found


def _spec(seen: Seen, body: Body) -> str:
    """An upstream for the support functions."""
    if seen.members:
        found = support("group", *(Code(_member(member, body)) for member in seen.members))
    elif seen.step is None:
        found = support("group")
    else:
        found = body.locate(seen.step)
    if seen.checks:
        found = support("checked", body.use(found), *(body.locate(check) for check in seen.checks))
    return body.write(found)
