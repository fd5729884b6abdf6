"""What a task does, as the lines of its function."""

from __future__ import annotations

from typing import assert_never

from flowc.ir import actions as ir
from flowc.ir.expr import Expr
from flowc.ir.graph import Node
from flowc.ir.partitions import own_partition, partitions_written
from flowc.target.code import Code, support
from flowc.target.holes import script, statement
from flowc.target.literals import string
from flowc.target.python import source, text_form
from flowc.target.types import spelled
from flowc_targets.prefect.assets import asset_key
from flowc_targets.prefect.body import Body
from flowc_targets.prefect.flow import flow_name, task_name
from flowc_targets.prefect.names import param_name
from flowc_targets.project import calls
from flowc_targets.project.leaves import delta, negated


def write_action(node: Node, body: Body) -> None:
    """The lines of a task's function."""
    for asset in partitions_written(node, body.flow.graph):
        key = Code(string(asset_key(asset, body.flow.graph)))
        partition = source(own_partition(body.flow.graph), body)
        body.line(body.use(support("note_partition", *map(body.use, (key, partition)))).text)
    match node.action:
        case ir.Python(module=module, function=function, args=args):
            called = body.flow.user_function(module, function)
            _call(node, body, called, [calls.argument(arg, body) for arg in args])
        case ir.Shell(script=text):
            given = [body.write(script(text, body)), *calls.output(node), *_place(node, body)]
            log = [] if _is_apart(node, body) else [f"log={body.use(support('logged')).text}"]
            _call(node, body, f"{body.module('shell')}.run", [*given, *log])
        case ir.Sql(connection=connection, statement=text):
            given = [body.connected(connection).text, body.write(statement(text, body)), *calls.output(node)]
            given += [*calls.table(node, body), *_place(node, body)]
            _call(node, body, f"{body.module('sql')}.run", given)
        case ir.Http():
            given = calls.request(node, node.action, body, _place(node, body))
            _call(node, body, f"{body.module('http')}.request", given)
        case ir.Email(connection=connection, to=to, subject=subject, text=text):
            given = [body.connected(connection).text, *(calls.words(part, body) for part in (to, subject, text))]
            _call(node, body, f"{body.module('mail')}.send", given)
        case ir.RunFlow(flow=flow, args=args, is_part=is_part):
            _run_flow(node, flow, args, body, is_part=is_part)
        case ir.OfPart(flow=flow, task=task):
            other = body.flow.program.graph(flow)
            names = flow_name(other), task_name(other, other.node(task))
            found = body.use(support("of_part", *(Code(string(name)) for name in names))).text
            body.line(f"return {found}" if node.output is not None else found)
        case ir.WaitFile(path=path, poll=poll):
            _wait(node, body, "wait_for_file", [source(path, body), _named("poll", delta(poll))])
        case ir.WaitTime(until=until):
            zone = body.flow.graph.zone
            named = [_named("zone", Code(string(zone)))] if zone != "UTC" else []
            _wait(node, body, "wait_until", [source(until, body), *named])
        case ir.WaitUntil(look=look, poll=poll):
            function, given = calls.look(look, body)
            if isinstance(look, ir.Sql) and body.flow.graph.connection(look.connection).kind == "duckdb":
                way = body.use(support("apart", Code(string("bool")))).text
                function, given = way, [function, *given]
            asked = Code(f"lambda: {function}({', '.join(given)})", 0)
            _wait(node, body, "wait_for", [asked, _named("poll", delta(poll))])
        case ir.WaitAsset(asset=asset, by_partition=by_partition, poll=poll):
            key = Code(string(asset_key(asset, body.flow.graph)))
            own = [_named("partition", source(own_partition(body.flow.graph), body))] if by_partition else []
            _wait(node, body, "wait_for_asset", [key, *own, _named("poll", delta(poll))])
        case ir.WaitApproval(text=text, by=by, poll=poll):
            asked = [_named("by", source(by, body))] if by is not None else []
            given = [Code(calls.words(text, body)), *asked, _named("poll", delta(poll))]
            _wait(node, body, "wait_for_approval", given)
        case ir.Check(condition=condition, text=text, verdict=verdict):
            _check(node, condition, text, verdict, body)
        case ir.Fail(text=text):
            body.line(f"raise {body.use(support('TaskFailure', Code(calls.words(text, body)))).text}")
        case ir.Unbuilt(kind=kind):
            raise AssertionError(f"{kind} is refused before it is lowered")
        case _:
            assert_never(node.action)


def _call(node: Node, body: Body, function: str, given: list[str]) -> None:
    """The call; what has to be stopped, or has an environment of its own, runs in a process of its own."""
    called = f"{function}({', '.join(given)})"
    if _is_apart(node, body):
        called = f"{_apart(node, body)}({', '.join([function, *given])})"
    if node.cache:
        called = body.use(support("kept", *map(Code, calls.kept(node, body, called)))).text
    body.line(f"return {called}" if node.output is not None else called)


def _apart(node: Node, body: Body) -> str:
    """What calls a function in a process of its own."""
    named = [Code(string(spelled(node.output)))] if node.output is not None else []
    named += [_named("timeout", delta(node.timeout))] if node.timeout is not None else []
    if node.env:
        pairs = ", ".join(f"{string(name)}: {body.write(text_form(value, body))}" for name, value in node.env)
        named.append(Code(f"env={{{pairs}}}"))
    return body.use(support("apart", *named)).text


def _is_apart(node: Node, body: Body) -> bool:
    """Whether the call has a process of its own.

    Where a timeout, a deadline or a parent's end has to be able to stop all that the task starts; where it has an
    environment; the user's code, which may end its process (a crash, too little memory), and in a thread of the flow
    run would end the whole run with it; and DuckDB, which opens a file only once in a process.
    """
    if node.env or node.timeout is not None or (body.flow.is_stoppable and node.phase == "main"):
        return True
    if isinstance(node.action, ir.Sql):
        return body.flow.graph.connection(node.action.connection).kind == "duckdb"
    return isinstance(node.action, ir.Python) and node.action.module != "builtins"


def _named(name: str, value: Code) -> Code:
    return Code(f"{name}={value.text}", imports=value.imports, support=value.support)


def _place(node: Node, body: Body) -> list[str]:
    """Where the file of an output that is a path is made."""
    if not calls.is_path(node.output):
        return []
    return [f"out={body.use(support('place_for', Code(string(node.name)))).text}"]


def _run_flow(node: Node, flow: str, args: tuple[ir.Arg, ...], body: Body, *, is_part: bool) -> None:
    child = body.flow.program.graph(flow)
    given = [
        f"{param_name(arg.name or position.name)}={body.write(source(arg.value, body))}"
        for arg, position in zip(args, child.params, strict=False)
    ]
    named = [_named("timeout", delta(node.timeout))] if node.timeout is not None else []
    if is_part:
        named.append(Code("is_part=True"))
    elif child.max_runs is not None:
        named.append(Code(f"max_runs={child.max_runs}"))
        named += [Code("drops=True")] if child.overlap == "skip" else []
    way = body.use(support("run_flow", Code(body.flow.other_flow(flow)), *named)).text
    body.line(f"{'return ' if node.output is not None else ''}{way}({', '.join(given)})")


def _wait(node: Node, body: Body, function: str, given: list[Code]) -> None:
    named = [_named("timeout", delta(node.timeout))] if node.timeout is not None else []
    called = body.use(support(function, *map(body.use, [*given, *named]))).text
    body.line(f"return {called}" if node.output is not None else called)


def _check(node: Node, condition: Expr, text: Expr | None, verdict: str, body: Body) -> None:
    body.line(f"if {body.write(source(negated(condition), body))}:")
    said = calls.said(node, text, body)
    match verdict:
        case "skip":
            body.line(f"    raise {body.use(support('Skip', Code(said))).text}")
        case "warn":
            body.flow.imports.add(("prefect", "get_run_logger"))
            body.line(f"    get_run_logger().warning({said})")
        case _:
            body.line(f"    raise {body.use(support('TaskFailure', Code(said))).text}")
