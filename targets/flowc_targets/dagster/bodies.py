"""The ops of a job, kind by kind: what is said of each, and the lines of its function."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen

from flowc.ir.graph import Decision, Loop, Phase
from flowc.ir.types import Type
from flowc.target.literals import literal, string
from flowc.target.python import holds, source
from flowc.target.types import spelled
from flowc_targets.dagster import policies
from flowc_targets.dagster.actions import write_action
from flowc_targets.dagster.annotations import annotation
from flowc_targets.dagster.body import Body
from flowc_targets.dagster.facts import facts
from flowc_targets.dagster.model import Option
from flowc_targets.dagster.names import field
from flowc_targets.dagster.plan import told_to, written_length
from flowc_targets.dagster.steps import Step
from flowc_targets.dagster.waits import look, start
from flowc_targets.project.connections import reads_secrets
from flowc_targets.project.steps import loops_of


@frozen
class Said:
    """What is said of an op besides its function's lines."""

    options: tuple[Option, ...] = ()
    decorator: str = ""
    returns: str = "None"
    doc: str = ""


def write(step: Step, body: Body) -> Said:
    """Fill the body of a step."""
    match step.kind:
        case "node":
            return _node(step, body)
        case "decision":
            return _decision(step, body)
        case "each":
            return _each(step, body)
        case "all":
            return _all(step, body)
        case "table":
            return _table(step, body)
        case "result":
            return _result(step, body)
        case "params":
            return _params(body)
        case "turn":
            return _turn(step, body)
        case "return":
            return _return(step, body)
        case "ends":
            return _ends(step, body)
        case "outcome":
            return _outcome(body)
    assert_never(step.kind)


def _guard(body: Body, *given: str) -> str:
    """The decorator of an op that keeps what it came to."""
    if body.job.plan.is_plain:
        return ""
    is_timed = body.step.kind in ("node", "decision", "each") and body.job.plan.phase(body.step.thing) == "main"
    if body.job.has_deadline and is_timed:
        given = (*given, "deadline=DEADLINE")
    return f"{body.kit('guarded')}({', '.join(given)})"


# ------------------------------------------------------------------ what the user wrote


def _node(step: Step, body: Body) -> Said:
    node = step.node
    start(step, body)
    write_action(node, body)
    given = [string(spelled(node.output))] if node.output is not None else []
    if (name := " ".join(node.name.split())) != step.id:
        given.append(f"name={string(name)}")
    options, backoff = policies.retries(node, body)
    if backoff and not body.job.plan.is_plain:
        given.append(f"retries={backoff}")
    if reads_secrets(node, body.job.graph):
        given.append("has_secrets=True")
    decorator = _guard(body, *given)
    if body.job.plan.is_plain:
        decorator = policies.decorator(node, backoff, body)
    returns = annotation(node.output, body.imports) if node.output is not None else "None"
    return Said((*options, *facts(node, body)), decorator, returns, node.doc)


# ------------------------------------------------------------------ decisions, loops


def _decision(step: Step, body: Body) -> Said:
    decision = step.thing
    assert isinstance(decision, Decision)
    start(step, body)
    subject = body.subject(decision)
    is_plain = body.job.plan.is_plain
    arms = body.job.arms_of(step)
    for number, arm in enumerate(decision.arms):
        condition = body.use(holds(decision.subject, arm, body, subject_code=subject)).text
        chosen = f'yield dg.Output(None, "{arm_name(number, decision)}")' if number in arms else "return"
        said = chosen if is_plain else f"return {number}"
        if condition == "True":
            body.line(said if not is_plain or number == 0 else "else:")
            if is_plain and number:
                body.line(f"    {said}")
            break
        body.line(f"{'elif' if number and is_plain else 'if'} {condition}:")
        body.line(f"    {said}")
    else:
        if not is_plain:
            body.line(f"return {len(decision.arms)}")
        elif len(decision.arms) in arms:
            body.line("else:")
            body.line(f'    yield dg.Output(None, "{arm_name(len(decision.arms), decision)}")')
    if not is_plain:
        return Said((), _guard(body, '"int"'), "int")
    outs = ", ".join(
        f'"{arm_name(number, decision)}": dg.Out(dg.Nothing, is_required=False)' for number in sorted(arms)
    )
    body.imports.add(("collections.abc", "Iterator"))
    return Said((Option("out", f"{{{outs}}}"),), "", "Iterator[dg.Output[None]]")


def arm_name(number: int, decision: Decision) -> str:
    """The output of a decision that stands for an arm."""
    if decision.subject is None and len(decision.arms) == 1:
        return "otherwise" if number else "then"
    return f"arm_{number}"


def _each(step: Step, body: Body) -> Said:
    loop = step.thing
    assert isinstance(loop, Loop)
    start(step, body)
    given = body.write(source(loop.items, body))
    doc = f"The elements of `for {loop.item}`."
    if body.job.plan.is_plain:
        body.imports.add(("collections.abc", "Iterator"))
        body.imports.add(("typing", "Any"))
        body.line(f"for number, {body.job.element(step)} in enumerate({given}):")
        body.line(f"    yield dg.DynamicOutput({body.job.element(step)}, mapping_key=str(number))")
        return Said((Option("out", "dg.DynamicOut()"),), "", "Iterator[dg.DynamicOutput[Any]]", doc)
    body.line(f"return {given}")
    body.imports.add(("typing", "Any"))
    if loops_of(loop.scope):
        return Said((), _guard(body, string(_listed(loop.items.type))), "Any", doc)
    static = written_length(loop)
    return Said(
        (Option("out", body.kit("LOOP")),),
        f"{body.kit('loop')}({f'static={static}' if static is not None else ''})",
        "Any",
        doc,
    )


def _listed(kind: Type) -> str:
    """The type of what a loop goes over; of a range its list."""
    from flowc.ir.types import Range

    return f"list[{spelled(kind.item)}]" if isinstance(kind, Range) else spelled(kind)


def _all(step: Step, body: Body) -> Said:
    """Every element of a nested loop."""
    plan, loop = body.job.plan, step.thing
    assert isinstance(loop, Loop)
    outer = body.bring(plan.source(loops_of(loop.scope)), "entered", "outer", body.kit("Outcome"))
    lists = body.bring(plan.each[loop.name], "collect", "lists", f"list[{body.kit('Outcome')}]")
    body.line(f"return {outer}, {lists}")
    body.imports.add(("typing", "Any"))
    static = written_length(loop)
    return Said(
        (Option("out", body.kit("LOOP")),),
        f"{body.kit('nested')}({f'static={static}' if static is not None else ''})",
        "Any",
        f"The elements of `for {loop.item}` for every element of the loops around it.",
    )


def _table(step: Step, body: Body) -> Said:
    plan, graph, inner = body.job.plan, body.job.graph, step.inner
    instances = body.bring(inner, "collect", body.called(inner), f"list[{body.kit('Outcome')}]")
    levels = [
        body.bring(plan.source(inner.path[:end]), "entered", f"level_{end}", body.kit("Outcome"))
        for end in range(1, len(inner.path) + 1)
    ]
    named: dict[str, str] = {"depth": str(step.depth)} if step.depth else {}
    tolerate = [graph.loop(name).tolerate for name in inner.path[step.depth :]]
    if any(tolerate):
        named["tolerate"] = literal(tolerate)
    if step.checks:
        checks = [
            body.bring(check, "collect", check.node.name, f"list[{body.kit('Outcome')}]") for check in step.checks
        ]
        named["checks"] = f"[{', '.join(checks)}]"
    what = f"`{' '.join(body.called(inner).split())}`"
    if step.depth:
        body.line(f"return {body.helper('by_element', instances, *levels, **named)}")
        return Said((), "", body.kit("Rows"), f"What {what} came to, for each element of the loops around.")
    body.line(f"return {body.helper('gathered', instances, *levels, **named)}")
    return Said((), "", body.kit("Outcome"), f"What {what} came to, in the order of the loop.")


# ------------------------------------------------------------------ results, the beginning and the ends


def _result(step: Step, body: Body) -> Said:
    fallback = step.waits[1].seen[0].step
    assert fallback is not None
    found = body.helper("result_of", body.outcome(step.inner), body.outcome(fallback))
    body.line(f"return {body.helper('said', body.context(), found)}")
    name = " ".join(step.node.name.split())
    return Said((), "", f"dg.Output[{body.kit('Outcome')}]", f"What `{name}` or else `{step.node.fallback}` came to.")


def _params(body: Body) -> Said:
    body.takes_params = True
    params = body.job.graph.params
    given = ", ".join(f"{string(param.name)}: params.{field(param.name)}" for param in params)
    types = literal({param.name: spelled(param.type) for param in params})
    ranges: list[str] = []
    for param in params:
        if param.low is not None or param.high is not None:
            ends = [body.write(source(end, body)) if end is not None else "None" for end in (param.low, param.high)]
            ranges.append(f"{string(param.name)}: ({', '.join(ends)})")
    body.line(body.helper("verify_params", f"{{{given}}}", types, *([f"{{{', '.join(ranges)}}}"] if ranges else [])))
    return Said((), _guard(body), "None", "A run with a param that does not fit starts nothing.")


def _turn(step: Step, body: Body) -> Said:
    look(step, body)
    body.line(body.helper("come_in", body.context(), str(body.job.graph.max_runs)))
    return Said((), _guard(body), "None", "A run that is asked for while enough of them go on is dropped.")


def _return(step: Step, body: Body) -> Said:
    graph = body.job.graph
    assert graph.returns is not None and graph.output is not None
    look(step, body)
    value, kind = body.write(source(graph.returns, body)), string(spelled(graph.output))
    body.line(f"return {body.helper('conform', value, kind) if body.job.plan.is_plain else value}")
    return Said((), _guard(body, kind), annotation(graph.output, body.imports), "What the flow returns.")


def _ends(step: Step, body: Body) -> Said:
    job, plan = body.job, body.job.plan
    phase: Phase = next(phase for phase, gate in plan.ends.items() if gate is step)
    told = told_to(job.graph, plan, phase)
    judged = plan.judged()
    if plan.door:
        body.line(body.helper("due", body.outcome(plan.door)))
    if job.is_cancelled_by_others and phase != "finally":
        body.line(f"DEADLINE.keep_absent_where_cancelled({body.context()})")
    tasks = ""
    if phase in ("failure", "success") or told & {"error", "failed_task"}:
        tasks = body.bring_all([*judged, *job.fallbacks()])
    else:
        body.after += judged
    body.after += plan.handlers() if phase == "finally" else []
    doc = "What is done in any case, and last."
    if phase == "failure":
        body.line(body.helper("due_after_failure", tasks))
        doc = "Whether a task has failed, and what is to be done then is due."
    elif phase == "success":
        body.line(body.helper("due_after_success", tasks))
        doc = "Whether all went well, and what is to be done then is due."
    elif phase == "late":
        lateness = body.helper("due_when_late", body.context(), *job.late_after(body))
        body.line(f"lateness = {lateness}" if "lateness" in told else lateness)
        doc = "Whether the run is late, and what is to be done then is due."
    if told & {"error", "failed_task"}:
        named = {"returned": body.outcome(plan.returns)} if plan.returns else {}
        named |= {"lateness": "lateness"} if "lateness" in told else {}
        body.line(f"return {body.helper('failure_of_run', tasks, **named)}")
    elif told:
        body.line('return {"lateness": lateness}')
    body.imports |= {("typing", "Any")} if told else set()
    return Said((), _guard(body, *(['"json"'] if told else [])), "dict[str, Any]" if told else "None", doc)


def _outcome(body: Body) -> Said:
    tasks = body.bring_all(body.job.plan.judged())
    body.line(body.helper("end_run", body.context(), tasks))
    if body.job.is_cancelled_by_others:
        body.line(f"DEADLINE.fail_if_cancelled({body.context()})")
    return Said((), "", "None", "The run's end: it fails if a task has failed that nothing covers.")
