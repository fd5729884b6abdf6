"""Loops: the lists that tasks are mapped over, and what the instances gave, as one list."""

from __future__ import annotations

from flowc.ir.actions import RunFlow
from flowc.ir.graph import Loop
from flowc.ir.types import ListOf, Optional, Type
from flowc.target.code import Code, call, support
from flowc.target.literals import literal, string
from flowc.target.python import source
from flowc.target.types import spelled
from flowc_targets.airflow.body import Body
from flowc_targets.airflow.gates import look
from flowc_targets.airflow.model import Option
from flowc_targets.airflow.steps import ListStep, Step, innermost, outermost
from flowc_targets.airflow.written import constants, written_length
from flowc_targets.project.steps import Path, loops_of


def write_each(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    """The list that a loop goes over."""
    loop = step.thing
    assert isinstance(loop, Loop)
    look(step, body)
    kind = loop.items.type
    given = body.use(source(loop.items, body))
    body.line(f"return {body.use(support('elements', given, Code(string(spelled(_listed(kind)))))).text}")
    return "task", options, f"The elements of `for {loop.item}`."


def _listed(kind: Type) -> Type:
    """The type of what a loop goes over; of a range its list."""
    inner = kind.item if isinstance(kind, Optional) else kind
    item = getattr(inner, "item", None)
    return kind if isinstance(inner, ListOf) or item is None or isinstance(kind, Optional) else ListOf(item)


def write_all(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    """Every element of a loop that is flattened."""
    plan, graph = body.dag.plan, body.dag.graph
    loop = step.thing
    assert isinstance(loop, Loop)
    outer = loops_of(loop.scope)
    each = string(plan.listed(loop.name).id)
    if not outer:
        body.line(f"return {body.helper('entered', each, **_keyed(loop.name, body=body)).text}")
        return "task", options, f"The elements of `for {loop.item}`, or one that tells why the loop is not entered."
    around = graph.loop(outermost(outer))
    is_written = len(outer) == 1 and written_length(around) is not None
    if not is_written:  # else its elements are known, entered or not
        for source_ in plan.sources(outer):
            body.line(body.helper("require", string(source_.id)).text)
    named: dict[str, Code | str] = {}
    if plan.is_flattened(outer):
        named["is_flat"] = "True"
    named |= _keyed(innermost(outer), loop.name, body=body)
    if (written := written_length(loop)) is not None:
        named["static"] = str(written)
    if is_written and constants(around) is not None:
        elements: Code | str = Code(body.dag.constant_elements(around))
    else:
        (found,) = plan.sources(outer)
        elements = body.helper("pull", string(found.id))
        if is_written:
            elements = Code(f"{elements.text} or {body.dag.constant_elements(around)}")
    body.line(f"return {body.helper('flatten', each, elements, **named).text}")
    return "task", options, f"The elements of `for {loop.item}` for every element of the loops around it."


def _keyed(*loops: str, body: Body) -> dict[str, str]:
    """Which of the loops go over maps, where one does."""
    keyed = [body.dag.is_keyed(name) for name in loops]
    return {"keyed": literal(tuple(keyed) if len(keyed) > 1 else keyed[0])} if any(keyed) else {}


def write_list(step: Step, body: Body, options: list[Option]) -> tuple[str, list[Option], str]:
    """A mapped task from outside of its loops."""
    assert isinstance(step, ListStep)
    plan, graph, inner = body.dag.plan, body.dag.graph, step.inner
    found = list(plan.sources(inner.path))
    named: dict[str, Code | str] = {}
    if not step.path and (first := _written(inner.path, body)):
        # a list in the source has its elements also where nobody enters the loop
        if plan.skips.blocks_inside(outermost(inner.path)):
            named["entered"] = string(first.id)
            found = [each for each in found if each is not first]
        elif first not in found:
            found.insert(0, first)
    for source_ in found:
        body.line(body.helper("require", string(source_.id)).text)
    over = [_level(path, body) for path in _prefixes(inner.path, len(step.path))]
    if step.path:
        is_flat = plan.is_flattened(step.path)
        named["within"] = f'{body.element()}["index"]' if is_flat else '[context["ti"].map_index]'
    levels = [graph.loop(name).tolerate for name in inner.path[len(step.path) :]]
    if any(levels):
        named["tolerate"] = literal(levels)
    if step.checks:
        named["checks"] = literal([check.id for check in step.checks])
    if step.tells:
        named["tells"] = "True"
    node = step.node
    if gives_value_of_run(inner):
        named["runs"] = "True"
    body.line(f"return {body.helper('gather', string(inner.id), *over, **named).text}")
    what = "The values of" if node.output is not None else "The outcome of"
    return "task", options, f"{what} `{' '.join(node.name.split())}`, in the order of the loop."


def gives_value_of_run(step: Step) -> bool:
    """Whether its value is what the run of another DAG returned; a run that returns nothing has none to look for."""
    return step.kind == "node" and isinstance(step.node.action, RunFlow) and step.node.output is not None


def _prefixes(path: Path, depth: int) -> list[Path]:
    """The loops below a depth, from the outermost in, each with those around it."""
    return [path[:end] for end in range(depth + 1, len(path) + 1)]


def _written(path: Path, body: Body) -> Step | None:
    """The task that lets the outermost loop of a path be entered, where its list is written in the source."""
    is_written = written_length(body.dag.graph.loop(outermost(path))) is not None
    return body.dag.plan.source(outermost(path)).step if is_written else None


def _level(path: Path, body: Body) -> Code | str:
    """How many elements a loop has; of a flattened one all of them."""
    if body.dag.plan.is_flattened(path):
        return body.helper("pull", string(body.dag.plan.all[path[-1]].id))
    if (written := written_length(body.dag.graph.loop(outermost(path)))) is not None:
        return str(written)
    (found,) = body.dag.plan.sources(path)
    return call("len", body.helper("pull", string(found.id)))
