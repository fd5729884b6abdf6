"""What a task does, as the runtime's action."""

from __future__ import annotations

from collections.abc import Iterable

from flowc.ir import actions as ir
from flowc.ir.expr import Expr
from flowc.ir.graph import Graph, Node
from flowc.ir.types import Table
from flowc.target.code import ATOM, Code, compose
from flowc.target.literals import imports_of, literal, string
from flowc.target.python import source
from flowc_targets.native.expressions import (
    code,
    function,
    is_constant,
    lambda_of,
    leaves,
    script,
    statement,
    url,
    view_name,
    words,
)
from flowc_targets.native.model import Make, Value


def action(node: Node, graph: Graph) -> Make:
    """The call that makes the action of a node."""
    match node.action:
        case ir.Python(module=module, function=name, args=args):
            return Make("Python", (Code(string(f"{module}:{name}")), *_arguments(args, graph)))
        case ir.Shell(script=text):
            return Make("Shell", (script(text, graph),))
        case ir.Sql():
            return _sql(node.action, graph, _table(node, graph))
        case ir.Http():
            return _http(node.action, graph)
        case ir.WaitFile(path=path, poll=poll):
            return Make("WaitFile", (_path(path, graph), constant(poll)))
        case ir.WaitTime(until=until, poll=poll):
            return Make("WaitTime", (function(until, graph), constant(poll)))
        case ir.WaitUntil(look=look, poll=poll):
            asked = _http(look, graph) if isinstance(look, ir.Http) else _sql(look, graph)
            return Make("WaitUntil", (asked, constant(poll)))
        case ir.WaitAsset(asset=asset, by_partition=by_partition, poll=poll):
            own = (("by_partition", constant(True)),) if by_partition else ()
            return Make("WaitAsset", (Code(string(asset)),), (*own, ("poll", constant(poll))))
        case ir.WaitApproval(text=text, by=by, poll=poll):
            asked = (("by", function(by, graph)),) if by is not None else ()
            return Make("WaitApproval", (words(text, graph),), (*asked, ("poll", constant(poll))))
        case ir.Email(connection=connection, to=to, subject=subject, text=text):
            parts = (words(part, graph) for part in (to, subject, text))
            return Make("Email", (Code(string(connection)), *parts))
        case ir.RunFlow(flow=name, args=args, is_part=is_part):
            own = (("is_part", constant(True)),) if is_part else ()
            return Make("RunFlow", (Code(string(name)), *_arguments(args, graph)), own)
        case ir.OfPart(flow=part, task=task):
            return Make("OfPart", (Code(string(part)), Code(string(task))))
        case ir.Check(condition=condition, text=text, verdict=verdict):
            said = (("text", words(text, graph)),) if text is not None else ()
            how = (("verdict", constant(verdict)),) if verdict != "fail" else ()
            return Make("Check", (function(condition, graph),), said + how)
        case ir.Fail(text=text):
            return Make("Fail", (words(text, graph),))
        case ir.Unbuilt(kind=kind):
            raise AssertionError(f"{kind} is refused before it is lowered")


def constant(value: object) -> Code:
    """A constant of the project."""
    return Code(literal(value), imports=imports_of(value))


def _arguments(args: tuple[ir.Arg, ...], graph: Graph) -> Iterable[Value]:
    """`lambda v: call(a, day=b)`; nothing where there are no arguments."""
    if not args:
        return ()
    exprs = tuple(arg.value for arg in args)
    seen = leaves(graph, *exprs)
    codes = [source(expr, seen) for expr in exprs]
    texts = [f"{arg.name}={code.text}" if arg.name else code.text for arg, code in zip(args, codes, strict=True)]
    called = compose(f"call({', '.join(texts)})", ATOM, codes, support="call")
    return (lambda_of(called, view_name(*exprs)),)


def _sql(asked: ir.Sql, graph: Graph, named: tuple[tuple[str, Value], ...] = ()) -> Make:
    return Make("Sql", (Code(string(asked.connection)), statement(asked.statement, graph)), named)


def _http(request: ir.Http, graph: Graph) -> Make:
    named: list[tuple[str, Value]] = []
    if request.connection:
        named.append(("connection", constant(request.connection)))
    for name in ("headers", "params", "json", "body"):
        part: Expr | None = getattr(request, name)
        if part is not None:
            named.append((name, function(part, graph)))
    address = (url(request.url, graph),) if request.url.parts else ()
    return Make("Http", (constant(request.method), *address), tuple(named))


def _table(node: Node, graph: Graph) -> tuple[tuple[str, Value], ...]:
    """The handle that a statement gives whose value is the table that it writes."""
    if not isinstance(node.output, Table) or not node.writes:
        return ()
    asset = graph.asset(node.writes[0].asset)
    return (("table", constant(f"@{asset.connection}/{asset.locator or asset.name}")),)


def _path(path: Expr, graph: Graph) -> Code:
    if is_constant(path):
        value = getattr(path, "value", None)
        if isinstance(value, str):
            return Code(string(value))
    return lambda_of(code(path, graph), view_name(path))
