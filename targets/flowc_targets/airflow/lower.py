"""From a program to an Airflow project."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

from attrs import evolve

from flowc.diagnostics import Problems
from flowc.emit.tree import FileTree
from flowc.ir.actions import OfPart, RunFlow
from flowc.ir.digest import digest
from flowc.ir.expr import Lit
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.reads import is_inner, parts_of
from flowc.target.naming import joined, name_nodes
from flowc.target.types import spelled
from flowc_targets.airflow.capabilities import CAPABILITIES
from flowc_targets.airflow.dag import Dag, dag_id
from flowc_targets.airflow.events import event_file
from flowc_targets.airflow.failures import numbered_by
from flowc_targets.airflow.freshness import freshness_file
from flowc_targets.airflow.ids import returns_of
from flowc_targets.airflow.model import Backfill, DagFile, EventFile, Project, Traced, TracedFlow, Value
from flowc_targets.airflow.names import HOMES, KIT, LOCAL, RESERVED, imported, lock_pool
from flowc_targets.airflow.parts import Parts
from flowc_targets.airflow.schedule import PLUGIN, needs_plugin
from flowc_targets.airflow.versions import VERSIONS
from flowc_targets.project import connections
from flowc_targets.project.backfills import is_filled, names, sample
from flowc_targets.project.examples import posted, required, word
from flowc_targets.project.files import named_modules, named_paths, user_files
from flowc_targets.project.given import given_values, is_posted, with_given
from flowc_targets.project.kit import kit, module
from flowc_targets.project.needs import Need, emulations, settings
from flowc_targets.project.stores import stores
from flowc_targets.project.words import all_said


def lower(program: Program) -> Project:
    """The whole project: a DAG for each flow, the user's files, the modules of the support package that it needs."""
    program = with_given(program)
    root = Path(program.root)
    parts = Parts(program)
    written = {graph.name: _written(graph, program, parts) for graph in program.graphs}
    dags, files = {name: dag for name, (dag, _) in written.items()}, [file for _, file in written.values()]
    events = [found for graph, file in zip(program.graphs, files, strict=True) if (found := _events(graph, file))]
    wanted = {name for graph in program.graphs for name in connections.used(graph)}
    found = connections.module(program.graphs, wanted, HOMES)
    secrets = found.secrets.union(*(dag.secrets for dag in dags.values()))
    variables = found.variables.union(*(dag.variables for dag in dags.values()))
    databases, drivers = connections.databases(program)
    modules = {module for file in files for module in _modules(file)} | found.modules | databases
    modules |= {"events"} if events else set()
    freshness = freshness_file(program)
    modules |= {"freshness"} if freshness else set()
    return Project(
        name=program.project,
        origins=tuple(dict.fromkeys(graph.origin.file for graph in program.graphs)),
        dags=tuple(files),
        events=tuple(events),
        freshness=freshness,
        connections=found.lines,
        needs=tuple(_needs(program, secrets, variables)),
        requirements=(*VERSIONS.requirements(program), *sorted(drivers | stores(program) | _packages(program))),
        kit=kit(
            modules - {"connections"},
            target="flowc_targets.airflow",
            package=KIT,
            shared=("wire",),
            made=("connections",),
        ),
        plugins=_plugins(program),
        files=user_files(root, named_modules(program), named_paths(program)),
        traced={name: _traced(dag, dags) for name, dag in dags.items()},
        emulations=tuple(emulations(program, CAPABILITIES)),
        backfills={dag_id(graph): _backfill(graph) for graph in program.graphs if is_filled(graph)},
        posted={dag_id(graph): _request(graph) for graph in program.graphs if is_posted(graph)},
        required={
            dag_id(graph): word(given) for graph in program.graphs if not graph.part_of and (given := required(graph))
        },
    )


def _request(graph: Graph) -> str:
    """The body with which a run is asked for, once for each key."""
    return word({"dag_run_id": "webhook__KEY", "logical_date": None, "conf": posted(graph)})


def _backfill(graph: Graph) -> Backfill:
    """As an example: the first runs, in the order of the flow, so many at once, and what did not succeed again."""
    if found := names(graph):
        given = {**required(graph), **given_values(graph, partition="$NAME")}
        return Backfill(names=found, conf=re.sub(r'(["`\\])', r"\\\1", json.dumps(given, ensure_ascii=False)))
    instants = sample(graph)
    options = [f"--from-date {instants[0].isoformat()} --to-date {instants[-1].isoformat()}"]
    options += [f"--max-active-runs {graph.backfill.limit}", "--reprocess-behavior failed"]
    options += ["--run-backwards"] if graph.backfill.order == "newest" else []
    options += [f"--dag-run-conf {word(given)}"] if (given := required(graph)) else []
    return Backfill(" ".join(options))


def _plugins(program: Program) -> FileTree:
    """The timetable of the project's own, where a DAG needs it: what Airflow itself loads, apart from the DAGs."""
    if not any(needs_plugin(graph) for graph in program.graphs):
        return FileTree({})
    timetable = resources.files("flowc_targets.airflow").joinpath("templates", "plugins", f"{PLUGIN}.py")
    firings = module("firings", "flowc_targets.airflow", KIT)
    return FileTree({f"{PLUGIN}.py": timetable.read_text("utf-8"), "clock_firings.py": firings})


def _written(graph: Graph, program: Program, parts: Parts) -> tuple[Dag, DagFile]:
    """One flow and its file, in which the user's names make way only for what it imports."""
    dag = _dag(graph, program, parts, RESERVED)
    file = _file(dag)
    mine = imported(file.imports)
    if dag.wanted & (RESERVED - mine - LOCAL):
        dag = _dag(graph, program, parts, mine)
        file = _file(dag)
    return dag, file


def _dag(graph: Graph, program: Program, parts: Parts, reserved: Iterable[str]) -> Dag:
    """One flow; assets that no task of it names are of no interest to Airflow."""
    _ = graph.assets
    problems = Problems()
    ids = name_nodes(graph, ".", problems).ids
    if problems.has_errors:
        raise AssertionError(f"names of {graph.name}: {problems.sorted()[0].message}")
    return Dag(graph, program, ids, parts, reserved=reserved)


def _file(dag: Dag) -> DagFile:
    graph = dag.graph
    origin = graph.origin.file
    file = dag.file(f"dags/{joined(dag_id(graph), '__')}.py", origin, digest(graph)[:12])
    return evolve(file, is_part=graph.part_of is not None)


def _events(graph: Graph, file: DagFile) -> EventFile | None:
    return event_file(graph, file.id, file.path.removesuffix(".py") + "_events.py", file.digest)


def _modules(file: DagFile) -> Iterator[str]:
    """The modules of the support package that a DAG file imports."""
    for line in file.imports:
        if line.startswith(f"from {KIT}."):
            yield line.split()[1].partition(".")[2]
        elif line.startswith(f"from {KIT} import "):
            yield from line.removeprefix(f"from {KIT} import ").split(", ")


def _packages(program: Program) -> set[str]:
    """The packages beside Airflow and the drivers that the DAGs import."""
    return {"apache-airflow-providers-cncf-kubernetes>=10"} if all_said(program, "airflow", "image") else set()


def _needs(program: Program, secrets: frozenset[str], variables: frozenset[str]) -> Iterator[Need]:
    sizes = {pool.name: pool.slots for graph in program.graphs for pool in graph.pools}
    used = {node.pool.name for graph in program.graphs for node in graph.nodes if node.pool}
    locks = {lock_pool(str(n.lock.value)) for graph in program.graphs for n in graph.nodes if isinstance(n.lock, Lit)}
    yield from (Need("pool", name, str(sizes.get(name, 1))) for name in sorted(used | locks))
    yield from settings(secrets, variables)
    yield from (Need("executor", name) for name in all_said(program, "airflow", "executor"))


# ------------------------------------------------------------------ what a trace needs to know


def _traced(dag: Dag, dags: Mapping[str, Dag]) -> TracedFlow:
    own = [node for node in dag.graph.nodes if not is_inner(node)]
    parts = tuple(_traced(dags[flow], dags) for flow in parts_of(dag.graph))
    tasks = tuple(_traced_node(node, dag) for node in own)
    return TracedFlow(dag_id(dag.graph), tasks, parts, dict(_inner(dag)))


def _inner(dag: Dag) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for node in dag.graph.nodes:
        id_ = dag.plan.nodes[node.name].id
        match node.action:
            case RunFlow(flow=flow, is_part=True):
                yield id_, (dag.dag_id(flow), None)
            case OfPart(flow=flow, task=task):
                yield id_, (dag.dag_id(flow), dag.parts.of(flow, task)[0])
            case _:
                pass


def _traced_node(node: Node, dag: Dag) -> Traced:
    plan = dag.plan
    step = plan.nodes[node.name]
    result = plan.results.get(node.name)
    return Traced(
        name=node.name,
        id=step.id,
        value=_value(node, dag),
        loops=step.path,
        over=numbered_by(step, dag.plan) if step.path else None,
        is_flattened=plan.is_flattened(step.path),
        result=result.id if result else None,
        saves=plan.nodes[node.fallback_of].id if node.fallback_of else None,
        gate=step.gate.id if node.fallback_of and step.gate else None,
        due=plan.ends[node.phase].id if node.phase != "main" else None,
    )


def _value(node: Node, dag: Dag) -> Value | None:
    if node.output is None:
        return None
    of_run = returns_of(dag.flow(node.action.flow)) if isinstance(node.action, RunFlow) else None
    return Value(spelled(node.output), of_run)
