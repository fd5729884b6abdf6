"""From a program to a native project."""

from __future__ import annotations

from pathlib import Path

from flowc.emit.tree import FileTree
from flowc.ir import actions, triggers
from flowc.ir.digest import digest
from flowc.ir.graph import Graph, Program
from flowc.ir.reads import flows_run
from flowc.target.code import identifier
from flowc.target.types import spelled
from flowc_targets.native.flows import flow_module, secret_names
from flowc_targets.native.model import CronLine, FlowPackage, NativeProject
from flowc_targets.native.modules import top_names, user_files
from flowc_targets.project.connections import DATABASES
from flowc_targets.project.given import heard_words
from flowc_targets.project.stores import stores

RUNTIME = "flow_runtime"


def lower(program: Program) -> NativeProject:
    """One package for each flow, the user's modules beside, and the runner."""
    root = Path(program.root)
    modules = sorted({module for each in program.graphs for module in _modules(each)})
    packages = package_names([each.name for each in program.graphs], top_names(root, modules))
    return NativeProject(
        name=program.project,
        flows=tuple(_package(each, packages, program) for each in program.graphs),
        requirements=tuple(sorted({need for each in program.graphs for need in _drivers(each)} | stores(program))),
        secrets=tuple(sorted({name for each in program.graphs for name in secret_names(each)})),
        user_files=user_files(root, modules),
        asks=any(isinstance(node.action, actions.WaitApproval) for each in program.graphs for node in each.nodes),
        runtime=runtime_files(),
    )


def package_names(flows: list[str], taken: set[str]) -> dict[str, str]:
    """A package for each flow: its name, unless a module of the user's has it."""
    found: dict[str, str] = {}
    for flow in flows:
        name = identifier(flow)
        while name in taken or name in found.values() or name in (RUNTIME, "tests"):
            name += "_flow"
        found[flow] = name
    return found


def runtime_files() -> FileTree:
    """The runner, byte for byte as it is tested."""
    import flowc.runtime

    folder = Path(flowc.runtime.__file__).parent
    return FileTree({path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))})


def _package(each: Graph, packages: dict[str, str], program: Program) -> FlowPackage:
    return FlowPackage(
        package=packages[each.name],
        module=flow_module(each),
        calls=tuple((name, packages[name]) for name in _calls(each, program)),
        params=tuple((param.name, spelled(param.type), param.doc) for param in each.params),
        crons=tuple(
            CronLine(trigger.zone, trigger.expression)
            for trigger in each.triggers
            if isinstance(trigger, triggers.Cron)
        ),
        heard=tuple(heard_words(each)),
        origin=each.origin.path,
        digest=digest(each)[:12],
    )


def _calls(each: Graph, program: Program) -> list[str]:
    """All flows that a run of this one may start, at any depth."""
    found: list[str] = []
    queue = [*flows_run(each)]
    while queue:
        name = queue.pop(0)
        if name not in found and name != each.name:
            found.append(name)
            queue += flows_run(program.graph(name))
    return sorted(found)


def _modules(each: Graph) -> list[str]:
    return [node.action.module for node in each.nodes if isinstance(node.action, actions.Python)]


def _drivers(each: Graph) -> list[str]:
    return [package for item in each.connections for package in DATABASES.get(item.kind, ())]
