"""From a flow to the tasks of a DAG: what the user wrote, the bookkeeping between, and what each waits for.

How a wait is kept, by a trigger rule or by a gate, is decided in `starts`; here only what has to be kept is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from attrs import frozen

from flowc.ir.actions import RunFlow
from flowc.ir.expr import Output, Run
from flowc.ir.graph import (
    Awaits,
    Decision,
    Graph,
    Group,
    Loop,
    Need,
    Node,
    Phase,
    Requires,
    Upstream,
)
from flowc.ir.reads import leaves, outputs
from flowc.ir.types import ListOf
from flowc.ir.view import order, waits
from flowc_targets.airflow.ids import GATES, Ids
from flowc_targets.airflow.steps import ListStep, Seen, Step, Wait
from flowc_targets.airflow.written import is_literal, written_length
from flowc_targets.project import plan
from flowc_targets.project.plan import PHASES
from flowc_targets.project.steps import Path, loops_of


@frozen(eq=False)
class Source:
    """Where the elements of an outermost loop come from: a task, or constants in the source (`step` None)."""

    step: Step | None


class Plan(plan.Plan[Step]):
    """All tasks of the DAG of one flow. `drops` are the flows that may drop a run."""

    def __init__(
        self, graph: Graph, ids: dict[str, str], *, drops: Iterable[str] = (), is_ended_by_others: bool = False
    ) -> None:
        super().__init__(graph, drops=drops)
        self.is_cancelled_by_others = is_ended_by_others or graph.overlap == "cancel_old"
        self.is_stoppable = self.is_cancelled_by_others or graph.deadline is not None
        """Whether what runs may have to be stopped before its time."""
        self.ids = Ids(graph, ids.values())
        self.params = self.add(Step(self.ids.give("check_params"), "params", order=-100)) if graph.params else None
        self.turn = self.add(Step(self.ids.give("turn"), "turn", order=-90)) if graph.overlap != "queue" else None
        self.settled: Step | None = None
        """What tells, once the tasks have ended, whether others have ended the run."""
        self.returns: Step | None = None
        self.outcome: Step | None = None
        self.guarded: dict[Step, list[Step]] = {}
        """For each decision the steps that wait for it itself; filled when it is settled how each starts."""
        self._lists: dict[tuple[Step, int, tuple[Step, ...]], ListStep] = {}
        self._make_nodes(ids)
        self._make_places()
        self._make_results()
        self._make_waits()
        self._make_ends()

    @property
    def door(self) -> Step | None:
        """What comes before all that the user wrote: the params are right, and it is the run's turn."""
        return self.turn or self.params

    # -------------------------------------------------------------- what there is

    def _make_nodes(self, ids: dict[str, str]) -> None:
        around = self._groups()
        for number, node in enumerate(self.graph.nodes):
            groups = tuple(group.name for group in around.get(node.name, ()))
            step = Step(ids[node.name], "node", loops_of(node.scope), 10.0 * number, node, groups=groups)
            self.nodes[node.name] = self.add(step)

    def _groups(self) -> dict[str, list[Group]]:
        """The groups around each task, outermost first."""
        found: dict[str, list[Group]] = {}
        for group in sorted(self.graph.groups, key=lambda group: -len(group.members)):
            for name in group.members:
                found.setdefault(name, []).append(group)
        return found

    def _make_places(self) -> None:
        for decision in self.graph.decisions:
            if not self.inside(decision.name):
                continue  # it guards nothing
            step = self._place(decision, "decision", self.inside(decision.name))
            self.decisions[decision.name] = self.add(step)
        for loop in self.graph.loops:
            inside = self.inside(loop.name)
            if self._direct(loop) is None and not self._is_literal(loop):
                self.each[loop.name] = self.add(self._place(loop, "each", inside))
            if self.is_flattened((*loops_of(loop.scope), loop.name)):
                step = Step(
                    self.ids.of_all(loop.name),
                    "all",
                    (),
                    self.before(loop, inside) + 0.5,
                    loop,
                )
                step.groups = self._common_groups(step.id, inside)
                self.all[loop.name] = self.add(step)

    def _place(self, thing: Decision | Loop, kind: str, inside: list[Step]) -> Step:
        path = loops_of(thing.scope)
        step = Step(self.ids.of_place(thing.name), kind, path, self.before(thing, inside), thing)  # type: ignore[arg-type]
        step.groups = self._common_groups(step.id, inside)
        return step

    def _common_groups(self, id_: str, steps: list[Step]) -> tuple[str, ...]:
        """The groups around all of the steps and around the id: what a group as a whole waits for stands before it."""
        return tuple(
            name
            for name in (steps[0].groups if steps else ())
            if id_.startswith(f"{self._id_of(name)}.") and all(name in step.groups for step in steps)
        )

    def _id_of(self, group: str) -> str:
        found = self.graph.group(group)
        return found.renamed_from or found.name

    # -------------------------------------------------------------- loops

    def _is_literal(self, loop: Loop) -> bool:
        return is_literal(loop) and self._phases.get(loop.name, "main") == "main"

    def _direct(self, loop: Loop) -> Step | None:
        """The task whose value is the list itself, where there is nothing to compute or to wait for besides."""
        match loop:
            case Loop(items=Output(node=name, field=None, gathered=0, type=ListOf()), scope=(), needs=(Requires(),)):
                step = self.nodes[name]
                upstream = cast(Requires, loop.needs[0]).upstream
                is_plain = not step.path and not upstream.checks and not step.node.fallback
                is_read = not isinstance(step.node.action, RunFlow) and self._phases.get(loop.name) == "main"
                return step if is_plain and is_read and upstream.name == name else None
            case _:
                return None

    def listed(self, loop: str) -> Step:
        """The task whose value is the list of a loop, which is not written in the source."""
        found = self.source(loop).step
        assert found is not None
        return found

    def source(self, loop: str) -> Source:
        """Where the elements of an outermost loop come from."""
        return Source(self.each.get(loop) or self._direct(self.graph.loop(loop)))

    def is_flattened(self, path: Path) -> bool:
        """Whether what stands on a path is mapped over elements that tell where they stand.

        Airflow cannot map inside of what is mapped; and what is mapped over a list that was skipped it skips at once,
        even what something else blocks: then one element has to tell that the loop was not entered.
        """
        if len(path) != 1:
            return len(path) > 1
        return self.skips.blocks_inside(path[0]) and written_length(self.graph.loop(path[0])) is None

    def sources(self, path: Path) -> Iterator[Step]:
        """The task that a mapped task on a path is mapped over."""
        if self.is_flattened(path):
            yield self.all[path[-1]]
        elif path and (step := self.source(path[0]).step):
            yield step

    def gathered(self, step: Step, depth: int, checks: tuple[Step, ...] = ()) -> Step:
        """A mapped step from outside of its loops: their instances' values as a list, their failures as one."""
        found = self._lists.get((step, depth, checks))
        if found is None:
            name = self.ids.give("gather_*", step.of.id if step.kind == "result" and step.of else step.id)
            found = ListStep(name, "list", step.path[:depth], step.order + 3, step.thing, of=step, checks=checks)
            found.groups = step.groups
            awaited = tuple(Seen(each) for each in (step, *checks))
            paths = [step.path[:end] for end in range(depth + 1, len(step.path) + 1)]
            required = tuple(Seen(each) for path in paths for each in self.sources(path))
            found.waits = [Wait("requires", (each,)) for each in required] + [
                Wait("awaits", (each,)) for each in awaited
            ]
            self._lists[step, depth, checks] = found
            self.add(found)
        return found

    # -------------------------------------------------------------- what each waits for

    def _make_results(self) -> None:
        """Upstreams first, for a fallback may have one of its own."""
        for kind, name in reversed(order(waits(self.graph))):
            if kind == "node" and (fallback := self.graph.node(name).fallback):
                step, saves = self.nodes[name], self.stands_for(fallback)
                result = Step(
                    self.ids.give(f"*_or_{saves.name}", step.id), "result", step.path, max(step.order, saves.order) + 1
                )
                result.of, result.groups, result.thing = step, step.groups, step.thing
                result.waits = [Wait("awaits", (Seen(step),)), Wait("awaits", (Seen(saves),))]
                self.results[name] = self.add(result)

    def _make_waits(self) -> None:
        if self.ids.returns is not None:
            self.returns = self.add(Step(self.ids.returns, "return", order=1e5))
        for phase in PHASES:
            if any(node.phase == phase for node in self.graph.nodes):
                self.ends[phase] = self.add(Step(self.ids.give(GATES[phase]), "ends", order=1e5 + 10))
        for step in list(self.steps):
            if step.kind in ("node", "decision", "each"):
                assert step.thing is not None
                step.waits = self.waits_of(step.thing, step.path)
        for loop, step in self.all.items():
            outer = loops_of(self.graph.loop(loop).scope)
            step.waits = [Wait("requires", (Seen(each),)) for each in self.sources(outer)]
            step.waits.append(Wait("awaits", (Seen(self.listed(loop)),)))
        if self.returns:
            self.returns.waits = [
                Wait("accepts", (self.see(name, ()),))
                for name in dict.fromkeys(output.node for output in outputs(self.graph.returns))
            ]
        for step in self.steps:
            if not (step.kind == "node" and step.node.fallback_of):
                self._add_start(step)
        self._make_fallbacks()

    def is_needless(self, need: Need, thing: Node | Decision | Loop) -> bool:
        """All of the main part has ended before a handler starts."""
        return isinstance(need, Awaits) and self.phase(thing) != "main" and self._is_main(need.upstream)

    def _is_main(self, upstream: Upstream) -> bool:
        return upstream.is_group or self.graph.node(upstream.name).phase == "main"

    def _add_start(self, step: Step) -> None:
        """Nothing starts before the params have been checked, and no handler before its part of the run."""
        if step.kind == "turn" and self.params:
            step.waits.append(Wait("requires", (Seen(self.params),)))
        if step.kind not in ("node", "decision", "each", "return"):
            return
        phase = self.phase(step.thing) if step.thing else "main"
        if (list_ := self._written_list(step.path)) and not self._follows_inside(step):
            step.waits.append(Wait("requires", (Seen(list_),)))
        is_held = any(wait.role in ("requires", "accepts", "any_of", "arm") for wait in step.waits)
        is_held = is_held or any(True for _ in self.sources(step.path))
        if phase != "main":
            if not all(wait.role in ("requires", "arm") for wait in step.waits) or not is_held:
                step.waits.append(Wait("requires", (Seen(self.ends[phase]),)))
        elif self.door and not is_held:
            step.waits.append(Wait("requires", (Seen(self.door),)))

    def _written_list(self, path: Path) -> Step | None:
        """The task that lets a loop be entered whose list is written in the source: nothing is mapped over it."""
        return (
            self.each.get(path[0]) if len(path) == 1 and written_length(self.graph.loop(path[0])) is not None else None
        )

    def _follows_inside(self, step: Step) -> bool:
        return any(
            wait.role == "requires" and any(each.path == step.path for each in step.steps()) for wait in step.waits
        )

    def _make_fallbacks(self) -> None:
        for name, step in self.nodes.items():
            saved = step.node.fallback_of
            if saved:
                gate = Step(self.ids.give("if_*_failed", self.nodes[saved].id), "fallback", step.path, step.order - 1)
                gate.of, gate.thing, gate.groups = self.nodes[saved], step.thing, step.groups
                gate.waits = [*step.waits, Wait("awaits", (Seen(self.nodes[saved]),))]
                step.gate, step.rule = self.add(gate), "all_success"
                self.nodes[name].waits = [Wait("requires", (Seen(gate),))]

    # -------------------------------------------------------------- the ends of the run

    def _make_ends(self) -> None:
        """Handlers and the run's outcome, each part after all that comes before it has ended."""
        if not (self.ends or self._needs_outcome()):
            return
        self.main_colours()  # makes the lists that tell what is tolerated
        handlers = {phase: self._of_phase(phase) for phase in self.ends}
        before = [
            step for step in self.steps if not any(step in each for each in (*handlers.values(), [*self.ends.values()]))
        ]
        if self.is_cancelled_by_others:
            self.settled = Step(self.ids.give("cancelled"), "settled", order=1e5 + 5)
            self.settled.waits = [Wait("awaits", (Seen(leaf),)) for leaf in _leaves(before, self)]
            self.steps.append(self.settled)
            before.append(self.settled)
        for phase, gate in self.ends.items():
            gate.waits = [Wait("awaits", (Seen(leaf),)) for leaf in _leaves(before, self)]
            before += [gate, *handlers[phase]]
        self.outcome = Step(self.ids.give("outcome"), "outcome", order=1e6)
        self.outcome.waits = [Wait("awaits", (Seen(leaf),)) for leaf in _leaves(before, self)]
        self.steps.append(self.outcome)

    def _needs_outcome(self) -> bool:
        """Whether the leaves of the DAG would not tell what became of the run."""
        from flowc.ir.features import Feature
        from flowc.ir.uses import uses_of

        telling = {Feature.lenient_end, Feature.fallback, Feature.tolerate}
        return self.is_cancelled_by_others or any(use.feature in telling for use in uses_of(self.graph))

    def main_colours(self) -> list[Step]:
        """The steps that tell whether a task of the main part failed, what is tolerated left out."""
        found: list[Step] = []
        for name, step in self.nodes.items():
            if step.node.phase == "main" and not step.node.fallback_of:
                tolerates = any(self.graph.loop(loop).tolerate for loop in step.path)
                seen = self.see(name, ()) if tolerates else Seen(self.stands_for(name))
                found += [seen.step] if seen.step else []
        return found + ([self.returns] if self.returns else [])

    def _of_phase(self, phase: Phase) -> list[Step]:
        return [
            step
            for step in self.steps
            if step.thing is not None and self.phase(step.thing) == phase and step.kind != "ends"
        ]


def _leaves(steps: list[Step], plan: Plan) -> list[Step]:
    """The steps that no other of them waits for."""
    followed = {each for step in steps for each in (*step.steps(), *plan.sources(step.path))}
    return [step for step in steps if step not in followed]


def reads_errors(graph: Graph) -> bool:
    """Whether a handler asks for `run.error` or `run.failed_task`."""
    return any(isinstance(leaf, Run) and leaf.name in ("error", "failed_task") for leaf in leaves(graph.nodes))
