"""What is said of a job as a whole: its params, tags, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowc.ir.graph import Graph
from flowc.ir.triggers import Windows
from flowc.runtime.partitions import STARTS
from flowc.target.literals import literal, string
from flowc.target.naming import joined, variable
from flowc_targets.dagster.annotations import Imports, config
from flowc_targets.dagster.body import constant
from flowc_targets.dagster.facts import image_of
from flowc_targets.dagster.model import Field, Option
from flowc_targets.dagster.names import DISALLOWED, KIT
from flowc_targets.project.backfills import SCRIPT, is_caught_up
from flowc_targets.project.clocks import differs
from flowc_targets.project.constants import plain_constant

if TYPE_CHECKING:
    from flowc_targets.dagster.job import Job

MAX_RUNS = "max_runs"
"""The tag by which the queue of runs limits them."""


FILLED = "FILLED"
"""What a backfill of a partitioned job goes over."""


def is_partitioned(graph: Graph) -> bool:
    """Whether a job has Dagster's partitions: windows need a first one, at which Dagster's cron fires too."""
    if not isinstance(graph.partition, Windows):
        return graph.partition is not None
    return graph.partition.start is not None and not differs(STARTS[graph.partition.unit], graph.partition.zone)


def is_queued(graph: Graph) -> bool:
    """Whether the queue of runs bounds those of the flow; one that drops runs does it by itself."""
    return graph.max_runs is not None and graph.overlap != "skip"


def param_fields(graph: Graph, imports: Imports) -> tuple[Field, ...]:
    """The fields of the params, those that have to be given first."""
    found: list[Field] = []
    for param in graph.params:
        default = None
        if param.default is not None:
            default = literal(plain_constant(constant(param.default), param.type))
        found.append(Field(variable(param.name), config(param.type, imports), default, " ".join(param.doc.split())))
    if any(field.doc or field.is_mutable for field in found):
        imports.add(("pydantic", "Field"))
    return tuple(found)


def job_name(graph: Graph) -> str:
    """The name of a flow's job; Dagster has some names for itself."""
    found = joined(graph.renamed_from or graph.name, "__")
    return f"{found}_" if found in DISALLOWED else found


def job_options(job: Job, params_class: str, imports: Imports) -> tuple[Option, ...]:
    """The arguments of `@dg.job`."""
    graph = job.graph
    name = job_name(graph)
    found = [Option("name", string(name))] if name != job.job_name else []
    found.append(Option("description", "__doc__"))
    if params_class:
        found.append(Option("resource_defs", f'{{"params": {params_class}.configure_at_launch()}}'))
    if is_partitioned(graph) or is_caught_up(graph):
        imports.add((SCRIPT, f"{job.constants[graph.name]} as {FILLED}"))
    if is_partitioned(graph):
        imports.add((f"{KIT}.partitioned", "partitioned"))
        found.append(Option("config", f"partitioned({FILLED})"))
    tags: dict[str, Any] = dict.fromkeys(graph.tags, "")
    if graph.owner:
        tags["owner"] = graph.owner
    if is_queued(graph):
        tags[MAX_RUNS] = f"{job.job_name} {graph.max_runs}"
    tags |= image_of(graph.overrides)
    if tags:
        found.append(Option("tags", literal(tags)))
    if job.limits:
        limits = [{"key": "limit", "value": op, "limit": limit} for op, limit in job.limits.items()]
        executor = f'dg.multiprocess_executor.configured({{"tag_concurrency_limits": {literal(limits)}}})'
        found.append(Option("executor_def", executor))
    return tuple(found)


def op_ids(graph: Graph) -> dict[str, str]:
    """The name of each node's op; Dagster has some names for itself."""
    from flowc.diagnostics import Problems
    from flowc.target.naming import name_nodes
    from flowc_targets.dagster.names import DISALLOWED

    problems = Problems()
    ids = dict(name_nodes(graph, "__", problems).ids)
    if problems.has_errors:
        raise AssertionError(f"names of {graph.name}: {problems.sorted()[0].message}")
    return {name: f"{id_}_" if id_ in DISALLOWED else id_ for name, id_ in ids.items()}
