"""From a program to a Dagster project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flowc.emit.tree import FileTree
from flowc.ir.digest import digest
from flowc.ir.expr import Lit
from flowc.ir.graph import Program
from flowc.ir.triggers import OnWebhook
from flowc.target.naming import variable
from flowc.target.types import spelled
from flowc_targets.dagster.assets import asset_specs
from flowc_targets.dagster.capabilities import CAPABILITIES
from flowc_targets.dagster.facts import lock_pool, pool_name
from flowc_targets.dagster.job import Job
from flowc_targets.dagster.model import JobFile, Project, Traced, TracedFlow
from flowc_targets.dagster.names import HOMES, KIT, field
from flowc_targets.dagster.options import is_partitioned, is_queued, job_name, op_ids, packages
from flowc_targets.dagster.plan import written_length
from flowc_targets.dagster.steps import Step
from flowc_targets.dagster.versions import VERSIONS
from flowc_targets.project import backfills, connections
from flowc_targets.project.backfills import SCRIPT, is_filled
from flowc_targets.project.examples import required, word
from flowc_targets.project.files import named_modules, named_paths, user_files
from flowc_targets.project.given import heard, with_given
from flowc_targets.project.kit import kit
from flowc_targets.project.needs import Need, emulations, settings
from flowc_targets.project.stores import stores


def lower(program: Program) -> Project:
    """The whole project: a module for each flow, the user's files, the modules of the support package that it needs."""
    program = with_given(program)
    package = package_name(program)
    jobs = {graph.name: Job(graph, program, op_ids(graph), package) for graph in program.graphs}
    files = [_file(job, jobs) for job in jobs.values()]
    wanted = {name for graph in program.graphs for name in connections.used(graph)}
    found = connections.module(program.graphs, wanted, HOMES)
    secrets = found.secrets.union(*(job.secrets for job in jobs.values()))
    variables = found.variables.union(*(job.variables for job in jobs.values()))
    databases, drivers = connections.databases(program)
    modules = {module for file in files for module in _modules(file, package)} | found.modules | databases
    script = backfills.script(program, f"{package}.{KIT}", job_name, f"python -m {package}.{SCRIPT}")
    modules |= {"backfill"} if script else set()
    return Project(
        name=program.project,
        package=package,
        origins=tuple(dict.fromkeys(graph.origin.file for graph in program.graphs)),
        jobs=tuple(files),
        connections=found.lines,
        needs=tuple(_needs(program, secrets, variables)),
        requirements=(*VERSIONS.requirements(program), *sorted(drivers | stores(program) | packages(program))),
        kit=_kit(modules, package),
        files=user_files(Path(program.root), named_modules(program), named_paths(program)),
        assets=tuple(asset_specs(program, package)),
        has_freshness=(has_freshness := _has_freshness(program)),
        is_daemon_needed=has_freshness or any(graph.triggers or is_queued(graph) for graph in program.graphs),
        traced={name: _traced(job) for name, job in jobs.items()},
        emulations=tuple(emulations(program, CAPABILITIES)),
        required=dict(_required(program)),
        posted=_posted(program),
        script=script,
        backfills=[backfills.command(graph, job_name(graph)) for graph in program.graphs if is_filled(graph)],
        partitioned=[job_name(graph) for graph in program.graphs if is_partitioned(graph)],
    )


def _has_freshness(program: Program) -> bool:
    return any(asset.freshness is not None for graph in program.graphs for asset in graph.assets)


def _posted(program: Program) -> dict[str, tuple[str, ...]]:
    events = [(each, graph) for graph in program.graphs for each in heard(graph) if isinstance(each, OnWebhook)]
    paths = dict.fromkeys(event.path for event, _ in events)
    return {path: tuple(job_name(graph) for event, graph in events if event.path == path) for path in paths}


def package_name(program: Program) -> str:
    """The project's package; it makes way for the user's modules."""
    tops = {module.partition(".")[0] for module in named_modules(program)}
    wanted = variable(program.project.lower())
    return f"{wanted}_dagster" if wanted in tops or wanted in ("dagster", "tests", "src") else wanted


def _required(program: Program) -> Iterator[tuple[str, str]]:
    for graph in program.graphs:
        if given := required(graph, field):
            yield job_name(graph), word({"resources": {"params": {"config": given}}})


def _kit(modules: set[str], package: str) -> FileTree:
    if not modules:
        return FileTree({})
    return kit(modules - {"connections"}, target="flowc_targets.dagster", package=package, made=("connections",))


def _file(job: Job, jobs: dict[str, Job]) -> JobFile:
    """One module. The ops of a code location all have different names."""
    names = Counter(step.id.lower() for each in jobs.values() for step in each.bodies)
    names.update(part.name.lower() for each in jobs.values() for part in each.graph.parts)
    duplicated = {name for name, count in names.items() if count > 1}
    duplicated |= {each.job_name.lower() for each in jobs.values()}
    return job.file(job.graph.origin.file, digest(job.graph)[:12], duplicated)


def _modules(file: JobFile, package: str) -> Iterator[str]:
    """The modules of the support package that a module imports."""
    for line in file.imports:
        if line.startswith(f"from {package}.{KIT}."):
            yield line.split()[1].rpartition(".")[2]
        elif line.startswith(f"from {package}.{KIT} import "):
            yield from line.partition(" import ")[2].split(", ")


def _needs(program: Program, secrets: frozenset[str], variables: frozenset[str]) -> Iterator[Need]:
    nodes = [node for graph in program.graphs for node in graph.nodes]
    slots = {pool.name: pool.slots for graph in program.graphs for pool in graph.pools}
    taken = {node.pool.name: node.pool.slots for node in nodes if node.pool}
    sizes = {pool_name(name): max(1, slots.get(name, 1) // count) for name, count in taken.items()}
    sizes |= {lock_pool(str(node.lock.value)): 1 for node in nodes if isinstance(node.lock, Lit)}
    yield from (Need("pool", name, str(size)) for name, size in sorted(sizes.items()))
    for graph in program.graphs:
        if is_queued(graph):
            yield Need("runs", f"{variable(job_name(graph))} {graph.max_runs}", str(graph.max_runs))
    yield from settings(secrets, variables)


# ------------------------------------------------------------------ what a trace needs to know


def _traced(job: Job) -> TracedFlow:
    tasks = tuple(_traced_node(step, job) for step in job.plan.nodes.values())
    return TracedFlow(job_name(job.graph), tasks, job.plan.is_plain)


def _traced_node(step: Step, job: Job) -> Traced:
    node, plan = step.node, job.plan
    result = plan.results.get(node.name)
    return Traced(
        name=node.name,
        id=step.id,
        type=spelled(node.output) if node.output is not None else None,
        result=result.id if result else None,
        list=plan.source(step.path).id if step.path else None,
        length=written_length(job.graph.loop(step.path[0])) if len(step.path) == 1 else None,
    )
