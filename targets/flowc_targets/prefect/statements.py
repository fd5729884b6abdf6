"""The lines of a flow function: what is submitted, in which arms and loops, and how the run ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time, timedelta

from flowc.ir.expr import Expr, Output
from flowc.ir.graph import AnyFailed, AnyOf, Decision, Graph, InArm, InLoop, Loop, Need, Node
from flowc.ir.graph import Awaits as Awaited
from flowc.target.code import Code, needing
from flowc.target.literals import literal, string
from flowc.target.python import holds, source
from flowc.target.types import spelled
from flowc_targets.prefect.body import Body
from flowc_targets.prefect.flow import FlowWriter, Thing, upstreams
from flowc_targets.prefect.model import Function, Line

Written = Mapping[str, tuple[Function, Body]]
"""The functions of tasks and choices, by their names in the graph."""

_HANDLERS = {"failure": "on_failure", "success": "on_success", "late": "when_late", "finally": "at_the_end"}


def lines(flow: FlowWriter, written: Written) -> list[Line]:
    """All lines of the flow function."""
    if flow.is_plain:
        return _plain(flow, written)
    things = flow.in_order()
    said = [(thing, _statement(thing, flow, written), tuple(_around(thing, flow))) for thing in things]
    ending = _end(flow)
    flow.imports.add(("flowkit.run", "Run"))
    found = [Line(f"run = Run({_options(flow)})")]
    for thing, text, around in said:
        variable = flow.variable_of(thing)
        text = f"{variable} = {text}" if variable in flow.used else text
        found.append(Line(text, around, "" if isinstance(thing, Node) else thing.origin.place))
    return [*found, Line(f"return {ending}")]


def _plain(flow: FlowWriter, written: Written) -> list[Line]:
    """Prefect's own futures, and a state that they make."""
    flow.imports.add(("flowkit.final", "final_state"))
    found: list[Line] = []
    futures: list[str] = []
    for thing in flow.in_order():
        assert isinstance(thing, Node)
        function, body = written[thing.name]
        wait_for = _wait_for(thing, body, flow)
        given = [*_arguments(body), *([f"wait_for=[{', '.join(wait_for)}]"] if wait_for else [])]
        futures.append(flow.variable(thing))
        found.append(Line(f"{futures[-1]} = {function.name}.submit({', '.join(given)})"))
    return [*found, Line(f"return final_state({', '.join(futures)})")]


def _statement(thing: Thing, flow: FlowWriter, written: Written) -> str:
    match thing:
        case Node():
            function, body = written[thing.name]
            given = [function.name, *_arguments(body), *_waits(thing, body, flow)]
            if thing.fallback:
                given.append(f"fallback={flow.variable(flow.nodes[thing.fallback])}")
            return f"run.{'fallback' if thing.fallback_of else 'submit'}({', '.join(given)})"
        case Decision():
            return _choice(thing, flow, written)
        case Loop():
            return _loop(thing, flow)


def _choice(decision: Decision, flow: FlowWriter, written: Written) -> str:
    if decision.name in written:
        function, body = written[decision.name]
        given = [function.name, *_arguments(body), *_waits(decision, body, flow)]
        return f"run.choose({', '.join(given)})"
    body = Body(flow, decision, closed=True)
    condition = body.use(holds(None, decision.arms[0], body))
    given = [_lambda(body, condition), *_arguments(body), *_waits(decision, body, flow)]
    return f"run.when({', '.join(given)})"


def _loop(loop: Loop, flow: FlowWriter) -> str:
    body = Body(flow, loop, closed=True)
    items = body.use(source(loop.items, body))
    if loop.is_static and not body.parameters:
        given = [items.text]
    elif isinstance(loop.items, Output) and loop.items.field is None:
        given = _arguments(body)
    else:
        given = [_lambda(body, items), *_arguments(body)]
    given += _waits(loop, body, flow)
    given += [f"limit={loop.limit}"] if loop.limit is not None else []
    given += [f"tolerate={literal(loop.tolerate)}"] if loop.tolerate else []
    given += ["static=True"] if loop.is_static else []
    return f"run.each({', '.join(given)})"


def _lambda(body: Body, code: Code) -> str:
    parameters = ", ".join(body.parameters)
    return f"lambda {parameters}: {code.text}" if parameters else f"lambda: {code.text}"


def _arguments(body: Body) -> list[str]:
    return [body.arguments[name] for name in body.parameters]


def _waits(thing: Thing, body: Body, flow: FlowWriter) -> list[str]:
    found = _wait_for(thing, body, flow)
    return [f"wait_for=[{', '.join(found)}]"] if found else []


def _wait_for(thing: Thing, body: Body, flow: FlowWriter) -> list[str]:
    """What is waited for and not handed over, or handed over in another role."""
    found: list[str] = []
    for need in thing.needs:
        seen = [flow.seen(upstream) for upstream in upstreams(need)]
        if isinstance(need, AnyOf):
            found.append(flow.wrapped("any_of", *seen))
        elif isinstance(need, AnyFailed):
            found.append(flow.wrapped("failed", *seen))
        elif not _is_read(thing, need, body, flow):
            role = "finished" if isinstance(need, Awaited) else "optional" if _accepts(need) else ""
            found.append(flow.wrapped(role, *seen))
    return list(dict.fromkeys(found))


def _is_read(thing: Thing, need: Need, body: Body, flow: FlowWriter) -> bool:
    (upstream,) = upstreams(need)
    if upstream.is_group or upstream.name not in body.reads:
        return False
    return flow.read_by(thing, upstream.name) == (need, upstream)


def _accepts(need: Need) -> bool:
    from flowc.ir.graph import Accepts

    return isinstance(need, Accepts)


# ------------------------------------------------------------------ where lines stand


def _around(thing: Thing, flow: FlowWriter) -> Iterator[str]:
    """The `with` statements around, outermost first."""
    if (phase := flow.phase(thing)) != "main":
        yield f"run.{_HANDLERS[phase]}()"
    for place_ in thing.scope:
        match place_:
            case InArm(decision=name, arm=arm):
                yield f"{flow.variable(flow.graph.decision(name))}.arm({arm})"
            case InLoop(loop=name):
                yield f"{flow.variable(flow.graph.loop(name))}.elements()"


# ------------------------------------------------------------------ the beginning and the end


def _options(flow: FlowWriter) -> str:
    graph = flow.graph
    found: list[str] = []
    if graph.deadline is not None:
        found.append(f"deadline={_duration(graph.deadline, flow)}")
    if graph.overlap == "cancel_old":
        found.append(f"max_runs={graph.max_runs}")
    if any(node.phase == "late" for node in graph.nodes) and (sla := graph.sla) is not None:
        if isinstance(sla, str):
            flow.imports.add(("datetime", "time"))
            found.append(f"late_after={literal(time.fromisoformat(sla))}")
            found += [f"zone={string(graph.zone)}"] if graph.zone != "UTC" else []
        else:
            found.append(f"late_after={_duration(sla, flow)}")
    return ", ".join(found)


def _duration(value: timedelta, flow: FlowWriter) -> str:
    flow.imports |= needing(Code(""), "datetime", "timedelta").imports
    return literal(value)


def _end(flow: FlowWriter) -> str:
    graph: Graph = flow.graph
    if graph.returns is None or graph.output is None:
        return "run.finish()"
    returns: Expr = graph.returns
    body = Body(flow, None, closed=True)
    value = body.use(source(returns, body))
    given = [_lambda(body, value), *_arguments(body), f"output={string(spelled(graph.output))}"]
    return f"run.finish({', '.join(given)})"
