"""One flow on its way to a module with a job: its ops, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time

from flowc.ir import graph as ir
from flowc.ir.actions import Python
from flowc.ir.graph import Graph, Node, Program
from flowc.target.literals import literal, string
from flowc.target.naming import joined, variable
from flowc_targets.dagster import bodies, frames
from flowc_targets.dagster.body import Body
from flowc_targets.dagster.deaths import outlived
from flowc_targets.dagster.imports import sections
from flowc_targets.dagster.model import JobFile, Op, Option
from flowc_targets.dagster.names import KIT, RESERVED
from flowc_targets.dagster.options import job_name, job_options, param_fields
from flowc_targets.dagster.plainness import checks_params, is_plain
from flowc_targets.dagster.plan import OWN, RETURNS, Plan
from flowc_targets.dagster.policies import EXITS_FAIL, has_policy
from flowc_targets.dagster.schedule import schedules
from flowc_targets.dagster.sensors import sensors
from flowc_targets.dagster.steps import Step
from flowc_targets.dagster.wiring import Wiring
from flowc_targets.project.backfills import SCRIPT, constants
from flowc_targets.project.docs import with_groups
from flowc_targets.project.ended import ended_by_others
from flowc_targets.project.names import Taken, imported


class Job:
    """One flow. `ids` are those of its nodes, `shared` those ids that other flows have too."""

    def __init__(self, graph: Graph, program: Program, ids: Mapping[str, str], package: str) -> None:
        self.graph = graph
        self.program = program
        self.package = package
        self.constants = constants(program)
        """What flows are called where their backfills are."""
        drops = [flow.name for flow in program.graphs if flow.overlap == "skip"]
        self.is_cancelled_by_others = graph.name in ended_by_others(program) or graph.overlap == "cancel_old"
        """Whether its runs may be ended by a task of another flow, or for a newer run."""
        self.has_deadline = graph.deadline is not None or self.is_cancelled_by_others
        self.part_of = {name: part for part in graph.parts for name in part.members}
        """The part that each task stands in, where the flow is large."""
        is_mapped_in_parts = bool(graph.parts and graph.loops)  # a graph gives no list that was collected in it
        is_simple = is_plain(graph, drops) and not self.has_deadline and not is_mapped_in_parts
        self.plan = Plan(graph, dict(ids), checks_params=checks_params(graph), is_plain=is_simple, drops=drops)
        self.secrets: set[str] = set()
        self.variables: set[str] = set()
        self.limits: dict[str, int] = {}
        if self.plan.outcome:
            self.plan.judged()
            self.plan.handlers()
        frames.cut(self.plan)
        self._outlived = frozenset[Step]() if is_simple else outlived(self.plan)
        self._taken = Taken(RESERVED)
        self.job_name = self._taken.give(job_name(graph))
        self._modules = self._called_modules()
        self.reserved = frozenset(self._taken.names)
        """What no variable of the module may be called."""
        self._jobs: dict[str, str] = {}
        self._wiring: Wiring | None = None
        self._arms: dict[Step, set[int]] = {}
        self._locals: dict[tuple[Step, str], str] = {}
        self.functions: dict[Step, str] = {}
        self.bodies: dict[Step, Body] = {}
        self.said: dict[Step, bodies.Said] = {}
        self._write_all()

    def _called_modules(self) -> dict[str, str]:
        """How the file calls the user's modules: as they are called, if that is no name of the file's own."""
        found: dict[str, str] = {}
        packages: set[str] = set()
        for node in self.graph.nodes:
            if isinstance(node.action, Python) and (module := node.action.module) not in (*found, "builtins"):
                package = module.partition(".")[0]
                is_free = package in packages or variable(package, self._taken.names) == package
                found[module] = module if is_free else self._taken.give(module)
                if is_free:
                    packages.add(package)
                    self._taken.add([package])
        return found

    def _write_all(self) -> None:
        """Every op; a body may ask for tables that nobody has asked for before."""
        for step in self.plan.nodes.values():
            self.functions[step] = self._taken.give(step.id)
        done = 0
        while done < len(self.plan.steps):
            for step in self.plan.steps[done:]:
                done += 1
                if self.plan.is_plain and step.kind == "table":
                    continue
                if step not in self.functions:
                    self.functions[step] = self._taken.give(step.id.removeprefix(OWN))
                self.bodies[step] = Body(self, step)
                self.said[step] = bodies.write(step, self.bodies[step])

    # -------------------------------------------------------------- asked by bodies

    def flow(self, name: str) -> Graph:
        """Another flow of the program."""
        return self.program.graph(name)

    def is_timed(self, node: Node) -> bool:
        """Whether the run's deadline holds for a task."""
        return self.has_deadline and node.phase == "main"

    def is_outlived(self, step: Step) -> bool:
        """Whether an attempt that dies has to leave the op alive: for others, or because more attempts follow."""
        is_retried = bool(step.node.retry.count) and not has_policy(step.node, self)
        return step in self._outlived or is_retried

    def fallbacks(self) -> list[Step]:
        """What fallbacks came to, who may be the first to have failed."""
        names = [node.name for node in self.graph.nodes if node.fallback_of and node.phase == "main"]
        return [step for name in names if (step := self.plan.see(name, ()).step)]

    def arms_of(self, decision: Step) -> set[int]:
        """The arms of a decision that something stands in."""
        if not self._arms:
            for wait in (wait for step in self.plan.steps for wait in step.waits if wait.role == "arm"):
                if wait.seen[0].step:
                    self._arms.setdefault(wait.seen[0].step, set()).add(wait.arm)
        return self._arms.get(decision, set())

    def element(self, step: Step) -> str:
        """The variable of a loop."""
        assert isinstance(step.thing, ir.Loop)
        return self.item(step.thing)

    def item(self, loop: ir.Loop) -> str:
        """The parameter that holds an element."""
        return variable(loop.item, self.reserved)

    def late_after(self, body: Body) -> list[str]:
        """From when on the run is late, as arguments."""
        sla = self.graph.sla
        if isinstance(sla, str):
            body.imports.add(("datetime", "time"))
            return [literal(time.fromisoformat(sla)), string(self.graph.zone)]
        body.imports.add(("datetime", "timedelta"))
        return [literal(sla)]

    def local(self, step: Step, what: str) -> str:
        """The variable of the job's function that holds a step's `out`, or the `elements` of a loop."""
        if (step, what) not in self._locals:
            self._locals[step, what] = self.give(f"{self.functions[step].rstrip('_')}_{what}")
        return self._locals[step, what]

    @property
    def outputs(self) -> set[str]:
        """The variables of the job's function."""
        return set(self._locals.values())

    def give(self, wanted: str) -> str:
        """A name that the module does not have."""
        return self._taken.give(wanted)

    def import_job(self, flow: str, body: Body) -> str:
        """The job of another flow."""
        other = self.program.graph(flow)
        name = job_variable(other)
        if flow not in self._jobs:
            self._jobs[flow] = self._taken.give(name if name not in self._taken.names else f"{name}_job")
        called = self._jobs[flow]
        body.imports.add((f"defs.{module_name(other)}", name if name == called else f"{name} as {called}"))
        return called

    def import_module(self, module: str, body: Body) -> str:
        """A module of the user."""
        called = self._modules[module]
        body.imports.add(imported(module, called))
        return called

    def returns_of(self, flow: str) -> str:
        """The op of another flow that gives what it returns."""
        _ = self.program.graph(flow).returns
        return f"{OWN}{RETURNS}"

    # -------------------------------------------------------------- the file

    def file(self, origin: str, digest: str, duplicated: set[str]) -> JobFile:
        """The whole module; `duplicated` are names of ops that other jobs have too."""
        imports: set[tuple[str, str]] = {("dagster", "")}
        fields = param_fields(self.graph, imports)
        params_class = f"{_camel(self.job_name)}Params" if fields else ""
        ordered = self._ordered()
        wiring = Wiring(self, duplicated)
        lines = wiring.lines(ordered)
        ops = tuple(self._op(step, params_class, duplicated) for step in ordered)
        for body in self.bodies.values():
            imports |= body.imports
        constants = self._constants(imports)
        options = job_options(self, params_class, imports)
        names = {graph.name: job_name(graph) for graph in self.program.graphs}
        after = tuple(schedules(self.graph, self.job_name, imports))
        after += tuple(sensors(self.graph, self.job_name, names, imports))
        renamed = {(self._home(module), name) for module, name in imports}
        return JobFile(
            path=f"src/{self.package}/defs/{module_name(self.graph)}.py",
            name=self.job_name,
            job=job_name(self.graph),
            doc=with_groups(self.graph),
            origin=origin,
            digest=digest,
            imports=tuple(sections(renamed)),
            constants=constants,
            params=fields,
            params_class=params_class,
            ops=ops,
            parts=tuple(wiring.parts),
            options=options,
            wiring=tuple(lines),
            after=after,
        )

    def _home(self, module: str) -> str:
        """Modules of the project's own package by their full name."""
        return f"{self.package}.{module}" if module.partition(".")[0] in (KIT, SCRIPT, "defs") else module

    def _ordered(self) -> list[Step]:
        """The ops as they are written: each after all that it waits for."""
        known = set(self.bodies)

        def ups(step: Step) -> Iterable[Step]:
            body = self.bodies[step]
            used = {each for given in body.inputs.values() for each in given.steps}
            used |= {*body.after, *(decision for decision, _ in body.arms), *frames.upstreams(step, self.plan)}
            return used & known - {step}

        return frames.in_order(known_in_order(self.plan, known), ups, lambda step: step.order) or list(known)

    def _op(self, step: Step, params_class: str, duplicated: set[str]) -> Op:
        body, said = self.bodies[step], self.said[step]
        name = self.functions[step]
        wanted = self.op_name(step, duplicated)
        options = [Option("name", string(wanted))] if wanted != name else []
        ins = [f'"{each}": dg.In(dg.Nothing)' for each in self.order_inputs(step)]
        options += [Option("ins", f"{{{', '.join(ins)}}}")] if ins else []
        takes_context = body.takes_context or bool(said.decorator and said.decorator != EXITS_FAIL)
        parameters = ["context: dg.OpExecutionContext"] if takes_context else []
        parameters += [f"{each}: {given.annotation}" for each, given in body.inputs.items()]
        parameters += [f"params: {params_class}"] if body.takes_params else []
        return Op(
            name=name,
            options=(*options, *said.options),
            decorator=said.decorator,
            parameters=tuple(parameters),
            returns=said.returns,
            doc=said.doc.strip(),
            comment=_place(step),
            body=tuple(body.lines),
        )

    def op_name(self, step: Step, duplicated: set[str]) -> str:
        """The name of an op's definition, which is one of a kind in a code location."""
        return self.name_of(step.id, duplicated)

    def name_of(self, id_: str, duplicated: set[str]) -> str:
        """The name of a definition."""
        return f"{joined(job_name(self.graph), '__')}__{id_}" if id_.lower() in duplicated else id_

    def order_inputs(self, step: Step) -> dict[str, list[str]]:
        """The inputs that only keep the order, with what is handed over for each, as source."""
        if self._wiring is None:
            self._wiring = Wiring(self, set())
        return self._wiring.order_inputs(step)

    def _constants(self, imports: set[tuple[str, str]]) -> tuple[str, ...]:
        """What all ops of the module share."""
        if not self.has_deadline:
            return ()
        imports.add((f"{KIT}.deadline", "Deadline"))
        given, said = list[str](), list[str]()
        if self.graph.deadline is not None:
            imports.add(("datetime", "timedelta"))
            given.append(literal(self.graph.deadline))
            said.append("from the run's start")
        if self.graph.overlap == "cancel_old":
            given.append(f"max_runs={self.graph.max_runs}")
            said.append("when a newer run waits behind so many")
        why = ", or ".join(said) or "what is left to the task that has started the run"
        return (f"DEADLINE = Deadline({', '.join(given)})  # {why}",)


def known_in_order(plan: Plan, known: set[Step]) -> list[Step]:
    """The steps that are written, as they were planned."""
    return [step for step in plan.steps if step in known]


def job_variable(graph: Graph) -> str:
    """The variable that holds a flow's job."""
    return variable(job_name(graph), RESERVED)


def module_name(graph: Graph) -> str:
    """The module of a flow's job."""
    return variable(job_name(graph))


def _place(step: Step) -> str:
    """`orders.flow:7`, for what the user wrote."""
    if step.kind in ("node", "decision", "each") and step.thing is not None:
        return step.thing.origin.place
    return ""


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
