"""What a task does, as the lines of its op."""

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
from flowc_targets.dagster.assets import asset_key
from flowc_targets.dagster.body import Body
from flowc_targets.dagster.deaths import may_die
from flowc_targets.dagster.names import field
from flowc_targets.dagster.options import is_queued
from flowc_targets.project import calls
from flowc_targets.project.connections import reads_secrets
from flowc_targets.project.leaves import delta, is_plain_json, negated


def write_action(node: Node, body: Body) -> None:
    """The lines of a task's function."""
    start = len(body.lines)
    _write(node, body)
    _tell_of_assets(node, body)
    if node.env:
        inside = [f"    {line}" for line in body.lines[start:]]
        body.lines[start:] = [
            f"with {body.use(support('variables', Code(calls.variables(node, body)))).text}:",
            *inside,
        ]


def _tell_of_assets(node: Node, body: Body) -> None:
    """When all is done, which assets have been written."""
    assets = tuple(dict.fromkeys(write.asset for write in node.writes))
    if not assets:
        return
    last = body.lines[-1]
    if last.startswith("return "):
        value = last.removeprefix("return ")
        if node.output is not None and not _is_known_to_fit(node, body):
            value = body.helper("fitting", value, string(spelled(node.output)))
        body.lines[-1] = f"value = {value}"
    in_part = partitions_written(node, body.graph)
    for name in assets:
        own = f", partition={body.write(text_form(own_partition(body.graph), body))}" if name in in_part else ""
        body.line(f"{body.context()}.log_event(dg.AssetMaterialization({asset_key(name)}{own}))")
    if last.startswith("return "):
        body.line("return value")


def _is_known_to_fit(node: Node, body: Body) -> bool:
    """Whether nothing that `guarded` finds in the value can make a failure of the attempt."""
    if body.job.plan.is_plain:
        return True
    is_conformed = not isinstance(node.action, ir.Python) or _is_apart(node, body)
    return is_conformed and not reads_secrets(node, body.graph)


def _is_apart(node: Node, body: Body) -> bool:
    """What a timeout has to be able to stop, or others outlive, runs in a process of its own."""
    return _time(node, body) is not None or (may_die(node) and body.job.is_outlived(body.step))


def _write(node: Node, body: Body) -> None:
    match node.action:
        case ir.Python(module=module, function=function, args=args):
            given = [calls.argument(arg, body) for arg in args]
            _call(node, body, body.user_function(module, function), given, is_ours=False)
        case ir.Shell(script=text):
            given = [body.write(script(text, body)), *calls.output(node), *_place(node, body)]
            _call(node, body, f"{body.module('shell')}.run", given)
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
        case ir.RunFlow(flow=flow, args=args):
            started = _start(flow, args, _time(node, body), body)
            body.line(f"return {started}" if node.output else started)
        case ir.WaitFile(path=path, poll=poll):
            pattern = body.write(source(path, body))
            called = body.helper("wait_for_file", pattern, poll=delta(poll), **_limit(node, body))
            body.line(f"return {called}" if node.output else called)
        case ir.WaitTime(until=until):
            zone = {"zone": Code(string(body.job.graph.zone))} if body.job.graph.zone != "UTC" else {}
            moment = source(until, body)
            body.line(body.helper("wait_until", body.context(), moment, **zone, **_limit(node, body)))
        case ir.WaitUntil(look=look, poll=poll):
            function, given = calls.look(look, body)
            asked = f"lambda: {function}({', '.join(given)})"
            body.line(body.helper("wait_for", asked, poll=delta(poll), **_limit(node, body)))
        case ir.WaitAsset(asset=asset, by_partition=by_partition, poll=poll):
            named = {"partition": source(own_partition(body.graph), body)} if by_partition else {}
            named |= {"poll": delta(poll), **_limit(node, body)}
            body.line(body.helper("wait_for_asset", body.context(), asset_key(asset), **named))
        case ir.WaitApproval(text=text, by=by, poll=poll):
            asked = {"by": source(by, body)} if by is not None else {}
            index = {"index": f"{body.element()}.index"} if body.step.path else {}
            given = [body.context(), calls.words(text, body)]
            named = {**asked, **index, "poll": delta(poll), **_limit(node, body)}
            body.line(body.helper("wait_for_approval", *given, **named))
        case ir.Check(condition=condition, text=text, verdict=verdict):
            _check(node, condition, text, verdict, body)
        case ir.Fail(text=text):
            _fail(calls.words(text, body), body)
        case ir.OfPart():
            raise AssertionError("parts are refused before they are lowered")
        case ir.Unbuilt(kind=kind):
            raise AssertionError(f"{kind} is refused before it is lowered")
        case _:
            assert_never(node.action)


def _call(node: Node, body: Body, function: str, given: list[str], *, is_ours: bool = True) -> None:
    """The call of what does it."""
    kind = Code(string(spelled(node.output))) if node.output is not None else None
    if _is_apart(node, body):
        called = body.helper("apart", _time(node, body) or "None", kind or "None", function, *given)
    else:
        called = f"{function}({', '.join(given)})"
        if kind and body.job.plan.is_plain and not is_ours:
            called = body.helper("conform", called, kind)
    if node.cache:
        called = body.helper("kept", *calls.kept(node, body, called))
    body.line(f"return {called}" if kind else called)


def _time(node: Node, body: Body) -> Code | str | None:
    """How long an attempt may take."""
    own = delta(node.timeout) if node.timeout is not None else None
    if not body.job.is_timed(node):
        return own
    return f"DEADLINE.begin({', '.join([body.context(), *([body.write(own)] if own else [])])})"


def _limit(node: Node, body: Body) -> dict[str, Code | str]:
    limit = _time(node, body)
    return {"timeout": limit} if limit is not None else {}


def _place(node: Node, body: Body) -> list[str]:
    """Where the file of an output that is a path is made."""
    if not calls.is_path(node.output):
        return []
    index = [f"{body.element()}.index"] if body.step.path else []
    return [f"out={body.helper('place_for', body.context(), string(node.name), *index)}"]


def _start(flow: str, args: tuple[ir.Arg, ...], within: Code | str | None, body: Body) -> str:
    """Run another job with the arguments as its params."""
    child = body.job.flow(flow)
    types = {param.name: param.type for param in child.params}
    entries: list[str] = []
    for arg, position in zip(args, child.params, strict=False):
        name = arg.name or position.name
        value = source(arg.value, body)
        if not is_plain_json(types[name]):
            value = body.use(support("to_config", value, Code(string(spelled(types[name])))))
        entries.append(f"{string(field(name))}: {body.write(value)}")
    job = body.job.import_job(flow, body)
    named: dict[str, Code | str] = {"within": within} if within is not None else {}
    named |= {"returns": string(body.job.returns_of(flow))} if child.returns is not None else {}
    named |= {"max_runs": str(child.max_runs)} if is_queued(child) else {}
    return body.helper("run_flow", body.context(), job, f"{{{', '.join(entries)}}}", **named)


def _check(node: Node, condition: Expr, text: Expr | None, verdict: str, body: Body) -> None:
    body.line(f"if {body.write(source(negated(condition), body))}:")
    said = calls.said(node, text, body)
    match verdict:
        case "skip":
            body.line(f"    raise {body.helper('OwnSkip', said)}")
        case "warn":
            body.line(f"    {body.context()}.log.warning({said})")
        case _:
            _fail(said, body, margin="    ")


def _fail(said: str, body: Body, margin: str = "") -> None:
    if body.job.plan.is_plain:
        body.line(f"{margin}raise dg.Failure({said}, allow_retries=False)")
    else:
        body.line(f"{margin}raise {body.helper('Verdict', said)}")
