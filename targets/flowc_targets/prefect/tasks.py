"""The functions of a flow's file: of its tasks, with what Prefect is told of them, and of its choices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flowc.ir.actions import Check, Fail
from flowc.ir.expr import Lit
from flowc.ir.graph import Decision, Node, Retry
from flowc.target.code import Code, support
from flowc.target.literals import literal, string
from flowc.target.python import holds, text_form
from flowc.target.types import spelled
from flowc_targets.prefect.actions import write_action
from flowc_targets.prefect.assets import asset_key, written_asset
from flowc_targets.prefect.body import Body
from flowc_targets.prefect.flow import FlowWriter, task_name
from flowc_targets.prefect.model import Function
from flowc_targets.project.annotations import annotation

MOST_DELAYS = 50
"""Prefect takes no longer list of pauses."""


def task_function(node: Node, flow: FlowWriter) -> tuple[Function, Body]:
    """The function of a task."""
    body = Body(flow, node)
    write_action(node, body)
    around = _attempt(node, body)  # it may take more parameters: a lock's name
    returns = body.write(annotation(node.output)) if node.output is not None else "None"
    return Function(
        name=flow.functions[node.name],
        decorators=(_task(node, flow), around),
        parameters=body.signature(),
        returns=returns,
        doc=node.doc.strip(),
        comment=node.origin.place,
        body=tuple(body.lines),
    ), body


def _task(node: Node, flow: FlowWriter) -> str:
    """`@task(...)`; `@materialize(...)` for what writes assets."""
    name = task_name(flow.graph, node)
    options = [f"name={string(name)}"]
    if flow.is_plain:
        options.append(f"task_run_name={string(name.replace('{', '{{').replace('}', '}}'))}")
    tags = [*node.tags, *([f"owner:{node.owner}"] if node.owner else [])]
    options += [f"tags={literal(tags)}"] if tags else []
    options += _retries(node, flow)
    if node.output is not None:
        options.append('result_storage_key="{task_run.id}"')
    else:
        # with Prefect's own policy a second instance with equal arguments would not run
        options.append("cache_policy=NO_CACHE")
        flow.imports.add(("prefect.cache_policies", "NO_CACHE"))
    read = [string(asset_key(name, flow.graph)) for name in node.reads]
    options += [f"asset_deps=[{', '.join(read)}]"] if read else []
    written = [written_asset(name, flow.graph) for name in dict.fromkeys(w.asset for w in node.writes)]
    if written:
        flow.imports.update({("prefect.assets", "materialize")}, *(each.imports for each in written))
        return f"materialize({', '.join([*(each.text for each in written), *options])})"
    flow.imports.add(("prefect", "task"))
    return f"task({', '.join(options)})"


def _retries(node: Node, flow: FlowWriter) -> Iterator[str]:
    retry = node.retry
    if isinstance(node.action, (Check, Fail)) or not retry.count:
        return
    yield f"retries={retry.count}"
    pauses = delays(retry)
    if any(pauses):
        same = literal(pauses[0]) if len(set(pauses)) == 1 else literal(pauses)
        if retry.jitter:
            flow.imports.add(("flowkit.retries", "jittered"))
            most = f", {literal(_seconds(retry.max))}" if retry.max is not None else ""
            yield f"retry_delay_seconds=jittered({literal(pauses)}{most})"
        else:
            yield f"retry_delay_seconds={same}"
    if retry.on or retry.never or flow.is_stoppable:
        flow.imports.add(("flowkit.retries", "retry_if"))
        named = [f"{name}={literal(said)}" for name, said in (("on", retry.on), ("never", retry.never)) if said]
        yield f"retry_condition_fn=retry_if({', '.join(named)})"


def delays(retry: Retry) -> list[float | int]:
    """The pauses before each further attempt, in seconds, without jitter."""
    found: list[float | int] = []
    for further in range(1, min(retry.count, MOST_DELAYS) + 1):
        factor = {"constant": 1, "linear": further, "exponential": 2 ** (further - 1)}[retry.backoff]
        seconds = retry.delay.total_seconds() * factor
        if retry.max is not None and not retry.jitter:
            seconds = min(seconds, retry.max.total_seconds())
        found.append(_whole(min(seconds, 10**9)))
    return found


def _seconds(value: timedelta) -> float | int:
    return _whole(value.total_seconds())


def _whole(seconds: float) -> float | int:
    return int(seconds) if seconds == int(seconds) else seconds


def _attempt(node: Node, body: Body) -> str:
    """`@attempt("path", pool="warehouse")`."""
    given = [Code(string(spelled(node.output)))] if node.output is not None else []
    if node.pool:
        given.append(Code(f"pool={string(node.pool.name)}"))
        given += [Code(f"slots={node.pool.slots}")] if node.pool.slots != 1 else []
    if node.lock is not None:
        name = body.use(text_form(node.lock, body))
        is_constant = isinstance(node.lock, Lit)
        parameters = ", ".join(body.parameters)
        given.append(Code(f"lock={name.text}" if is_constant else f"lock=lambda {parameters}: {name.text}"))
    if node.priority and (node.pool or node.lock is not None):
        given.append(Code(f"priority={node.priority}"))
    return body.use(support("attempt", *given)).text


def choice_function(decision: Decision, flow: FlowWriter) -> tuple[Function, Body]:
    """The function that gives the number of the arm that is chosen."""
    body = Body(flow, decision)
    subject = body.subject(decision)
    for number, arm in enumerate(decision.arms):
        condition = body.use(holds(decision.subject, arm, body, subject_code=subject))
        if condition.text == "True":
            body.line(f"return {number}")
            break
        body.line(f"if {condition.text}:")
        body.line(f"    return {number}")
    else:
        body.line(f"return {len(decision.arms)}")
    name = flow.give(f"arm_of_{decision.name}")
    doc = "Which arm is chosen."
    return Function(name, (), body.signature(), "int", doc, decision.origin.place, tuple(body.lines)), body
