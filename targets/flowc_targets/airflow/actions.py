"""What a task does, as the lines of its function."""

from __future__ import annotations

from typing import assert_never

from flowc.ir import actions as ir
from flowc.ir.expr import Expr
from flowc.ir.graph import Node
from flowc.ir.partitions import own_partition, partitions_written
from flowc.ir.types import Scalar
from flowc.target.code import Code, support
from flowc.target.holes import script, statement
from flowc.target.literals import string
from flowc.target.python import source, text_form
from flowc.target.types import spelled
from flowc_targets.airflow.body import Body
from flowc_targets.airflow.ids import returns_of
from flowc_targets.project import calls
from flowc_targets.project.connections import reads_secrets
from flowc_targets.project.leaves import delta, is_plain_json, negated

SENSORS = (ir.WaitFile, ir.WaitTime, ir.WaitUntil, ir.WaitAsset, ir.WaitApproval)
_TEXTLESS = (Scalar("int"), Scalar("bool"), Scalar("float"))


def write_action(node: Node, body: Body) -> None:
    """The lines of a task's function."""
    if node.env:
        body.line(body.use(support("set_env", Code(calls.variables(node, body)))).text)
    for asset in partitions_written(node, body.dag.graph):
        partition = body.write(text_form(own_partition(body.dag.graph), body))
        body.line(f'context["outlet_events"][Asset({string(asset)})].extra = {{"partition": {partition}}}')
    match node.action:
        case ir.Python(module=module, function=function, args=args):
            given = [calls.argument(arg, body) for arg in args]
            called = body.user_function(module, function)
            _call(node, body, called, given, is_apart=_is_apart(node, body))
        case ir.Shell(script=text):
            given = [body.write(script(text, body)), *calls.output(node), *_place(node, body)]
            _call(node, body, f"{body.module('shell')}.run", given, is_apart=_is_watched(node, body))
        case ir.Sql(connection=connection, statement=text):
            given = [body.connected(connection).text, body.write(statement(text, body)), *calls.output(node)]
            given += [*calls.table(node, body), *_place(node, body)]
            _call(node, body, f"{body.module('sql')}.run", given, is_apart=_is_apart(node, body))
        case ir.Http():
            given = calls.request(node, node.action, body, _place(node, body))
            _call(node, body, f"{body.module('http')}.request", given, is_apart=_is_watched(node, body))
        case ir.Email(connection=connection, to=to, subject=subject, text=text):
            given = [body.connected(connection).text, *(calls.words(part, body) for part in (to, subject, text))]
            _call(node, body, f"{body.module('mail')}.send", given, is_apart=_is_watched(node, body))
        case ir.RunFlow(flow=flow, args=args, is_part=is_part):
            body.line(_start(node, flow, args, body, is_part=is_part))
        case ir.OfPart(flow=flow, task=task):
            id_, is_run = body.dag.parts.of(flow, task)
            own: dict[str, Code | str] = {"is_run": "True"} if is_run else {}
            found = body.helper("of_part", string(body.dag.dag_id(flow)), string(id_), **own).text
            body.line(f"return {found}" if node.output is not None else found)
        case ir.WaitFile(path=path, poll=poll):
            pattern = body.write(source(path, body))
            named = {"poll": delta(poll), "output": Code(string(spelled(node.output))) if node.output else None}
            body.line(f"return {_wait('wait_for_file', Code(pattern), node, body, named).text}")
        case ir.WaitTime(until=until):
            moment = source(until, body)
            zone = Code(string(body.dag.graph.zone)) if body.dag.graph.zone != "UTC" else None
            body.line(f"return {_wait('wait_until', moment, node, body, {'zone': zone}).text}")
        case ir.WaitUntil(look=look, poll=poll):
            function, given = calls.look(look, body)
            asked = Code(f"lambda: {function}({', '.join(given)})", 0)
            body.line(f"return {_wait('wait_for', asked, node, body, {'poll': delta(poll)}).text}")
        case ir.WaitAsset(asset=asset, by_partition=by_partition, poll=poll):
            body.imports.add(("airflow.sdk", "Asset"))
            partition = source(own_partition(body.dag.graph), body) if by_partition else None
            named = {"partition": partition, "poll": delta(poll)}
            body.line(f"return {_wait('wait_for_asset', Code(f'Asset({string(asset)})'), node, body, named).text}")
        case ir.WaitApproval(text=text, by=by):
            given = [Code(calls.words(text, body)), *([_named("by", source(by, body))] if by is not None else [])]
            given += [_named("timeout", delta(node.timeout))] if node.timeout is not None else []
            given += [Code("deadline=DEADLINE")] if body.dag.graph.deadline is not None and node.phase == "main" else []
            body.line(f"return {body.use(support('Question', *map(body.use, given))).text}")
        case ir.Check(condition=condition, text=text, verdict=verdict):
            _check(node, condition, text, verdict, body)
        case ir.Fail(text=text):
            body.line(f"raise {_failing(calls.words(text, body), body)}")
        case ir.Unbuilt(kind=kind):
            raise AssertionError(f"{kind} is refused before it is lowered")
        case _:
            assert_never(node.action)


def _call(node: Node, body: Body, function: str, given: list[str], *, is_apart: bool = False) -> None:
    """The call, its value as an XCom holds it; what a timeout has to be able to stop runs in a process of its own."""
    kind = Code(string(spelled(node.output))) if node.output is not None else None
    if is_apart:
        given_ = map(Code, (function, *given))
        called = support("apart", kind, *given_) if kind else support("run_apart", *given_)
    else:
        called = Code(f"{function}({', '.join(given)})")
        # what a script has printed has been read as its type
        if kind and not (isinstance(node.action, ir.Shell) and node.output and is_plain_json(node.output)):
            called = support("to_xcom", called, kind)
    if kind and node.output not in _TEXTLESS and reads_secrets(node, body.dag.graph):
        called = support("without_secrets", called)
    if node.cache:
        called = support("kept", *map(Code, calls.kept(node, body, body.write(called))))
    body.line(f"return {body.write(called)}" if kind else body.write(called))


def _is_apart(node: Node, body: Body) -> bool:
    """Whether a timeout, a deadline or a newer run has to be able to stop all that the task starts."""
    return node.timeout is not None or _is_timed(node, body)


def _is_timed(node: Node, body: Body) -> bool:
    return body.dag.plan.is_stoppable and node.phase == "main"


def _is_watched(node: Node, body: Body) -> bool:
    """Whether somebody has to look meanwhile whether the run has to end: for no clock of ours tells."""
    return body.dag.plan.is_cancelled_by_others and node.phase == "main"


def _place(node: Node, body: Body) -> list[str]:
    """Where the file of an output that is a path is made."""
    return [f"out={body.helper('place_for', string(node.name)).text}"] if calls.is_path(node.output) else []


def _start(node: Node, flow: str, args: tuple[ir.Arg, ...], body: Body, *, is_part: bool) -> str:
    """Start another DAG with the arguments as its conf."""
    child = body.dag.flow(flow)
    types = {param.name: param.type for param in child.params}
    entries: list[str] = []
    for arg, position in zip(args, child.params, strict=False):
        name = arg.name or position.name
        value = source(arg.value, body)
        value = value if is_plain_json(types[name]) else support("to_xcom", value, Code(string(spelled(types[name]))))
        entries.append(f"{string(name)}: {body.write(value)}")
    given: list[Code | str] = [string(body.dag.dag_id(flow)), Code(f"{{{', '.join(entries)}}}")]
    if is_part:
        timed: dict[str, Code | str] = {"deadline": Code("DEADLINE")} if _is_timed(node, body) else {}
        return body.helper("start_part", *given, **timed).text
    named: dict[str, Code | str] = {"result": string(returns)} if (returns := returns_of(child)) else {}
    named |= {"timeout": delta(node.timeout)} if node.timeout is not None else {}
    named |= {"deadline": Code("DEADLINE")} if _is_timed(node, body) else {}
    named |= {"max_runs": str(child.max_runs)} if child.overlap == "skip" else {}
    return body.helper("start_flow", *given, **named).text


def _wait(function: str, what: Code, node: Node, body: Body, named: dict[str, Code | None]) -> Code:
    timeout = {"timeout": delta(node.timeout)} if node.timeout is not None else {}
    if _is_timed(node, body):
        timeout["deadline"] = Code("DEADLINE")
    given = {name: value for name, value in named.items() if value is not None}
    return body.helper(function, what, **given, **timeout)


def _named(name: str, value: Code) -> Code:
    return Code(f"{name}={value.text}", imports=value.imports, support=value.support)


def _check(node: Node, condition: Expr, text: Expr | None, verdict: str, body: Body) -> None:
    body.line(f"if {body.write(source(negated(condition), body))}:")
    said = calls.said(node, text, body)
    match verdict:
        case "skip":
            body.line(f"    {body.helper('skip_what_follows', said).text}")
        case "warn":
            body.imports.add(("logging", ""))
            body.line(f"    logging.getLogger(__name__).warning({said})")
        case _:
            body.line(f"    raise {_failing(said, body)}")


def _failing(said: str, body: Body) -> str:
    """What a task raises that fails and is not to be retried."""
    return body.use(support("AirflowFailException", Code(said))).text
