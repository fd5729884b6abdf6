"""The functions of a DAG, kind by kind: decorator, options, and the lines of the body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from flowc.ir.actions import Check, Fail, RunFlow, WaitApproval, WaitAsset
from flowc.ir.expr import Lit
from flowc.ir.graph import Decision, Node, Phase, Retry
from flowc.target.builtins import family
from flowc.target.code import Code, support
from flowc.target.literals import literal, string
from flowc.target.python import holds, source
from flowc.target.types import spelled
from flowc_targets.airflow.actions import SENSORS, write_action
from flowc_targets.airflow.body import Body
from flowc_targets.airflow.failures import failure_of_run
from flowc_targets.airflow.gates import look, write_gate
from flowc_targets.airflow.loops import gives_value_of_run, write_all, write_each, write_list
from flowc_targets.airflow.model import Option
from flowc_targets.airflow.names import KIT, lock_pool
from flowc_targets.airflow.options import NUMBERS, is_told_by_schema
from flowc_targets.airflow.schedule import is_timed
from flowc_targets.airflow.steps import Step
from flowc_targets.project.leaves import delta
from flowc_targets.project.words import said


def write(step: Step, body: Body) -> tuple[str, list[Option], str]:
    """Fill the body of a step; gives its decorator, its options and its docstring."""
    options = _rule(step)
    match step.kind:
        case "node":
            return _node(step, body, options)
        case "decision":
            return _decision(step, body, options)
        case "each":
            return write_each(step, body, options)
        case "params":
            return _params(body, options)
        case "turn":
            return _turn(body, options)
        case "gate" | "fallback":
            return write_gate(step, body, options)
        case "result":
            return _result(step, body, options)
        case "list":
            return write_list(step, body, options)
        case "all":
            return write_all(step, body, options)
        case "settled":
            body.takes_context = True
            body.line("DEADLINE.settle(context)")
            return "task", options, "Whether others have ended the run: the task that had started it, or a newer run."
        case "ends":
            return _ends(step, body, options)
        case "return":
            return _return(body, options)
        case "outcome":
            return _outcome(body, options)
    assert_never(step.kind)


def _rule(step: Step) -> list[Option]:
    rule = step.rule or "all_done"
    return (
        [] if rule == "all_success" or not (step.waits or step.rule is None) else [Option("trigger_rule", string(rule))]
    )


# ------------------------------------------------------------------ what the user wrote


def _node(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    node = step.node
    doc = f"{node.doc.strip()}\n\nTags: {', '.join(node.tags)}".strip() if node.tags else node.doc
    write_action(node, body)
    options += [*_attempts(node, body), *_places(step, node, body), *_facts(node, body)]
    if isinstance(node.action, WaitApproval):
        body.imports.add(("dagkit.approvals", "asking"))
        return "asking", options, doc
    if isinstance(node.action, SENSORS):
        body.imports.add(("dagkit.waits", "FOREVER"))
        return "task.sensor", [*options, Option("mode", string("reschedule")), Option("timeout", "FOREVER")], doc
    return "task", options, doc


def _attempts(node: Node, body: Body) -> Iterable[Option]:
    retry = node.retry
    is_timed = body.dag.plan.is_stoppable and node.phase == "main"
    if is_timed:
        yield Option("pre_execute", "DEADLINE.begin")
    if retry.count:
        yield Option("retries", str(retry.count))
        yield from _pauses(retry, body, is_timed=is_timed)
    if node.timeout is not None and not isinstance(node.action, (*SENSORS, RunFlow)):
        yield Option("execution_timeout", body.write(delta(node.timeout)))


def _pauses(retry: Retry, body: Body, *, is_timed: bool) -> Iterable[Option]:
    """The pauses between attempts. `retry_delay` stands beside a policy too: after an attempt whose process has died
    none is asked, and Airflow's own pause is five minutes.
    """
    delay = min(retry.delay, retry.max) if retry.max is not None else retry.delay
    grows = retry.backoff != "constant" and retry.count > 1 and delay
    yield Option("retry_delay", body.write(delta(delay)))
    if not (grows or retry.jitter or retry.on or retry.never or is_timed):
        return
    given = [delta(retry.delay)] if retry.delay else []
    given += [Code(string(retry.backoff))] if grows else []
    named: dict[str, Code] = {}
    if retry.max is not None:
        named["at_most"] = delta(retry.max)
    if retry.jitter:
        named["jitter"] = Code("True")
    named |= {name: Code(literal(words)) for name, words in (("on", retry.on), ("never", retry.never)) if words}
    if is_timed:
        named["deadline"] = Code("DEADLINE")
    texts = [*(body.write(code) for code in given), *(f"{name}={body.write(code)}" for name, code in named.items())]
    yield Option("retry_policy", body.use(support("Backoff", *map(Code, texts))).text)


def _places(step: Step, node: Node, body: Body) -> Iterable[Option]:
    if node.pool:
        yield Option("pool", string(node.pool.name))
        if node.pool.slots != 1:
            yield Option("pool_slots", str(node.pool.slots))
    elif isinstance(node.lock, Lit):
        yield Option("pool", string(lock_pool(str(node.lock.value))))
    if node.priority:
        yield Option("priority_weight", str(node.priority))
    limits = [limit for loop in step.path if (limit := body.dag.graph.loop(loop).limit) is not None]
    if limits and not isinstance(node.action, Check | Fail):
        yield Option("max_active_tis_per_dagrun", str(min(limits)))
    asked = node.resources
    named: dict[str, object] = {"cpu": asked.cpu, "memory": asked.memory, "gpu": asked.gpu, "gpu_kind": asked.gpu_kind}
    named["labels"] = dict(asked.labels) or None
    image = said(node.overrides, "airflow", "image")
    if image is None and any(value is not None for value in named.values()):
        image = said(body.dag.graph.overrides, "airflow", "image")  # what the DAG says of it is not added to this
    named["image"] = image
    if given := ", ".join(f"{name}={literal(value)}" for name, value in named.items() if value is not None):
        yield Option("executor_config", body.use(support("resources", Code(given))).text)


def _facts(node: Node, body: Body) -> Iterable[Option]:
    if node.owner:
        yield Option("owner", string(node.owner))
    awaited = (node.action.asset,) if isinstance(node.action, WaitAsset) else ()
    for name, assets in (
        ("inlets", (*node.reads, *awaited)),
        ("outlets", tuple(dict.fromkeys(w.asset for w in node.writes))),
    ):
        if assets:
            body.imports.add(("airflow.sdk", "Asset"))
            yield Option(name, f"[{', '.join(_asset(asset, body) for asset in assets)}]")
    for word in ("executor", "queue"):
        if (value := said(node.overrides, "airflow", word)) is not None:
            yield Option(word, string(value))


def _asset(name: str, body: Body) -> str:
    """An asset by its name, with what it is of."""
    known = body.dag.graph.find_asset(name)
    if known is None or known.locator is None:
        return f"Asset({string(name)})"
    told = {"connection": known.connection, "name": known.locator} if known.connection else {"path": known.locator}
    return f"Asset({string(name)}, extra={literal(told)})"


# ------------------------------------------------------------------ decisions, loops


def _decision(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    decision = step.thing
    assert isinstance(decision, Decision)
    look(step, body)
    arms: dict[int, list[str]] = {}
    for each in body.dag.plan.guarded.get(step, ()):
        number = next(wait.arm for wait in each.waits if wait.role == "arm" and wait.seen[0].step is step)
        arms.setdefault(number, []).append(each.id)
    subject = body.subject(decision)
    if _is_short(decision, step, arms):
        (condition_,) = decision.arms[0]
        body.line(f"return {body.use(source(condition_, body)).text}")
        # only what follows directly is skipped: what comes after that has a say of its own
        options.append(Option("ignore_downstream_trigger_rules", "False"))
        return "task.short_circuit", options, ""
    for number, arm in enumerate(decision.arms):
        condition = body.use(holds(decision.subject, arm, body, subject_code=subject))
        chosen = _chosen(step, number, arms)
        if condition.text == "True":
            body.line(f"return {chosen}")
            break
        body.line(f"if {condition.text}:")
        body.line(f"    return {chosen}")
    else:
        body.line(f"return {_chosen(step, len(decision.arms), arms)}")
    return "task.branch" if step.is_branch else "task", options, ""


def _is_short(decision: Decision, step: Step, arms: dict[int, list[str]]) -> bool:
    """Whether there is one condition, and nothing to do where it does not hold."""
    return step.is_branch and decision.subject is None and len(decision.arms) == 1 and list(arms) == [0]


def _chosen(step: Step, arm: int, arms: dict[int, list[str]]) -> str:
    """What a decision returns: the tasks to go on with, or where these look for themselves the arm's number."""
    if not step.is_branch:
        return str(arm)
    ids = arms.get(arm, [])
    is_single = all(len(each) == 1 for each in arms.values())
    return "None" if not ids else string(ids[0]) if is_single else literal(ids)


# ------------------------------------------------------------------ results


def _result(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    assert step.of is not None
    fallback = step.waits[1].seen[0].step
    assert fallback is not None
    runs = [each.id for each in (step.of, fallback) if gives_value_of_run(each)]
    named = {"runs": literal(runs)} if runs else {}
    body.line(f"return {body.helper('result_of', string(step.of.id), string(fallback.id), **named).text}")
    return "task", options, f"What `{step.of.node.name}` or else `{step.of.node.fallback}` gave."


# ------------------------------------------------------------------ the beginning and the ends


def _params(body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    graph = body.dag.graph
    asked = [param for param in graph.params if not is_told_by_schema(param, is_scheduled=is_timed(graph))]
    ranges: dict[str, Code | str] = {}
    for param in asked:
        is_ranged = param.low is not None or param.high is not None
        if is_ranged and family(param.type) not in NUMBERS:
            ends = [body.write(source(end, body)) if end is not None else "None" for end in (param.low, param.high)]
            ranges[param.name] = f"({', '.join(ends)})"
    given = [literal({param.name: spelled(param.type) for param in asked})] if asked else []
    if ranges:
        given.append("{" + ", ".join(f"{string(name)}: {text}" for name, text in ranges.items()) + "}")
    body.line(body.helper("verify_params", *given).text)
    return "task", options, "A run with a param that is unknown or does not fit starts nothing."


def _turn(body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    graph = body.dag.graph
    alone = Option("max_active_tis_per_dag", "1")
    if graph.overlap == "skip":
        body.line(f"return {body.helper('come_in', str(graph.max_runs)).text}")
        return "task.short_circuit", [*options, alone], "A run that comes while enough of them go on is dropped."
    body.line(f"return {body.helper('wait_for_turn', str(graph.max_runs)).text}")
    body.imports.add((f"{KIT}.waits", "FOREVER"))
    poll = [Option("poke_interval", "20"), Option("mode", string("reschedule")), Option("timeout", "FOREVER")]
    return "task.sensor", [*options, *poll, alone], "The run waits until there is a place; the oldest ends for it."


def _return(body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    graph = body.dag.graph
    assert graph.returns is not None and graph.output is not None
    value = body.use(source(graph.returns, body))
    body.line(f"return {body.use(support('to_xcom', value, Code(string(spelled(graph.output))))).text}")
    return "task", options, "What the flow returns."


def _ends(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    dag = body.dag
    phase: Phase = next(phase for phase, gate in dag.plan.ends.items() if gate is step)
    if dag.plan.door:
        body.line(body.helper("require", string(dag.plan.door.id)).text)
    if dag.plan.settled and phase != "finally":
        body.line(body.helper("unless_cancelled", string(dag.plan.settled.id)).text)
    colours = literal([each.id for each in dag.plan.main_colours()])
    match phase:
        case "failure":
            body.line(body.helper("due_after_failure", colours).text)
            doc = "Where a task has failed, what is to be done then."
        case "success":
            body.line(body.helper("due_after_success", colours).text)
            doc = "Where all went well, what is to be done then."
        case "late":
            lateness = body.helper("due_when_late", Code(dag.late_after(body))).text
            body.line(f"lateness = {lateness}" if "lateness" in dag.told_to(phase) else lateness)
            doc = "Where the run is late, what is to be done then."
        case _:
            doc = "What is done in any case, and last."
    told = dag.told_to(phase)
    if told & {"error", "failed_task"}:
        lateness_ = ["lateness=lateness"] if "lateness" in told else []
        body.line(f"return {failure_of_run(body, *lateness_)}")
    elif told:
        options.append(Option("multiple_outputs", "False"))
        body.line('return {"lateness": lateness}')
    return "task", options, doc


def _outcome(body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    ids = [string(each.id) for each in body.dag.plan.main_colours()]
    if body.dag.plan.params:
        ids.insert(0, string(body.dag.plan.params.id))
    body.line(body.helper("end_run", *ids).text)
    if body.dag.plan.settled:
        body.line(body.helper("fail_if_cancelled", string(body.dag.plan.settled.id)).text)
    return "task", options, "The run's end: failed if a task has failed that nothing covers."
