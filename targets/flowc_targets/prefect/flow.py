"""One flow on its way to a file: its names, the functions of its tasks, the lines of its flow function."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.ir import graph as ir
from flowc.ir.actions import Check, Python, RunFlow
from flowc.ir.graph import Decision, Graph, Loop, Need, Node, Phase, Program, Requires, Upstream
from flowc.ir.types import ListOf, Type
from flowc.target.code import identifier
from flowc.target.naming import joined, known_as, words
from flowc_targets.prefect.names import KIT, RESERVED, param_name
from flowc_targets.project.names import MODULES, Taken, imported, last

Thing = Node | Decision | Loop
_ROLES: dict[type[Need], str] = {ir.Requires: "", ir.Accepts: "optional", ir.AnyOf: "optional"}  # pyright: ignore
_OTHERWISE = "finished"


class FlowWriter:
    """What all functions of a file share."""

    def __init__(self, graph: Graph, program: Program) -> None:
        self.graph = graph
        self.program = program
        self.imports: set[tuple[str, str]] = set()
        self.secrets: set[str] = set()
        self.environment: set[str] = set()
        self.nodes = {node.name: node for node in graph.nodes}
        self._phases: dict[str, Phase] = {place: node.phase for node in graph.nodes for place in places(node.scope)}
        self._needs: dict[int, dict[str, tuple[Need, Upstream]]] = {}
        self.modules: dict[str, str] = {}
        self.functions: dict[str, str] = {}
        params = {param_name(param.name) for param in graph.params}
        self._taken = Taken(RESERVED | params)
        self._tasks = {last(node.name) for node in graph.nodes}
        self._packages: set[str] = set()
        """Packages that the file imports by their own name."""
        self.name = self._taken.give(joined(flow_name(graph), "_"))
        for node in graph.nodes:
            if isinstance(node.action, Python) and node.action.module != "builtins":
                self._module(node.action.module)
            if isinstance(node.action, RunFlow):
                self.other_flow(node.action.flow)
        for node in graph.nodes:
            said = words(node.name) if " " in node.name else node.name
            self.functions[node.name] = self._taken.give(last(said), said)
        self._variables = {id(node): self._taken.give(f"{self.functions[node.name]}_run") for node in graph.nodes}
        for thing in (*graph.decisions, *graph.loops):
            self._variables[id(thing)] = self._taken.give(thing.name)
        self.used: set[str] = set()
        """The variables that a line reads."""
        self.is_stoppable = _is_stoppable(graph, program, frozenset())
        self.is_plain = _is_plain(graph) and not self.is_stoppable and not any(_may_be_dropped(graph, program))

    def give(self, wanted: str) -> str:
        """A name for one more function of the file."""
        return self._taken.give(wanted)

    # -------------------------------------------------------------- modules

    def _module(self, module: str) -> str:
        """How the file calls a module: by its last name, or with its package where a task has that name."""
        if module not in self.modules:
            package, _, name = module.rpartition(".")
            top = package.partition(".")[0]
            if top and name in self._tasks and top not in self._tasks | self._taken.names - self._packages:
                self.modules[module] = module
                self._packages.add(top)
                self._taken.names.add(top)
            else:
                self.modules[module] = self._taken.give(name, module)
        return self.modules[module]

    def user_function(self, module: str, function: str) -> str:
        """A function of the user's module, which the file imports."""
        if module == "builtins":
            return function
        alias = self._module(module)
        self.imports.add(imported(module, alias))
        return f"{alias}.{function}"

    def other_flow(self, name: str) -> str:
        """The function of another flow, which the file imports."""
        graph = self.program.graph(name)
        key = f"flow {name}"
        function = joined(flow_name(graph), "_")
        if key not in self.modules:
            self.modules[key] = self._taken.give(f"{function}_flow")
        self.imports.add((f"flows.{module_name(graph)}", f"{_function(graph)} as {self.modules[key]}"))
        return self.modules[key]

    # -------------------------------------------------------------- who is read

    def variable(self, thing: Thing) -> str:
        """The variable that stands for a task, a choice or a loop; noted as one that is read."""
        name = self._variables[id(thing)]
        self.used.add(name)
        return name

    def variable_of(self, thing: Thing) -> str:
        """The same, where it is given its value."""
        return self._variables[id(thing)]

    def seen(self, upstream: Upstream) -> str:
        """An upstream as its readers name it."""
        if upstream.is_group:
            self.imports.add((f"{KIT}.graph", "group"))
            members = [self.nodes[name] for name in self.graph.group(upstream.name).members]
            found = f"group({', '.join(self.variable(node) for node in members if not node.fallback_of)})"
        else:
            found = self.variable(self.nodes[upstream.name])
        if upstream.checks:
            found += f".checked({', '.join(self.variable(self.nodes[check]) for check in upstream.checks)})"
        return found

    def argument(self, thing: Thing | None, node: str) -> str:
        """What is handed over for a task's value, so that it says what the reader needs of it."""
        if thing is None:
            return self.variable(self.nodes[node])
        found = self.read_by(thing, node)
        if found is None:
            return self.wrapped(_OTHERWISE, self.variable(self.nodes[node]))
        need, upstream = found
        return self.wrapped(_ROLES.get(type(need), _OTHERWISE), self.seen(upstream))

    def read_by(self, thing: Thing, node: str) -> tuple[Need, Upstream] | None:
        """The need by which a task is read: the strictest of them."""
        if id(thing) not in self._needs:
            self._needs[id(thing)] = _needs_of(thing)
        return self._needs[id(thing)].get(node)

    def wrapped(self, role: str, *seen: str) -> str:
        """`optional(rows_run)`."""
        if not role:
            return seen[0]
        self.imports.add((f"{KIT}.graph", role))
        return f"{role}({', '.join(seen)})"

    def value_type(self, node: str, levels: int) -> Type | None:
        """The type of a task's value, seen from outside of so many loops."""
        kind = self.nodes[node].output
        for _ in range(levels if kind is not None else 0):
            kind = ListOf(kind)  # type: ignore[arg-type]
        return kind

    # -------------------------------------------------------------- where things stand

    def phase(self, thing: Thing) -> Phase:
        """The part of the run that a task, a choice or a loop belongs to."""
        return thing.phase if isinstance(thing, Node) else self._phases.get(thing.name, "main")

    def in_order(self) -> list[Thing]:
        """Everything after all that it names, otherwise as the user wrote it."""
        found: dict[int, Thing] = {}
        for node in self.graph.nodes:
            if node.fallback_of or id(node) in found:
                continue
            # No recursion: a chain of tasks may be as long as it likes.
            open_: list[tuple[Thing, Iterator[Thing]]] = [(node, self._before(node))]
            while open_:
                thing, before = open_[-1]
                above = next((each for each in before if id(each) not in found), None)
                if above is not None:
                    open_.append((above, self._before(above)))
                else:
                    open_.pop()
                    found[id(thing)] = thing
        return list(found.values())

    def _before(self, thing: Thing) -> Iterator[Thing]:
        """What a thing names, which stands before it."""
        for place in thing.scope:
            yield self.graph.decision(place.decision) if isinstance(place, ir.InArm) else self.graph.loop(place.loop)
        for upstream in (upstream for need in thing.needs for upstream in upstreams(need)):
            names = self.graph.group(upstream.name).members if upstream.is_group else (upstream.name,)
            yield from (self.nodes[name] for name in (*names, *upstream.checks) if not self.nodes[name].fallback_of)
        if isinstance(thing, Node) and thing.fallback:
            yield self.nodes[thing.fallback]


def upstreams(need: Need) -> tuple[Upstream, ...]:
    """What a need waits for."""
    return need.upstreams if isinstance(need, (ir.AnyOf, ir.AnyFailed)) else (need.upstream,)


_STRICTEST: tuple[type[Need], ...] = (ir.Requires, ir.AnyOf, ir.Accepts, ir.Awaits, ir.AnyFailed)  # pyright: ignore


def _needs_of(thing: Thing) -> dict[str, tuple[Need, Upstream]]:
    """For each task that a thing waits for the strictest need by which it does."""
    found: dict[str, tuple[Need, Upstream]] = {}
    for need in sorted(thing.needs, key=lambda need: _STRICTEST.index(type(need))):
        for upstream in upstreams(need):
            if not upstream.is_group:
                found.setdefault(upstream.name, (need, upstream))
    return found


def places(scope: ir.Scope) -> Iterator[str]:
    """The names of the decisions and loops of a scope."""
    for place in scope:
        yield place.decision if isinstance(place, ir.InArm) else place.loop


def flow_name(graph: Graph) -> str:
    """The name by which Prefect knows a flow."""
    return graph.renamed_from or graph.name


def task_name(graph: Graph, node: Node) -> str:
    """The name by which Prefect knows a task."""
    return " ".join(known_as(graph, node).split())


def module_name(graph: Graph) -> str:
    """The module of a flow."""
    return identifier(joined(flow_name(graph), "_"))


def _function(graph: Graph) -> str:
    """The name of a flow's function, as its own file gives it."""
    return Taken(RESERVED | {param_name(param.name) for param in graph.params}).give(joined(flow_name(graph), "_"))


def _is_stoppable(graph: Graph, program: Program, seen: frozenset[str]) -> bool:
    """Whether a run may have to end early: by its deadline, for a newer run, or because its parent's task has to."""
    if graph.deadline is not None or graph.overlap == "cancel_old":
        return True
    for other in program.graphs:
        calls = [n for n in other.nodes if isinstance(n.action, RunFlow) and n.action.flow == graph.name]
        if any(node.timeout is not None for node in calls):
            return True
        if calls and other.name not in seen and _is_stoppable(other, program, seen | {graph.name}):
            return True
    return False


def _may_be_dropped(graph: Graph, program: Program) -> Iterator[Node]:
    """Tasks that are skipped where the flow that they run drops the run."""
    for node in graph.nodes:
        if isinstance(node.action, RunFlow) and program.graph(node.action.flow).overlap == "skip":
            yield node


def _is_plain(graph: Graph) -> bool:
    """Whether Prefect's own `submit` and `wait_for` say all that there is."""
    if graph.part_of or graph.decisions or graph.loops or graph.sla is not None or graph.returns is not None:
        return False
    return all(
        node.phase == "main"
        and not node.fallback
        and not node.priority
        and not (isinstance(node.action, Check) and node.action.verdict == "skip")
        and all(isinstance(n, Requires) and not n.upstream.is_group and not n.upstream.checks for n in node.needs)
        for node in graph.nodes
    )


__all__ = ["KIT", "MODULES", "FlowWriter", "Thing"]
