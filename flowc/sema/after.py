"""Control edges: `after a, b, when: done` and `a >> [b, c]`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import define

from flowc.diagnostics.suggest import closest
from flowc.ir.graph import InLoop
from flowc.sema import hir
from flowc.sema.place import beyond, visible_tasks
from flowc.sema.scope import GroupSymbol, Names, TaskSymbol
from flowc.sema.spot import FlowState, Spot
from flowc.sema.unknown import report_handled
from flowc.source import Span
from flowc.syntax import ast

When = Literal["succeeded", "done", "failed"]


@define(eq=False)
class AfterReader:
    """Reads the control edges of one flow."""

    state: FlowState

    def read(self, names: Sequence[ast.Expr], when: When, span: Span, spot: Spot, reader: str) -> hir.After | None:
        """One `after` clause of `reader`."""
        found = (self._named(_parts(name), name.span, spot) for name in names)
        known = [symbol for symbol in found if symbol and self._is_open(symbol, when, span, spot)]
        return self._edge(known, when, span, reader)

    def chain(self, stmt: ast.Chain, spot: Spot) -> None:
        """Note that every link waits for the one before it."""
        before: list[TaskSymbol | GroupSymbol] = []
        for link in stmt.links:
            names = link.tasks if isinstance(link, ast.Fan) else (link,)
            here = [symbol for name in names if (symbol := self._link(name, spot, is_first=not before))]
            for symbol in here if before else ():
                edge = self._edge(before, "succeeded", link.span, symbol.id)
                if edge:
                    self.state.arrows.setdefault(symbol.id, []).append(edge)
            before = here

    def _link(self, name: ast.Dotted, spot: Spot, *, is_first: bool) -> TaskSymbol | GroupSymbol | None:
        symbol = self._named([part.text for part in name.parts], name.span, spot)
        if symbol is None or not self._is_open(symbol, "succeeded", name.span, spot):
            return None
        if not is_first:
            self._into(symbol, name.span, spot)
        return symbol

    def _is_open(self, symbol: TaskSymbol | GroupSymbol, when: When, span: Span, spot: Spot) -> bool:
        """FLOW409 for a handler that asks what a task came to: all have ended, whatever came of them (rule 13)."""
        if symbol.phase == spot.phase or symbol.phase != "main" or when == "done":
            return True
        self.state.problems.add(
            "FLOW409",
            f"a handler runs when all tasks have ended, so it cannot wait for `{symbol.name}` to have {when}",
            span,
            helps=(f'ask what failed: `when run.failed_task == "{symbol.id}"`',),
        )
        return False

    def _into(self, symbol: TaskSymbol | GroupSymbol, span: Span, spot: Spot) -> None:
        own = (f"when_{symbol.id}",)
        for step in beyond(symbol.place, spot.place):
            if isinstance(step, InLoop):
                self.state.problems.add(
                    "FLOW406",
                    f"an arrow from outside leads into the loop around `{symbol.name}`",
                    span,
                    helps=(f"write `after` on `{symbol.name}`, or draw the arrow inside the loop",),
                )
                return
            if step.decision not in own and not step.decision.startswith("when_"):
                self.state.problems.add(
                    "FLOW405",
                    f"an arrow from outside leads into the branch around `{symbol.name}`",
                    span,
                    helps=(f"write `after` on `{symbol.name}`, or draw the arrow inside the branch",),
                )
                return

    def _edge(
        self, symbols: Iterable[TaskSymbol | GroupSymbol], when: When, span: Span, reader: str
    ) -> hir.After | None:
        tasks: list[str] = []
        groups: list[str] = []
        for symbol in symbols:
            if symbol.id == reader:
                self.state.problems.add("FLOW402", f"`{symbol.name}` waits for itself", span)
                continue
            symbol.used = True
            self.state.read.add(symbol.id)
            if isinstance(symbol, GroupSymbol):
                if reader.startswith(symbol.id + "."):
                    self.state.problems.add(
                        "FLOW401",
                        f"`{reader}` waits for the group `{symbol.id}`, which it is part of",
                        span,
                        helps=("name the tasks of the group that it needs",),
                    )
                    continue
                groups.append(symbol.id)
            else:
                tasks.append(symbol.id)
        if not tasks and not groups:
            return None
        return hir.After(tuple(tasks), tuple(groups), when, span)

    def _named(self, parts: list[str], span: Span, spot: Spot) -> TaskSymbol | GroupSymbol | None:
        names: Names | None = spot.inner
        symbol = spot.inner.find(parts[0]) if parts else None
        for part in parts[1:]:
            names = symbol.members if isinstance(symbol, GroupSymbol) else None
            symbol = names.own(part) if names else None
        if isinstance(symbol, TaskSymbol | GroupSymbol):
            if symbol.phase != "main" and spot.phase == "main":
                self.state.problems.add(
                    "FLOW408", f"`{symbol.name}` stands in a handler, which runs when the tasks have ended", span
                )
                return None
            return symbol
        said = ".".join(parts) or span.text
        if symbol is not None:
            self.state.problems.add("FLOW301", f"`{said}` is not a task or a group", span)
            return None
        handled = spot.world.handler_task(said)
        if handled is not None:
            report_handled(said, span, handled, self.state.problems)
            return None
        paths = [path for _, path in visible_tasks(spot.inner)]
        near = closest(said, paths) or next((path for path in paths if path.endswith("." + said)), None)
        known = f"there are {', '.join(paths[:8])}" if paths else "there is none yet"
        helps = (f"did you mean `{near}`?" if near else known,)
        self.state.problems.add("FLOW201", f"unknown task `{said}`", span, helps=helps)
        return None


def _parts(name: ast.Expr) -> list[str]:
    match name:
        case ast.Name(text=text):
            return [text]
        case ast.Attribute(value=value, name=last) if first := _parts(value):
            return [*first, last.text]
        case _:
            return []
