"""One test: its run, and whether what it expects holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from attrs import define, field

from flowc.diagnostics import Diagnostic
from flowc.ir.expr import Param
from flowc.ir.tests import Claim, SetEnd, SetValue, Side, Test
from flowc.runtime.conforming import Mismatch
from flowc.runtime.errors import failure
from flowc.runtime.running import Run
from flowc.runtime.trace import show
from flowc.runtime.values import encode
from flowc.source import Span
from flowc.target.types import spelled
from flowc.testing import verdicts
from flowc.testing.bench import Bench
from flowc.testing.loading import Loaded
from flowc.testing.pretend import Given, Mocked, ends, given
from flowc.testing.report import Report, impossible, lacking, traced, untrue
from flowc.testing.settings import Impossible, Start, bare_cell, start, view_of
from flowc.testing.view import Blank, TestView


def run_test(test: Test, loaded: Loaded, bench: Bench) -> Report:
    """What comes of a test."""
    began = time.perf_counter()
    trial = _Trial(test, loaded, bench)
    outcome = trial.outcome()
    found = tuple({(each.message, each.span): each for each in trial.problems}.values())
    return Report(test, outcome, traced(found, trial.trace), trial.trace, time.perf_counter() - began)


@define(eq=False)
class _Trial:
    test: Test
    loaded: Loaded
    bench: Bench
    problems: list[Diagnostic] = field(factory=list[Diagnostic])
    trace: tuple[str, ...] = ()

    def outcome(self) -> Any:
        try:
            run, began = self._run()
        except Impossible as found:
            self.problems.append(found.diagnostic)
            return "error"
        self.trace = self.bench.trace(run)
        if self.problems:  # what follows from a condition that could not be computed says nothing
            return "error"
        broken = [found for claim in self.test.claims if (found := self._judged(claim, run, began))]
        self.problems += broken
        codes = {each.code.number for each in broken}
        return "error" if "FLOW832" in codes else "failed" if codes else "passed"

    def _run(self) -> tuple[Run, Start]:
        flow, graph = self.loaded.flows[self.test.flow], self.loaded.graphs[self.test.flow]
        began = start(self.test, flow, self.loaded.compute)
        mocked = Mocked(
            flow,
            graph,
            ends((each for each in self.test.settings if isinstance(each, SetEnd)), graph),
            self._values(began),
            self._lack,
            self._missing,
        )
        return self.bench.run(mocked.make(), began.info, began.params, began.blank), began

    def _values(self, began: Start) -> dict[str, tuple[Given, ...]]:
        view = view_of(self.loaded.flows[self.test.flow], began.info, began.params, began.blank)
        found: dict[str, tuple[Given, ...]] = {}
        for each in self.test.settings:
            if not isinstance(each, SetValue):
                continue
            try:
                value = given(each, self.loaded.compute(each.value, view))
            except Blank as blank:
                raise Impossible(lacking(blank.name, each.at, self.test, what="this reads")) from None
            except Mismatch as error:
                raise Impossible(impossible(f"`{each.node}` cannot have this value: {error}", each.at)) from None
            except Exception as error:
                raise Impossible(impossible(f"this cannot be computed: {error}", each.at)) from None
            found[each.node] = (*found.get(each.node, ()), value)
        return found

    def _lack(self, name: str, at: Span | None) -> None:
        self.problems.append(lacking(name, at or self.test.at, self.test, what="what is decided here reads"))

    def _missing(self, each: Given, index: tuple[int, ...]) -> None:
        where = ",".join(map(str, index))
        said = f"`{each.setting.node}` runs for an element {where}, and the list has no value for that"
        self.problems.append(impossible(said, each.setting.at, "a value for each element, or one that is no list"))

    # -------------------------------------------------------------- what is expected

    def _judged(self, claim: Claim, run: Run, began: Start) -> Diagnostic | None:
        named = verdicts.values(run, claim.verdicts)
        cell = bare_cell("expect")
        view = TestView({**run.params, **named}, run.info, run.plan, run.judge, cell, began.blank)
        try:
            if self.loaded.compute(claim.condition, view):
                return None
            why = "is false"
        except Blank as blank:
            return lacking(blank.name, claim.at, self.test, what="this reads")
        except Exception as error:
            why = "cannot be computed"
            if not any(self._is_null(side, view) for side in claim.sides):
                why += f": {failure(error).message}"
        sides = [said for side in claim.sides if (said := self._shown(side, claim, run, view))]
        return untrue(claim, list(dict.fromkeys(sides)), why)

    def _shown(self, side: Side, claim: Claim, run: Run, view: TestView) -> str | None:
        """A side of a claim, and what it came to."""
        name = side.value.name if isinstance(side.value, Param) else None
        verdict = next((each for each in claim.verdicts if each.name == name), None)
        if verdict is not None:
            found = verdicts.fate(run, verdict.about)
            if verdict.about == "run" and verdict.word != "attempts":
                return f"run: {found.outcomes[0]}" + (f": {run.error}" if run.error else "")
            tries = f"{verdict.name} is {found.attempts}; " if verdict.word == "attempts" else ""
            return f"{tries}{verdict.about}: {found.told()}"
        try:
            value = self.loaded.compute(side.value, view)
        except Exception:
            return None  # it is made of something without a value, which is told
        if value is None:
            return f"{side.text} {self._nothing(side, run)}"
        return f"{side.text} is {show(encode(value, spelled(side.value.type)))}"

    def _is_null(self, side: Side, view: TestView) -> bool:
        try:
            return self.loaded.compute(side.value, view) is None
        except Exception:
            return False  # it has no value at all

    def _nothing(self, side: Side, run: Run) -> str:
        """Why there is null: it was given, or there is no value."""
        node = getattr(side.value, "node", None)
        if not isinstance(node, str):
            return "is null"
        if node in run.plan.fallbacks and run.plan.tasks[node].loops:
            return "is no list: it stands in for single elements of a loop"
        found = verdicts.fate(run, node)
        return "is null" if found.says("ran") else f"has no value: {node} {found.told()}"


def run_tests(loaded: Loaded) -> Iterator[Report]:
    """What comes of all of them, in the order that they are written in."""
    if loaded.tests:
        with Bench() as bench:
            for test in loaded.tests:
                yield run_test(test, loaded, bench)
