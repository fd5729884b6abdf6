"""From a program to a Prefect project."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flowc.ir.digest import digest
from flowc.ir.graph import Graph, Node, Program
from flowc.ir.reads import is_inner, parts_of
from flowc.target.literals import string
from flowc.target.python import source
from flowc.target.types import spelled
from flowc_targets.prefect.annotations import parameter
from flowc_targets.prefect.body import Body
from flowc_targets.prefect.capabilities import CAPABILITIES
from flowc_targets.prefect.deployments import POOL, deployment_of, deployments
from flowc_targets.prefect.flow import FlowWriter, flow_name, module_name, task_name
from flowc_targets.prefect.freshness import freshness
from flowc_targets.prefect.model import FlowFile, Function, Project, Traced, TracedFlow
from flowc_targets.prefect.names import HOME, KIT, param_name
from flowc_targets.prefect.statements import lines
from flowc_targets.prefect.tasks import choice_function, task_function
from flowc_targets.prefect.triggers import looking
from flowc_targets.prefect.versions import VERSIONS
from flowc_targets.project import backfills, connections
from flowc_targets.project.backfills import is_filled
from flowc_targets.project.docs import source_of, text_of
from flowc_targets.project.examples import posted, required, word
from flowc_targets.project.files import named_modules, named_paths, user_files
from flowc_targets.project.given import is_posted, with_given
from flowc_targets.project.kit import kit
from flowc_targets.project.needs import Need, emulations, settings
from flowc_targets.project.stores import stores


def lower(program: Program) -> Project:
    """The whole project: a file for each flow, deployments, the user's files, the modules that are needed."""
    program = with_given(program)
    writers = {graph.name: FlowWriter(graph, program) for graph in program.graphs}
    files = {name: _file(writer) for name, writer in writers.items()}
    wanted = {name for graph in program.graphs for name in connections.used(graph)}
    connected = connections.module(program.graphs, wanted, HOME)
    secrets = set(connected.secrets).union(*(writer.secrets for writer in writers.values()))
    variables = set(connected.variables).union(*(writer.environment for writer in writers.values()))
    modules = {module for writer in writers.values() for module in _modules(writer.imports)}
    databases, drivers = connections.databases(program)
    modules |= connected.modules | databases
    names = backfills.constants(program)
    lookers = [
        each.file
        for graph in program.graphs
        for each in looking(graph, names.get(graph.name, ""), files[graph.name].digest)
    ]
    aging = freshness(program)
    lookers += [aging.file] if aging else []
    imported = [line for file in lookers for line in file.imports if line.startswith(f"from {KIT}.")]
    modules |= {line.split()[1].removeprefix(f"{KIT}.") for line in imported}
    script = backfills.script(program, KIT, flow_name, "python backfill.py")
    modules |= {"backfill"} if script else set()
    return Project(
        name=program.project,
        origins=tuple(dict.fromkeys(graph.origin.file for graph in program.graphs)),
        flows=(*files.values(), *lookers),
        deployments=(
            *(
                each
                for graph in program.graphs
                if not graph.part_of
                for each in deployments(graph, program, writers[graph.name].name)
            ),
            *([deployment_of(aging, POOL)] if aging else []),
        ),
        connections=connected.lines,
        needs=tuple(_needs(program, secrets, variables)),
        requirements=(*VERSIONS.requirements(program), *sorted(drivers | stores(program))),
        kit=kit(modules - {"connections"}, target="flowc_targets.prefect", package=KIT, made=("connections",)),
        files=user_files(Path(program.root), named_modules(program), named_paths(program)),
        traced={graph.name: _traced(graph, writers) for graph in program.graphs},
        emulations=tuple(emulations(program, CAPABILITIES)),
        script=script,
        backfills=[backfills.command(graph, flow_name(graph)) for graph in program.graphs if is_filled(graph)],
        posted={flow_name(graph): _request(graph) for graph in program.graphs if is_posted(graph)},
        required={
            flow_name(graph): word(given)
            for graph in program.graphs
            if not graph.part_of and (given := required(graph, param_name))
        },
    )


# ------------------------------------------------------------------ a flow's file


def _request(graph: Graph) -> str:
    """The body with which a run is asked for, once for each key."""
    variables = {"env": {"FLOW_STARTED_BY": "webhook"}}
    given = posted(graph, param_name)
    return word({"idempotency_key": "KEY", "job_variables": variables, "parameters": given})


def _file(flow: FlowWriter) -> FlowFile:
    graph = flow.graph
    tasks = {node.name: task_function(node, flow) for node in graph.nodes}
    is_short = {item.name: item.subject is None and len(item.arms) == 1 for item in graph.decisions}
    choices = {item.name: choice_function(item, flow) for item in graph.decisions if not is_short[item.name]}
    written = lines(flow, {**tasks, **choices})
    function = _flow_function(flow)
    return FlowFile(
        path=f"flows/{module_name(graph)}.py",
        name=flow_name(graph),
        function=function,
        doc=text_of(graph),
        origin=graph.origin.file,
        digest=digest(graph)[:12],
        imports=tuple(_sections(flow)),
        tasks=tuple(function for function, _ in (*tasks.values(), *choices.values())),
        lines=tuple(written),
        is_part=graph.part_of is not None,
    )


def _flow_function(flow: FlowWriter) -> Function:
    graph = flow.graph
    body = Body(flow, None)
    flow.imports |= {("prefect", "flow"), ("typing", "Any"), ("prefect", "State")}
    parameters: list[str] = []
    for param in graph.params:
        low, high = (source(end, body) if end is not None else None for end in (param.low, param.high))
        said = f"{param_name(param.name)}: {body.write(parameter(param.type, low, high))}"
        if param.default is not None:
            said += f" = {body.write(source(param.default, body))}"
        parameters.append(said)
    options = [f"name={string(flow_name(graph))}", f"version={string(digest(graph)[:12])}"]
    options += ["persist_result=True"] if graph.returns is not None else []
    options.append("log_prints=True")
    params = "\n".join(f"{param.name}: {' '.join(param.doc.split())}" for param in graph.params if param.doc)
    groups = "\n".join(f"{group.name}: {' '.join(group.doc.split())}" for group in graph.groups if group.doc)
    doc = "\n\n".join(filter(None, [graph.doc.strip(), params, groups, source_of(graph)]))
    ordered = [p for p in parameters if " = " not in p] + [p for p in parameters if " = " in p]
    return Function(
        flow.name, (f"flow({', '.join(options)})",), tuple(ordered), "State[Any]", doc, graph.origin.place, ()
    )


def _sections(flow: FlowWriter) -> Iterator[str]:
    """Import lines as ruff sorts them: the standard library, Prefect, the project's own."""
    own = {KIT, "flows", *(module.partition(".")[0] for module in flow.modules if not module.startswith("flow "))}
    pairs = set(flow.imports)
    ours = {pair for pair in pairs if _top(pair) in own}
    standard = {pair for pair in pairs - ours if _top(pair) in sys.stdlib_module_names}
    for section in (standard, pairs - ours - standard, ours):
        if section:
            yield from _lines(section)
            yield ""


def _top(pair: tuple[str, str]) -> str:
    return (pair[0] or pair[1]).partition(".")[0].partition(" ")[0]


def _lines(section: Iterable[tuple[str, str]]) -> Iterator[str]:
    pairs = set(section)
    yield from (f"import {module}" for module, name in sorted(pairs) if not name)
    for module in sorted({module for module, name in pairs if name}):
        names = sorted((name for each, name in pairs if each == module and name), key=_rank)
        yield f"from {module} import {', '.join(names)}"


def _rank(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name


# ------------------------------------------------------------------ what else there is


def _modules(imports: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The modules of the support package that a flow's file imports."""
    for module, name in imports:
        if module == KIT:
            yield name
        elif module.startswith(f"{KIT}."):
            yield module.partition(".")[2]


def _needs(program: Program, secrets: set[str], variables: set[str]) -> Iterator[Need]:
    sizes = {pool.name: pool.slots for graph in program.graphs for pool in graph.pools}
    used = {node.pool.name for graph in program.graphs for node in graph.nodes if node.pool}
    yield from (Need("pool", name, str(sizes.get(name, 1))) for name in sorted(used))
    yield from settings(secrets, variables)


# ------------------------------------------------------------------ what a trace needs to know


def _traced(graph: Graph, writers: Mapping[str, FlowWriter]) -> TracedFlow:
    return TracedFlow(
        f"flows.{module_name(graph)}:{writers[graph.name].name}",
        tuple(_traced_node(node, graph) for node in graph.nodes if not is_inner(node)),
        flow_name(graph),
        frozenset(task_name(graph, node) for node in graph.nodes if is_inner(node)),
        tuple(_traced(writers[part].graph, writers) for part in parts_of(graph)),
    )


def _traced_node(node: Node, graph: Graph) -> Traced:
    value = spelled(node.output) if node.output is not None else None
    saves = task_name(graph, graph.node(node.fallback_of)) if node.fallback_of else None
    waits = node.pool is not None or node.lock is not None
    return Traced(node.name, task_name(graph, node), value, saves, waits)
