"""From the graph of a flow to its DAG file: functions, their calls and edges, in an order that can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.ir import graph as ir
from flowc.ir.actions import Python
from flowc.ir.expr import Map, Run
from flowc.ir.graph import Graph, Program
from flowc.ir.reads import leaves
from flowc.ir.types import MapOf, Optional
from flowc.target.literals import literal, string
from flowc.target.naming import variable
from flowc_targets.airflow import bodies, frames, starts
from flowc_targets.airflow.body import Body
from flowc_targets.airflow.events import listened_to
from flowc_targets.airflow.frames import Block, FramePart, GroupPart
from flowc_targets.airflow.model import DagFile, Frame, Function, Group, Item, Option
from flowc_targets.airflow.names import HOME, KIT, LOCAL, RESERVED
from flowc_targets.airflow.parts import Parts
from flowc_targets.airflow.plan import Plan
from flowc_targets.airflow.schedule import PLUGIN
from flowc_targets.airflow.steps import Step, outermost
from flowc_targets.airflow.written import constants, written_length
from flowc_targets.project.constants import plain_constant
from flowc_targets.project.docs import said_of
from flowc_targets.project.ended import ended_by_others
from flowc_targets.project.names import Taken, last

MANY = 500
"""From so many tasks on, Airflow's own hash of a DAG is most of the time that loading it takes."""


class Dag:
    """One flow on its way to a DAG file."""

    def __init__(
        self,
        graph: Graph,
        program: Program,
        ids: Mapping[str, str],
        parts: Parts,
        *,
        reserved: Iterable[str] = RESERVED,
    ) -> None:
        self.graph = graph
        self.program = program
        self.reserved = LOCAL | {*reserved}
        drops = [flow.name for flow in program.graphs if flow.overlap == "skip"]
        self.parts = parts
        self.plan = Plan(graph, dict(ids), drops=drops, is_ended_by_others=graph.name in ended_by_others(program))
        frames.cut(self.plan)
        starts.settle(self.plan)
        self.block = frames.arrange(self.plan)
        self.secrets: set[str] = set()
        self.variables: set[str] = set()
        self.tells: set[Step] = set()
        self._taken = Taken(self.reserved)
        self._functions: dict[Step, str] = {}
        self._wanted: set[Step] = set()
        self._loose = set(self._alone(self.block))
        self._chains = self._chain(self.block, ())
        self._needs_dag = self.plan.returns is not None
        for step in self._in_order(self.block):
            self._functions[step] = self._taken.give(last(step.id), step.id)
        self._taken.add(step.id for step in self._functions)
        self._variables = {step: self._taken.give(f"{name.rstrip('_')}_task") for step, name in self._functions.items()}

    @property
    def wanted(self) -> set[str]:
        """The names that the user has given to what the file names."""
        actions = [node.action for node in self.graph.nodes]
        functions = {action.function.partition(".")[0] for action in actions if isinstance(action, Python)}
        return functions | {last(step.id) for step in self._functions} | {loop.item for loop in self.graph.loops}

    # -------------------------------------------------------------- asked by bodies

    def variable(self, step: Step) -> str:
        """The variable of a task that is handed over as a value."""
        self._wanted.add(step)
        return self._variables[step]

    def need_value(self, step: Step) -> None:
        """Note that a task's value is read."""

    def element(self, step: Step) -> str:
        """The parameter that holds the element of the innermost loop around a step."""
        return variable(self.graph.loop(step.path[-1]).item, self.reserved)

    def is_keyed(self, loop: str) -> bool:
        """Whether a loop goes over a map."""
        kind = self.graph.loop(loop).items.type
        return isinstance(kind.item if isinstance(kind, Optional) else kind, MapOf)

    def connection(self, name: str) -> str:
        """The function that gives a connection's settings."""
        return variable(name)

    def flow(self, name: str) -> Graph:
        """Another flow of the program."""
        return self.program.graph(name)

    def dag_id(self, flow: str) -> str:
        """The id of a flow's DAG."""
        return dag_id(self.program.graph(flow))

    def constant_elements(self, loop: ir.Loop) -> str:
        """The elements of a list in the source, as JSON; numbers where they are to be computed."""
        found = constants(loop)
        if found is None:
            return literal(list(range(written_length(loop) or 0)))
        if isinstance(loop.items, Map):
            kind = getattr(loop.items.type, "value", None)
            pairs = zip(sorted(key for key, _ in loop.items.entries), found, strict=True)
            return literal([{"key": key, "value": plain_constant(value, kind)} for key, value in pairs])
        kind = getattr(loop.items.type, "item", None)
        return literal([plain_constant(value, kind) for value in found])

    def told_to(self, phase: ir.Phase) -> set[str]:
        """What the handlers of a part of the run want to know of it."""
        nodes = [node for node in self.graph.nodes if node.phase == phase]
        names = {leaf.name for leaf in leaves(tuple(nodes)) if isinstance(leaf, Run)}
        places = [d for d in (*self.graph.decisions, *self.graph.loops) if self.plan.phase(d) == phase]
        names |= {leaf.name for leaf in leaves(tuple(places)) if isinstance(leaf, Run)}
        return names & {"error", "failed_task", "lateness"}

    def late_after(self, body: Body) -> str:
        """From when on the run is late, as arguments."""
        from datetime import time

        sla = self.graph.sla
        if isinstance(sla, str):
            body.imports.add(("datetime", "time"))
            return f"{literal(time.fromisoformat(sla))}, {string(self.graph.zone)}"
        body.imports.add(("datetime", "timedelta"))
        may_wait = self.graph.overlap == "cancel_old" and self.plan.turn
        return literal(sla) + (f", turn={string(self.plan.turn.id)}" if may_wait and self.plan.turn else "")

    # -------------------------------------------------------------- the file

    def file(self, path: str, origin: str, digest: str) -> DagFile:
        """The whole file."""
        written = {step: self._function(step) for step in self._in_order(self.block)}
        is_large = len(written) >= MANY
        imports: set[tuple[str, str]] = {(f"{KIT}.large", "LargeDAG") if is_large else ("airflow.sdk", "DAG")}
        imports.add(("airflow.sdk", "task"))
        for _, body in written.values():
            imports |= body.imports
        from flowc_targets.airflow.options import options_of, shared_options, without_shared

        shared = shared_options(function for step, (function, _) in written.items() if step.kind == "node")
        functions = {
            step: without_shared(function, shared, is_bookkeeping=step.kind != "node")
            for step, (function, _) in written.items()
        }
        items = self._items(self.block, functions, written)
        options = options_of(self, shared, imports)
        constants_ = self._constants(imports)
        imports |= {("airflow.sdk", "TaskGroup")} if _has(items, Group) else set()
        imports |= {("airflow.sdk", "task_group")} if _has(items, Frame) else set()
        ends: tuple[str, ...] = ()
        if self.graph.name in listened_to(self.program):
            imports.add((f"{KIT}.events", "tell_end"))
            self._needs_dag, ends = True, (f"tell_end(dag, {string(self.graph.name)})",)
        return DagFile(
            path=path,
            id=dag_id(self.graph),
            doc=said_of(self.graph),
            origin=origin,
            digest=digest,
            imports=tuple(_sections(imports)),
            lines=constants_,
            options=options,
            made_by="LargeDAG" if is_large else "DAG",
            items=items,
            needs_dag=self._needs_dag,
            ends=ends,
        )

    def _constants(self, imports: set[tuple[str, str]]) -> tuple[str, ...]:
        """What all functions of the file share."""
        if not self.plan.is_stoppable:
            return ()
        imports.add((f"{KIT}.deadline", "Deadline"))
        given, said = list[str](), list[str]()
        if self.graph.deadline is not None:
            imports.add(("datetime", "timedelta"))
            given.append(literal(self.graph.deadline))
            said.append("from the run's start")
        if self.graph.overlap == "cancel_old" and self.plan.turn:
            given.append(f"turn={string(self.plan.turn.id)}")
            said.append("when a newer run waits")
        why = ", or ".join(said) or "what is left to the task that has started the run"
        return (f"DEADLINE = Deadline({', '.join(given)})  # {why}",)

    def _function(self, step: Step) -> tuple[Function, Body]:
        body = Body(self, step)
        decorator, options, doc = bodies.write(step, body)
        if step.kind == "return":
            body.imports.add((HOME["dag_result"], "dag_result"))
        name = self._functions[step]
        if (task_id := self._task_id(step, name)) is not None:
            options = [Option("task_id", string(task_id)), *options]
        over = self._over(step) if step in self._loose else None
        if over is not None:
            element = self.element(step)
            body.parameters.pop(element, None)
        parameters = tuple(body.parameters)
        function = Function(
            name=name,
            decorator=decorator,
            options=tuple(options),
            parameters=parameters if over is None else (self.element(step), *parameters),
            takes_context=body.takes_context,
            doc=doc.strip(),
            comment=_place(step),
            body=body.body(),
            arguments=tuple(body.parameters.values()),
            mapped=None if over is None else f"{self.element(step)}={over}",
            is_result=step.kind == "return",
        )
        return function, body

    def _task_id(self, step: Step, function: str) -> str | None:
        """The id to be given, where the function's name and the groups around do not make it."""
        parts = self._chains[step]
        is_framed = any(isinstance(part, FramePart) for part in parts) and step not in self._loose
        groups = [part.name for part in parts if isinstance(part, GroupPart)]
        prefix = "" if is_framed or not groups else self._group_id(groups[-1]) + "."
        wanted = step.id[len(prefix) :] if step.id.startswith(prefix) else step.id
        return None if wanted == function else wanted

    def _group_id(self, name: str) -> str:
        group = self.graph.group(name)
        return group.renamed_from or group.name

    def _over(self, step: Step) -> str:
        """What the tasks of a loop are mapped over."""
        if self.plan.is_flattened(step.path):
            return self.variable(self.plan.all[step.path[-1]])
        loop = self.graph.loop(outermost(step.path))
        if written_length(loop) is not None:
            return self.constant_elements(loop)
        source = self.plan.source(loop.name).step
        assert source is not None
        return self.variable(source)

    def _edges(self, step: Step, body: Body) -> tuple[str, ...]:
        """What a task waits for besides the values that it is given."""
        mapped = set(self.plan.sources(step.path)) if step.path and not self._is_written(step) else set[Step]()
        found = [up for up in step.steps() if up not in body.by_value and up not in mapped]
        return tuple(self._handle(up, step) for up in found)

    def _is_written(self, step: Step) -> bool:
        return len(step.path) == 1 and written_length(self.graph.loop(step.path[0])) is not None

    def _handle(self, step: Step, reader: Step) -> str:
        """A task for an edge: its variable, or where that is in the function of another loop the task by its id."""
        frames_ = [part for part in self._chains[step] if isinstance(part, FramePart)]
        if step in self._loose or not frames_ or frames_[0] in self._chains[reader]:
            return self.variable(step)
        self._needs_dag = True
        return f"dag.get_task({string(step.id)})"

    # -------------------------------------------------------------- the order of things

    def _items(
        self, block: Block, functions: Mapping[Step, Function], written: Mapping[Step, tuple[Function, Body]]
    ) -> tuple[Item, ...]:
        from attrs import evolve

        edges = {step: self._edges(step, body) for step, (_, body) in written.items()}
        overs = {id(each): self._over(_first(each)) for each in _blocks(block) if isinstance(each.part, FramePart)}
        done = {
            step: evolve(
                function, upstream=edges[step], variable=self._variables[step] if step in self._wanted else None
            )
            for step, function in functions.items()
        }
        return tuple(self._item(item, done, overs) for item in block.items)

    def _item(self, item: Step | Block, functions: Mapping[Step, Function], overs: Mapping[int, str]) -> Item:
        if isinstance(item, Step):
            return functions[item]
        inner = tuple(self._item(each, functions, overs) for each in item.items)
        if isinstance(item.part, GroupPart):
            group = self.graph.group(item.part.name)
            return Group(self._group_id(group.name).rpartition(".")[2], group.doc.strip(), inner)
        assert isinstance(item.part, FramePart)
        step = _first(item)
        if step in self._loose:
            return inner[0]
        loop = self.graph.loop(step.path[-1])
        comment = f"{loop.origin.place}: for {loop.item} in ..."
        name = last(loop.name) if not item.part.number else f"{last(loop.name)}_{item.part.number + 1}"
        return Frame(self._taken.give(name), self.element(step), overs[id(item)], comment, inner)

    def _alone(self, block: Block) -> Iterable[Step]:
        """Mapped tasks that stand alone in their loop: they need no task group."""
        for each in _blocks(block):
            if isinstance(each.part, FramePart) and len(each.items) == 1:
                yield _first(each)

    def _in_order(self, block: Block) -> Iterable[Step]:
        for item in block.items:
            if isinstance(item, Step):
                yield item
            else:
                yield from self._in_order(item)

    def _chain(self, block: Block, above: tuple[frames.Part, ...]) -> dict[Step, tuple[frames.Part, ...]]:
        found: dict[Step, tuple[frames.Part, ...]] = {}
        for item in block.items:
            if isinstance(item, Step):
                found[item] = above
            else:
                assert item.part is not None
                found |= self._chain(item, (*above, item.part))
        return found


def dag_id(graph: Graph) -> str:
    """The id of a flow's DAG."""
    return graph.renamed_from or graph.name


def _first(block: Block) -> Step:
    found = block.items[0]
    return found if isinstance(found, Step) else _first(found)


def _blocks(block: Block) -> Iterable[Block]:
    for item in block.items:
        if isinstance(item, Block):
            yield item
            yield from _blocks(item)


def _has(items: Iterable[Item], kind: type) -> bool:
    return any(isinstance(item, kind) or (isinstance(item, Group | Frame) and _has(item.items, kind)) for item in items)


def _place(step: Step) -> str:
    """`orders.flow:7`, for what the user wrote."""
    if step.kind in ("node", "decision", "each") and step.thing is not None:
        return step.thing.origin.place
    return ""


_FIRST_PARTY = (KIT,)
_INSTALLED = ("airflow", PLUGIN)


def _sections(imports: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Import lines as ruff sorts them: the standard library, Airflow, the project's own."""
    pairs = set(imports)
    own = {pair for pair in pairs if pair[0].partition(".")[0] in _FIRST_PARTY}
    installed = {pair for pair in pairs if pair[0].partition(".")[0] in _INSTALLED}
    for section in (pairs - own - installed, installed, own):
        if section:
            yield from (f"import {module}" for module, name in sorted(section) if not name)
            for module in sorted({module for module, name in section if name}):
                names = sorted((name for each, name in section if each == module), key=_rank)
                yield f"from {module} import {', '.join(names)}"
            yield ""


def _rank(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name
