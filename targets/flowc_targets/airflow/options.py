"""The arguments of a DAG: when it runs, with which params, what all of its tasks share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from flowc.ir.actions import Check, Email, Fail, Http, OfPart, RunFlow, WaitTime
from flowc.ir.expr import Expr, Lit
from flowc.ir.graph import Node, Parameter
from flowc.ir.types import Enum, ListOf, MapOf, Optional, Record, Type
from flowc.target.builtins import family
from flowc.target.literals import literal, string
from flowc_targets.airflow.model import Function, Option
from flowc_targets.airflow.names import KIT
from flowc_targets.airflow.plan import reads_errors
from flowc_targets.airflow.schedule import is_timed, schedule
from flowc_targets.project.constants import plain_constant
from flowc_targets.project.words import said

if TYPE_CHECKING:
    from flowc_targets.airflow.dag import Dag

Imports = set[tuple[str, str]]

ROOM = 16
"""How many runs may be there beside those that go on: they are dropped, or wait in their first task."""


def options_of(dag: Dag, shared: Mapping[str, str], imports: Imports) -> tuple[Option, ...]:
    """All arguments, those among them that tasks share; what they need is added to the imports."""
    graph = dag.graph
    found = [Option("dag_id", string(dag.dag_id(graph.name))), Option("doc_md", "__doc__")]
    found += schedule(graph, imports)
    if graph.max_runs is not None:
        more = 0 if graph.overlap == "queue" else ROOM
        found.append(Option("max_active_runs", str(graph.max_runs + more)))
    if _is_only_run_by_others(dag):
        found.append(Option("is_paused_upon_creation", "False"))
    if graph.params:
        # where the type stub of `airflow.sdk` names it not
        imports |= {("airflow.sdk", "Param"), ("airflow.sdk.definitions.param", "ParamsDict")}
        is_scheduled = is_timed(graph)
        params = ", ".join(f"{string(param.name)}: {_param(param, is_scheduled)}" for param in graph.params)
        found.append(Option("params", f"ParamsDict({{{params}}})"))
    if graph.tags:
        found.append(Option("tags", literal(list(graph.tags))))
    return (*found, Option("default_args", _default_args(dag, shared, imports)))


def _is_only_run_by_others(dag: Dag) -> bool:
    """A new DAG is paused as a rule, and a run of one that is waits, and with it the task that has started it."""
    if dag.graph.part_of:
        return True
    mine = dag.graph.name
    actions = [node.action for graph in dag.program.graphs for node in graph.nodes]
    return not dag.graph.triggers and any(isinstance(each, RunFlow) and each.flow == mine for each in actions)


# ------------------------------------------------------------------ what tasks share

_SHARED = ("retries", "retry_delay", "retry_policy", "execution_timeout")


def shared_options(functions: Iterator[Function]) -> dict[str, str]:
    """The attempts that all tasks of the flow have alike, which it said once: they are the DAG's `default_args`."""
    first, *others = [{option.name: option.value for option in function.options} for function in functions] or [{}]
    alike = {name for name in _SHARED if name in first and all(each.get(name) == first[name] for each in others)}
    if not others or not alike >= {name for each in (first, *others) for name in each if name.startswith("retr")}:
        return {}
    return {name: value for name, value in first.items() if name in alike}


def without_shared(function: Function, shared: Mapping[str, str], *, is_bookkeeping: bool) -> Function:
    """A function that leaves to the DAG what is said there; bookkeeping is tried once, whatever tasks do."""
    options = tuple(option for option in function.options if option.name not in shared)
    if is_bookkeeping and "retries" in shared:
        options = (*options, Option("retries", "0"))
    return evolve(function, options=options)


def _default_args(dag: Dag, shared: Mapping[str, str], imports: Imports) -> str:
    """What every task has: no retries but its own, the project's folder, and where a handler asks, its last error."""
    given = {"retries": "0", **shared}
    if any(_touches_files(node) for node in dag.graph.nodes):
        imports.add((f"{KIT}.process", "in_project"))
        given["pre_execute"] = "in_project"
    if dag.graph.owner:
        given["owner"] = string(dag.graph.owner)
    for word in ("executor", "queue"):
        if (value := said(dag.graph.overrides, "airflow", word)) is not None:
            given[word] = string(value)
    if (image := said(dag.graph.overrides, "airflow", "image")) is not None:
        imports.add((f"{KIT}.resources", "resources"))
        given["executor_config"] = f"resources(image={string(image)})"
    if any(node.priority for graph in dag.program.graphs for node in graph.nodes):
        given |= {"priority_weight": "0", "weight_rule": string("absolute")}
    if reads_errors(dag.program.graph(dag.graph.part_of or dag.graph.name)):
        if dag.plan.is_stoppable:
            given["on_failure_callback"] = "DEADLINE.note_error"
        else:
            imports.add((f"{KIT}.failures", "note_error"))
            given["on_failure_callback"] = "note_error"
    return "{" + ", ".join(f"{string(name)}: {value}" for name, value in given.items()) + "}"


def _touches_files(node: Node) -> bool:
    """Whether a task may read or make files, which are looked for in the project's folder."""
    match node.action:
        case Check() | Email() | Fail() | RunFlow() | OfPart() | WaitTime():
            return False
        case Http(body=body):
            return body is not None or (node.output is not None and family(node.output) == "path")
        case _:
            return True


# ------------------------------------------------------------------ params

_SCHEMAS = {
    "int": "integer", "float": "number", "bool": "boolean", "list": "array", "map": "object", "record": "object",
}  # fmt: skip


NUMBERS = ("int", "float")
"""Types of params whose range the JSON schema tells."""


def is_told_by_schema(param: Parameter, *, is_scheduled: bool) -> bool:
    """Whether Airflow refuses just the values that do not fit: its JSON schema takes `5.0` for a whole number."""
    kind = param.type.item if isinstance(param.type, Optional) else param.type
    is_owed = param.default is None and is_scheduled
    return not is_owed and (isinstance(kind, Enum) or family(kind) in ("str", "bool"))


def _param(param: Parameter, is_scheduled: bool) -> str:
    """`Param(3, type="integer", minimum=1)`: the JSON schema that Airflow shows and checks.

    Airflow schedules no DAG with a param that has no value: where one is missing, `check_params` says so.
    """
    is_owed = param.default is None
    kind = Optional(param.type) if is_owed and is_scheduled and not isinstance(param.type, Optional) else param.type
    given = [] if param.default is None else [literal(_constant(param.default, param.type))]
    given += ["None"] if is_owed and is_scheduled else []
    given += [f"{name}={literal(value)}" for name, value in _schema(kind)]
    ends = {"minimum": param.low, "maximum": param.high}
    if family(param.type) in NUMBERS:
        given += [f"{name}={literal(_constant(end, param.type))}" for name, end in ends.items() if end is not None]
    if param.doc.strip():
        given.append(f"description={string(' '.join(param.doc.split()))}")
    return f"Param({', '.join(given)})"


def _schema(kind: Type) -> Iterator[tuple[str, object]]:
    match kind:
        case Optional(item=Enum(members=members)):
            yield "enum", [*members, None]
        case Optional(item=item):
            for name, value in _schema(item):
                yield name, ["null", value] if name == "type" else value
        case Enum(members=members):
            yield "enum", list(members)
        case ListOf() | MapOf() | Record():
            yield "type", _SCHEMAS[family(kind)]
        case _ if family(kind) not in ("json", "any"):
            yield "type", _SCHEMAS.get(family(kind), "string")
            if family(kind) == "date":
                yield "format", "date"
        case _:
            pass


def _constant(expr: Expr, kind: Type) -> object:
    """A constant expression as JSON."""
    return plain_constant(_value(expr), kind)


def _value(expr: Expr) -> object:
    from flowc.ir.expr import Convert, List, Map

    match expr:
        case Lit(value=value):
            return value
        case Convert(operand=operand):
            return _value(operand)
        case List(items=items):
            return [_value(item) for item in items]
        case Map(entries=entries):
            return {name: _value(value) for name, value in entries}
        case _:
            raise AssertionError(f"no constant: {expr!r}")
