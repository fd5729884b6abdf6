"""From a flow to the ops of a job: what the user wrote, the bookkeeping between, and what each waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.ir.expr import Between, Lit, Run
from flowc.ir.expr import List as ListExpr
from flowc.ir.expr import Map as MapExpr
from flowc.ir.graph import (
    Decision,
    Graph,
    Loop,
    Phase,
)
from flowc.ir.reads import leaves, outputs
from flowc.ir.view import order, waits
from flowc_targets.dagster.steps import Kind, Seen, Step, Wait
from flowc_targets.project import plan
from flowc_targets.project.plan import PHASES
from flowc_targets.project.steps import Path, loops_of

OWN = "flowc_"
"""What names of bookkeeping begin with, so that who reads a trace can leave it out."""
_ENDS = {"failure": "on_failure", "success": "on_success", "late": "on_late", "finally": "at_the_end"}
RETURNS = "returns"


class Plan(plan.Plan[Step]):
    """All ops of the job of one flow. `ids` are those of its nodes, `drops` the flows that may drop a run."""

    def __init__(
        self, graph: Graph, ids: dict[str, str], *, checks_params: bool, is_plain: bool, drops: Iterable[str] = ()
    ) -> None:
        super().__init__(graph, drops=drops)
        self.is_plain = is_plain
        self._taken = {each.lower() for each in ids.values()}
        self.params = self._make("params", "check_params", order=-100) if checks_params else None
        self.turn = self._make("turn", "turn", order=-90) if graph.overlap == "skip" else None
        self.tables: dict[tuple[Step, int, tuple[Step, ...]], Step] = {}
        for number, node in enumerate(graph.nodes):
            step = Step(ids[node.name], "node", loops_of(node.scope), 10.0 * number, node)
            self.nodes[node.name] = self.add(step)
        self._make_places()
        self._make_results()
        self.returns = self._make("return", RETURNS, order=1e5) if graph.returns is not None else None
        for phase in PHASES:
            if any(node.phase == phase for node in graph.nodes):
                self.ends[phase] = self._make("ends", _ENDS[phase], order=1e5 + 10)
        self._make_waits()
        self.outcome = None if is_plain else self._make("outcome", "outcome", order=1e6)

    # -------------------------------------------------------------- what there is

    def _make(self, kind: Kind, wanted: str, *, path: Path = (), order: float = 0.0) -> Step:
        """Bookkeeping: no task of a user may have such a name."""
        id_, number = f"{OWN}{wanted}", 2
        while id_.lower() in self._taken:
            id_, number = f"{OWN}{wanted}_{number}", number + 1
        self._taken.add(id_.lower())
        return self.add(Step(id_, kind, path, order))

    def _make_places(self) -> None:
        for decision in self.graph.decisions:
            if inside := self.inside(decision.name):  # else it guards nothing
                self.decisions[decision.name] = self._place(decision, "decision", _words(decision.name), inside)
        for loop in self.graph.loops:
            inside = self.inside(loop.name)
            name = _words(loop.name)
            self.each[loop.name] = self._place(loop, "each", f"list_{name}" if loops_of(loop.scope) else name, inside)
            if loops_of(loop.scope):
                self.all[loop.name] = found = self._place(loop, "all", name, inside)
                found.path, found.order = (), found.order + 0.5

    def _place(self, thing: Decision | Loop, kind: Kind, name: str, inside: list[Step]) -> Step:
        found = self._make(kind, name, path=loops_of(thing.scope))
        found.thing = thing
        found.order = self.before(thing, inside)
        return found

    def _make_results(self) -> None:
        """Upstreams first, for a fallback may have one of its own."""
        for kind, name in reversed(order(waits(self.graph))):
            if kind == "node" and (fallback := self.graph.node(name).fallback):
                step, saves = self.nodes[name], self.stands_for(fallback)
                result = self._make("result", f"result_{step.id}", path=step.path)
                result.order, result.of, result.thing = max(step.order, saves.order) + 1, step, step.thing
                result.waits = [Wait("awaits", (Seen(step),)), Wait("awaits", (Seen(saves),))]
                self.results[name] = result

    def source(self, path: Path) -> Step:
        """The op whose elements a mapped op is mapped over."""
        *outer, innermost = path
        return self.all[innermost] if outer else self.each[innermost]

    def gathered(self, step: Step, depth: int, checks: tuple[Step, ...] = ()) -> Step:
        """A mapped step from outside of its loops, below the `depth` outermost of them."""
        found = self.tables.get((step, depth, checks))
        if found is None:
            found = self._make("table", f"list_{step.id.removeprefix('result_')}", order=step.order + 3)
            found.thing, found.of, found.depth, found.checks = step.thing, step, depth, checks
            found.waits = [Wait("awaits", (Seen(each),)) for each in (step, *checks)]
            self.tables[step, depth, checks] = found
        return found

    # -------------------------------------------------------------- what each waits for

    def _make_waits(self) -> None:
        for step in list(self.steps):
            if step.kind in ("node", "decision", "each"):
                assert step.thing is not None
                step.waits = self.waits_of(step.thing, step.path)
        if self.returns and self.graph.returns is not None:
            names = dict.fromkeys(output.node for output in outputs(self.graph.returns))
            self.returns.waits = [Wait("accepts", (self.see(name, ()),)) for name in names]
        for step in list(self.steps):
            self._hold(step)
        for name, step in self.nodes.items():
            if saved := self.graph.node(name).fallback_of:
                step.waits.insert(0, Wait("awaits", (Seen(self.nodes[saved]),)))

    @property
    def door(self) -> Step | None:
        """What comes before all that the user wrote: the params have been checked, the run is not dropped."""
        return self.turn or self.params

    def _hold(self, step: Step) -> None:
        """Nothing starts before that."""
        if step.kind == "turn" and self.params:
            step.waits.append(Wait("requires", (Seen(self.params),)))
        if step.kind not in ("node", "decision", "each", "return") or self.door is None:
            return
        is_held = step.path or any(wait.role in ("requires", "accepts", "any_of", "arm") for wait in step.waits)
        if not is_held and self.phase(step.thing) == "main":
            step.waits.append(Wait("requires", (Seen(self.door),)))

    # -------------------------------------------------------------- the ends of the run

    def judged(self) -> list[Step]:
        """The steps that tell whether the run failed; mapped ones as one, what is tolerated considered."""
        found: list[Step] = []
        for name, step in self.nodes.items():
            if step.node.phase == "main":
                seen = self.see(name, ())
                found += [seen.step] if seen.step else []
        return [*([self.params] if self.params else []), *found, *([self.returns] if self.returns else [])]

    def handlers(self) -> list[Step]:
        """The tasks of handlers that come before `finally`, as seen from there."""
        names = [node.name for node in self.graph.nodes if node.phase not in ("main", "finally")]
        return [step for name in names if (step := self.see(name, ()).step)]


def _words(name: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in name).strip("_")


def written_length(loop: Loop) -> int | None:
    """How long a list is that is written in the source."""
    match loop.items:
        case ListExpr(items) | MapExpr(items) if loop.is_static:
            return len(items)
        case Between(low=Lit(value=int() as low), high=Lit(value=int() as high)) if loop.is_static:
            return max(0, high - low + 1)
        case _:
            return None


def told_to(graph: Graph, plan: Plan, phase: Phase) -> set[str]:
    """What the handlers of a part of the run want to know of it."""
    things: list[object] = [node for node in graph.nodes if node.phase == phase]
    things += [place for place in (*graph.decisions, *graph.loops) if plan.phase(place) == phase]
    names = {leaf.name for leaf in leaves(tuple(things)) if isinstance(leaf, Run)}
    return names & {"error", "failed_task", "lateness"}


def sources(step: Step, plan: Plan) -> Iterator[Step]:
    """The ops whose elements a step is mapped over, or puts together."""
    if step.kind == "all":
        assert isinstance(step.thing, Loop)
        yield plan.source(loops_of(step.thing.scope))
        yield plan.each[step.thing.name]
    elif step.kind == "table":
        path = step.inner.path
        yield from (plan.source(path[:end]) for end in range(1, len(path) + 1))
    elif step.path:
        yield plan.source(step.path)
