"""What is said of a job as a whole: its params, tags, limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flowc.ir.expr import Expr, Lit
from flowc.ir.graph import Graph, Program
from flowc.ir.triggers import Windows
from flowc.ir.types import STR
from flowc.runtime.partitions import STARTS
from flowc.target.contract import Word
from flowc.target.literals import literal, string
from flowc.target.naming import joined
from flowc_targets.dagster.annotations import Imports, config
from flowc_targets.dagster.body import constant
from flowc_targets.dagster.facts import image_of
from flowc_targets.dagster.model import Field, Option
from flowc_targets.dagster.names import DISALLOWED, KIT, field
from flowc_targets.project.backfills import SCRIPT, is_caught_up
from flowc_targets.project.clocks import differs
from flowc_targets.project.constants import plain_constant
from flowc_targets.project.words import all_said, said

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
        found.append(Field(field(param.name), config(param.type, imports), default, " ".join(param.doc.split())))
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
    found += _executor(job, imports)
    return tuple(found)


def _executor(job: Job, imports: Imports) -> Iterator[Option]:
    """What runs the ops, where one is named or limits are kept by it."""
    named = said(job.graph.overrides, "dagster", "executor")
    if named is None and not job.limits:
        return
    module, _, name = named.partition(":") if named else ("dagster", "", "")
    imports.add((module, name))
    limits = [{"key": "limit", "value": op, "limit": limit} for op, limit in job.limits.items()]
    configured = f'.configured({{"tag_concurrency_limits": {literal(limits)}}})' if limits else ""
    yield Option("executor_def", f"{name or 'dg.multiprocess_executor'}{configured}")


def executor_word(name: str, doc: str) -> Word:
    """A word that names an executor of some package."""
    return Word(name, frozenset({"flow"}), STR, doc, _misfit)


def _misfit(value: Expr) -> str | None:
    if not isinstance(value, Lit):
        return "is written out"
    is_named = re.fullmatch(r"[a-z_][\w.]*:[a-z_]\w*", str(value.value))
    return None if is_named else "is written `module:name`, as `dagster_k8s:k8s_job_executor`"


def packages(program: Program) -> set[str]:
    """The packages that have the executors."""
    named = all_said(program, "dagster", "executor")
    return {each.partition(":")[0].partition(".")[0].replace("_", "-") for each in named} - {"dagster"}


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
