"""How the ops of a job are put together: the lines of the job's function."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from flowc.ir.graph import Decision, Part
from flowc.target.naming import variable
from flowc_targets.dagster.bodies import arm_name
from flowc_targets.dagster.body import Input
from flowc_targets.dagster.frames import Frame, in_order, unit, upstreams
from flowc_targets.dagster.model import PartGraph
from flowc_targets.dagster.steps import Step

if TYPE_CHECKING:
    from flowc_targets.dagster.job import Job

STEP = "    "
Block = TypeVar("Block", bound=object)


class Wiring:
    """Writes calls of ops, functions for what is mapped, and graphs for the parts of a large flow."""

    def __init__(self, job: Job, duplicated: set[str]) -> None:
        self.job = job
        self.duplicated = duplicated
        self.used: set[Step] = set()
        self._readers: dict[Step, set[Step]] = {}
        """For each step those that it is handed to, alone or with its likes."""
        self._frames = Counter[str]()
        self._tasks = self._repeated()
        """The tasks that several ops at the end wait for, which are then listed once."""
        self._is_listed = False
        self.parts: list[PartGraph] = []

    def lines(self, ordered: list[Step]) -> list[str]:
        """The lines of the job's function."""
        for step in self.job.bodies:
            for each in (*self._inputs_of(step), *self._collected_by(step)):
                self._readers.setdefault(each, set()).add(step)
        for step in ordered:
            self.used |= self._inputs_of(step)
        blocks = self._in_order(ordered, lambda each: self._part(each) or unit(each))
        written = [(own, self._written(steps)) for own, steps in blocks]
        if not self.job.graph.parts:
            return [line for _, lines in written for line in lines]
        named = [_names(lines) for _, lines in written]
        readers = Counter(name for loaded, _ in named for name in loaded)
        return [
            line
            for (own, lines), (loaded, stored) in zip(written, named, strict=True)
            for line in (self._nested(own, lines, loaded, stored, readers) if isinstance(own, Part) else lines)
        ]

    def _written(self, steps: Sequence[Step]) -> list[str]:
        found: list[str] = []
        for each, inside in self._in_order(steps, unit):
            if isinstance(each, Step):
                found += self._list_before(each)
                found.append(self._statement(each))
            else:
                found += self._mapped(each, inside)
        return found

    def _repeated(self) -> list[str]:
        plan = self.job.plan
        ends = [*plan.ends.values(), *([plan.outcome] if plan.outcome else [])]
        found = [self.variable(step) for step in dict.fromkeys(plan.judged())] if len(ends) > 1 else []
        return found if len(found) > 1 else []

    def _list_before(self, step: Step) -> list[str]:
        if not self._tasks or self._is_listed or step.kind not in ("ends", "outcome"):
            return []
        self._is_listed = True
        return [f"tasks = [{', '.join(self._tasks)}]"]

    def _inputs_of(self, step: Step) -> set[Step]:
        body = self.job.bodies[step]
        named = {each for given in body.inputs.values() for each in given.steps}
        return named | {each for each in body.after if each in self.job.bodies} | {each for each, _ in body.arms}

    def _in_order(self, ordered: Sequence[Step], block: Callable[[Step], Block]) -> list[tuple[Block, list[Step]]]:
        """The steps by what they are written down with, each such block after all that it waits for."""
        places = {step: float(number) for number, step in enumerate(ordered)}
        members: dict[Block, list[Step]] = {}
        for step in ordered:
            members.setdefault(block(step), []).append(step)
        arrows: dict[Block, set[Block]] = {}
        for own, steps in members.items():
            ups = {up for step in steps for up in (*self._inputs_of(step), *upstreams(step, self.job.plan))}
            arrows[own] = {block(up) for up in ups if up in places} - {own}
        first = {own: places[steps[0]] for own, steps in members.items()}
        sorted_ = in_order(arrows, arrows.__getitem__, first.__getitem__)
        assert sorted_ is not None, "loops or parts that wait for each other in a circle"
        return [(own, members[own]) for own in sorted_]

    # -------------------------------------------------------------- the parts of a large flow

    def _part(self, step: Step) -> Part | None:
        """The part that a step stands in. Bookkeeping stands with what it is of."""
        while step.kind in ("result", "table"):
            step = step.inner
        if step.kind in ("decision", "each", "all"):
            assert step.thing is not None
            step = self.job.plan.inside(step.thing.name)[0]
        return self.job.part_of.get(step.node.name) if step.kind == "node" else None

    def _nested(
        self, own: Part, lines: list[str], loaded: list[str], stored: list[str], readers: Mapping[str, int]
    ) -> list[str]:
        """The call of a part's graph, whose lines read and set these variables; `readers` counts who reads each."""
        known, inside = self.job.outputs, set(loaded)
        inputs = [name for name in loaded if name in known and name not in stored]
        outputs = [name for name in stored if readers[name] > (name in inside)]
        name = self.job.give(variable(own.name))
        wanted = self.job.name_of(own.name, self.duplicated)
        said = f"{len(own.members)} tasks of {self.job.graph.name}, in a graph of their own."
        self.parts.append(
            PartGraph(name, wanted if wanted != name else "", said, tuple(inputs), tuple(outputs), tuple(lines))
        )
        called = f"{name}({', '.join(f'{each}={each}' for each in inputs)})"
        return [f"{', '.join(outputs)} = {called}" if outputs else called]

    # -------------------------------------------------------------- calls

    def variable(self, step: Step) -> str:
        """The variable of a step's output in the job's function."""
        return self.job.local(step, "out")

    def _invoked(self, step: Step, element: str | None = None) -> str:
        function = self.job.functions[step]
        if self.job.op_name(step, self.duplicated) != step.id:
            function += f'.alias("{step.id}")'
        given = [f"{name}={self._given(each, element)}" for name, each in self.job.bodies[step].inputs.items()]
        given += [f"{name}={self._one_or_list(codes)}" for name, codes in self.order_inputs(step).items()]
        return f"{function}({', '.join(given)})"

    def _given(self, given: Input, element: str | None) -> str:
        match given.mode:
            case "element":
                assert element is not None
                return element
            case "list":
                return self._listed([self.variable(step) for step in given.steps])
            case "collect":
                return f"{self.variable(given.steps[0])}.collect()"
            case "entered":
                return self.job.local(given.steps[0], "entered")
            case "out":
                return self.variable(given.steps[0])

    def _one_or_list(self, codes: list[str]) -> str:
        return codes[0] if len(codes) == 1 else self._listed(codes)

    def _listed(self, codes: list[str]) -> str:
        count = len(self._tasks)
        if not count or codes[:count] != self._tasks:
            return f"[{', '.join(codes)}]"
        return f"[*tasks, {', '.join(codes[count:])}]" if codes[count:] else "tasks"

    def order_inputs(self, step: Step) -> dict[str, list[str]]:
        """The inputs that only keep the order. A list waits for what there is: what may be skipped stands alone."""
        body = self.job.bodies[step]
        brought = {each for given in body.inputs.values() for each in given.steps if given.mode != "entered"}
        found: dict[str, list[str]] = {}
        together: list[str] = []
        for each in dict.fromkeys(body.after):
            inner = each.inner if each.kind == "table" and self.job.plan.is_plain else each
            if inner in brought or inner is step:
                continue
            code = f"{self.variable(inner)}.collect()" if inner is not each else self.variable(each)
            may_skip = self.job.plan.is_plain and self._may_skip(inner)
            is_mapped = bool(each.path)  # and Dagster takes no list of what is mapped
            if may_skip or inner is not each or is_mapped:
                found[f"after_{self.job.functions[inner]}"] = [code]
            else:
                together.append(code)
        for decision, arm in body.arms:
            several = len(self.job.arms_of(decision)) > 1  # else the output is all that the op gives
            assert isinstance(decision.thing, Decision)
            code = f"{self.variable(decision)}.{arm_name(arm, decision.thing)}" if several else self.variable(decision)
            found[self.job.functions[decision]] = [code]
        if step.path and not self._is_mapped_by_inputs(step):
            found[f"for_{body.element_name}"] = [body.element_name]
        return {"after": together, **found} if together else found

    def _is_mapped_by_inputs(self, step: Step) -> bool:
        """Whether one of the values that come in is an element, or comes from the same element."""
        inputs = self.job.bodies[step].inputs.values()
        return any(
            given.mode == "element" or (given.mode == "out" and given.steps[0].path == step.path) for given in inputs
        )

    def _may_skip(self, step: Step) -> bool:
        return step.kind != "node" or self.job.plan.skips.can_skip(step.node.name)

    def _statement(self, step: Step) -> str:
        called = self._invoked(step)
        if step.kind in ("each", "all"):
            elements = self.job.local(step, "elements")
            entered = "" if self.job.plan.is_plain else f", {self.job.local(step, 'entered')}"
            return f"{elements}{entered} = {called}"
        if step not in self.used:
            return called
        return f"{self.variable(step)} = {called}"

    # -------------------------------------------------------------- what is mapped

    def _mapped(self, frame: Frame, steps: list[Step]) -> Iterator[str]:
        """A function of the element, and what it is mapped over."""
        plan = self.job.plan
        over = plan.source(frame[0])
        elements = self.job.local(over, "elements")
        inside = set(steps)
        outs = [self.variable(step) for step in steps if self._is_used_outside(step, inside)]
        element = self.job.bodies[steps[0]].element_name
        name = self._frame_name(element)
        yield ""
        yield f"def {name}({element}):"
        given = outs or [self.variable(steps[-1])]
        for step in steps:
            called, variable = self._invoked(step, element), self.variable(step)
            if step is steps[-1] and given == [variable]:
                yield f"{STEP}return {called}"
            else:
                yield f"{STEP}{variable} = {called}" if step in self.used else f"{STEP}{called}"
        if given != [self.variable(steps[-1])]:
            yield f"{STEP}return {', '.join(given)}"
        yield ""
        mapped = f"{elements}.map({name})"
        yield f"{', '.join(outs)} = {mapped}" if outs else mapped

    def _frame_name(self, element: str) -> str:
        """`each_file`, and `each_file_2` where a loop is cut in two."""
        wanted = f"each_{element.rstrip('_')}"
        self._frames[wanted] += 1
        return self.job.give(wanted if self._frames[wanted] == 1 else f"{wanted}_{self._frames[wanted]}")

    def _is_used_outside(self, step: Step, steps: set[Step]) -> bool:
        return not self._readers.get(step, set()) <= steps

    def _collected_by(self, step: Step) -> Iterator[Step]:
        after = self.job.bodies[step].after if self.job.plan.is_plain else ()
        return (each.inner for each in after if each.kind == "table")


def _names(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """The variables that statements read, and those that they set, in the order of the text."""
    found = [each for each in ast.walk(ast.parse("\n".join(lines))) if isinstance(each, ast.Name)]
    found.sort(key=lambda each: (each.lineno, each.col_offset))
    loaded = dict.fromkeys(each.id for each in found if isinstance(each.ctx, ast.Load))
    return list(loaded), list(dict.fromkeys(each.id for each in found if isinstance(each.ctx, ast.Store)))
