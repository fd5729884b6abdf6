"""Which tasks somebody outlives: an attempt whose process dies is one that failed, and others have to hear of it.

Dagster books a step whose process died as failed and gives up all that follows it, whatever that waits for. Where all
of them require the task that is the contract's rule too. Else the attempt runs in a process of its own, and the op
lives to tell.
"""

from __future__ import annotations

from flowc.ir.actions import Python, Sql
from flowc.ir.graph import Node
from flowc_targets.dagster.plan import Plan
from flowc_targets.dagster.steps import Step

_LENIENT = ("awaits", "any_failed")


def may_die(node: Node) -> bool:
    """Whether an attempt runs code in its own process that can end that: the user's, or a database's."""
    return isinstance(node.action, Python | Sql)


def outlived(plan: Plan) -> frozenset[Step]:
    """The steps of a job with outcomes whose failure is something other than the end of all that follows."""
    tasks = [step for step in plan.steps if step.kind == "node"]
    found = {step for step in tasks if step.path or plan.ends or plan.phase(step.thing) != "main"}
    waiting = [
        up
        for step in plan.steps
        for wait in step.waits
        if wait.role in _LENIENT
        for seen in wait.seen
        for up in seen.steps()
    ]
    above = set[Step]()
    while waiting:
        if (step := waiting.pop()) not in above:
            above.add(step)
            waiting += [*step.steps(), *([step.of] if step.of else [])]
    return frozenset(found | {step for step in tasks if step in above})
