"""Templates: macros of one or more tasks. A use is a group with the template's tasks in it.

The body is read anew for every use, with the parameters bound to the use's arguments, in the names of the file that
declares the template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from attrs import define, evolve, field

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr
from flowc.ir.types import Record
from flowc.sema import hir
from flowc.sema.arguments import bind_typed
from flowc.sema.clauses import renamed_from
from flowc.sema.infer import poison
from flowc.sema.modules import Module
from flowc.sema.policy import Level
from flowc.sema.returns import returned
from flowc.sema.scope import GroupSymbol, LetSymbol, Names
from flowc.sema.spot import FlowState, Spot, Work, origin
from flowc.sema.tasks import TaskReader
from flowc.sema.types import type_from
from flowc.sema.world import Library, ModuleWorld, formal
from flowc.syntax import ast

Returns = Callable[[], Expr | dict[str, Expr] | None]


class Declares(Protocol):
    """The part of the block reader that a template's body needs."""

    def declare(self, block: Iterable[ast.Stmt], spot: Spot) -> Work: ...

    def level(self, clauses: tuple[ast.Clause, ...], place: str, spot: Spot) -> Callable[[], Level]: ...

    def place(self, id_: str, body: ast.Block, spot: Spot) -> Spot: ...


@define(eq=False)
class TemplateReader:
    """Expands the uses of templates in one flow."""

    state: FlowState
    library: Library
    tasks: TaskReader
    _inside: list[tuple[int, str]] = field(factory=list[tuple[int, str]])

    def declare(self, stmt: ast.Task, action: ast.TemplateAction, spot: Spot, blocks: Declares) -> Work | None:
        """Name the use and what is in it."""
        found = self._find(action, spot)
        if found is None:
            return None
        owner, template = found
        key = (id(owner), template.name.text)
        self.library.used_templates.add(key)
        if key in self._inside:
            self.state.problems.add(
                "FLOW401",
                f"template `{template.name.text}` uses itself",
                action.template.span,
                related=[Label(template.name.span, "declared here")],
            )
            return None
        id_ = spot.prefix + stmt.name.text
        outside = blocks.place(id_, stmt.body, spot)
        names = Names(outer=self.library.names(owner))
        symbol = GroupSymbol(stmt.name.text, id_, stmt.name.span, outside.place, names, phase=spot.phase)
        held = spot.names.declare(symbol)
        if held is not None:
            self.state.problems.add(
                "FLOW202",
                f"`{symbol.name}` is declared twice",
                symbol.span,
                related=[Label(held.span, "first here")],
                helps=("give one of them another name",),
            )
            return None
        self.state.groups[id_] = symbol
        world = ModuleWorld(self.library, owner, spot.world.choices)
        own_clauses = stmt.body.clauses
        level = blocks.level(own_clauses, "g", spot)
        self._bind(action, template, owner, names, spot)
        inside = evolve(
            outside,
            names=names,
            inner=names,
            world=world,
            prefix=id_ + ".",
            levels=(*spot.levels, level),
        )
        self._inside.append(key)
        work = self._body(template, stmt, inside, blocks, symbol)
        self._inside.pop()

        def make() -> Iterable[hir.Stmt]:
            self._refuse_fallback(stmt)
            said = level().said
            yield hir.Group(
                id_,
                tuple(work()),
                tuple(self.tasks.afters(said, id_, spot)),
                self.tasks.when(said, spot),
                renamed_from(said),
                stmt.doc or template.doc or "",
                origin=origin(stmt.span),
                at=stmt.name.span,
            )
            if symbol.value:
                symbol.value()

        return make

    def _find(self, action: ast.TemplateAction, spot: Spot) -> tuple[Module, ast.Template] | None:
        name = action.template.text
        found = spot.world.file.find("callable", name)
        if found is not None and isinstance(found[1], ast.Template):
            return found[0], found[1]
        if found is not None:
            self.state.problems.add(
                "FLOW301", f"`{name}` is a function, not a template", action.template.span, helps=("use it in a value",)
            )
            return None
        known = [*spot.world.file.visible("callable"), *self.tasks.kinds]
        near = closest(name, known)
        helps = (f"did you mean `{near}`?",) if near else ()
        self.state.problems.add("FLOW215", f"unknown kind or template `{name}`", action.template.span, helps=helps)
        return None

    # -------------------------------------------------------------- arguments

    def _bind(
        self, action: ast.TemplateAction, template: ast.Template, owner: Module, names: Names, spot: Spot
    ) -> None:
        there = self.library.context(owner)
        formals = tuple(formal(param, there) for param in template.params)
        callee = f"`{template.name.text}`"
        made: dict[str, Expr] = {}

        def arguments() -> dict[str, Expr]:
            if not made:
                here = self.state.context(spot)
                bound = bind_typed(formals, action.args, here, action.span, callee=callee, defaults=there)
                made.update(bound or {each.name: poison(action.span) for each in formals})
            return made

        for param in template.params:
            name = param.name.text
            names.declare(LetSymbol(name, param.name.span, lambda name=name: arguments()[name]))

    # -------------------------------------------------------------- the body

    def _body(self, template: ast.Template, use: ast.Task, inside: Spot, blocks: Declares, symbol: GroupSymbol) -> Work:
        if isinstance(template.body, ast.TemplateTask):
            return self._one_task(template, template.body, use, inside, blocks, symbol)
        statements = [s for s in template.body if not isinstance(s, ast.Return)]
        returns = [s for s in template.body if isinstance(s, ast.Return)]
        for extra in returns[1:]:
            self.state.problems.add("FLOW214", "a template returns once", extra.span)
        work = blocks.declare(statements, inside)
        if returns or template.outputs is not None:
            symbol.value = self._returns(returns[0] if returns else None, template, inside)
        return work

    def _one_task(
        self,
        template: ast.Template,
        body: ast.TemplateTask,
        use: ast.Task,
        inside: Spot,
        blocks: Declares,
        symbol: GroupSymbol,
    ) -> Work:
        name = ast.Name(template.name.text, span=template.name.span)
        task = ast.Task(name, body.action, body.outputs or template.outputs, body.body, span=body.span)
        work = blocks.declare([task], inside)
        if task.outputs is not None or isinstance(body.action, ast.PythonAction):
            result = ast.Return((ast.Arg(None, name, span=name.span),), span=body.span)
            if not isinstance(task.outputs, ast.RecordType):
                symbol.value = self._returns(result, template, inside)
        return work

    def _returns(self, stmt: ast.Return | None, template: ast.Template, inside: Spot) -> Returns:
        made: list[Expr | dict[str, Expr] | None] = []

        def value() -> Expr | dict[str, Expr] | None:
            if not made:
                made.append(None)
                context = self.state.context(inside)
                declared = type_from(template.outputs, context) if template.outputs else None
                several = isinstance(template.outputs, ast.RecordType) and isinstance(declared, Record)
                made[0] = returned(stmt, declared, several, template.name, context)
            return made[0]

        return value

    def _refuse_fallback(self, stmt: ast.Task) -> None:
        for clause in stmt.body.clauses:
            if clause.name.text == "fallback":
                self.state.problems.add(
                    "FLOW212",
                    "a template's use has no `fallback`",
                    clause.span,
                    helps=("write it on a task inside the template",),
                )
