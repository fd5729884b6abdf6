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
from flowc.sema.clauses import is_separate, refuse_others, renamed_from
from flowc.sema.expressions import typed
from flowc.sema.infer import poison
from flowc.sema.modules import Module
from flowc.sema.policy import Level
from flowc.sema.returns import returned
from flowc.sema.scope import GroupSymbol, LetSymbol, Names, Symbol, TaskSymbol
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

    def name(self, symbol: GroupSymbol, spot: Spot) -> bool: ...


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
        self.state.templates[id(template)] = template
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
        if not blocks.name(symbol, spot):
            return None
        self.state.groups[id_] = symbol
        world = ModuleWorld(self.library, owner, spot.world.choices)
        own_clauses = tuple(clause for clause in stmt.body.clauses if clause.name.text != "fallback")
        level = blocks.level(own_clauses, "g", spot)
        arguments = self._bind(action, template, owner, names, spot)
        inside = evolve(
            outside,
            names=names,
            inner=names,
            world=world,
            prefix=id_ + ".",
            levels=(*spot.levels, level),
            users=(*spot.users, spot.inner),
        )
        checks = blocks.declare(_checks(stmt), evolve(outside, prefix=inside.prefix))
        self._inside.append(key)
        work = self._body(template, stmt, inside, blocks, symbol)
        self._inside.pop()

        def make() -> Iterable[hir.Stmt]:
            self._refuse(stmt)
            arguments()
            said = level().said
            yield hir.Group(
                id_,
                (*work(), *checks()),
                tuple(self.tasks.afters(said, id_, spot)),
                self.tasks.when(said, spot),
                renamed_from(said),
                is_separate(said),
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
        declare = f"declare it, `template {name}(...) = ...`, or import it; Python code is `python module:{name}(...)`"
        if name in self.tasks.kinds:
            self.state.problems.add(
                "FLOW215",
                f"`{name}` is a kind, and what it runs follows without brackets",
                action.template.span,
                helps=(f'write `{name} "..."`',),
            )
            return None
        if spot.inner.flow(name):
            helps = (f"`{name}` is a flow: `run {name}(...)`",)
        else:
            helps = (f"did you mean `{near}`?",) if near else (declare,)
        self.state.problems.add("FLOW215", f"unknown kind or template `{name}`", action.template.span, helps=helps)
        return None

    # -------------------------------------------------------------- arguments

    def _bind(
        self, action: ast.TemplateAction, template: ast.Template, owner: Module, names: Names, spot: Spot
    ) -> Callable[[], dict[str, Expr]]:
        """Declare the parameters; the result reads the arguments, which is due also where the body reads none."""
        there = self.library.context(owner)
        formals = tuple(formal(param, there) for param in template.params)
        callee = f"`{template.name.text}`"
        made: list[dict[str, Expr]] = []

        def arguments() -> dict[str, Expr]:
            if not made:
                here = self.state.context(spot)
                bound = bind_typed(formals, action.args, here, action.span, callee=callee, defaults=there)
                made.append({each.name: poison(action.span) for each in formals} if bound is None else bound)
            return made[0]

        for param in template.params:
            name = param.name.text
            names.declare(LetSymbol(name, param.name.span, lambda name=name: arguments()[name]))
        return arguments

    # -------------------------------------------------------------- the body

    def _body(self, template: ast.Template, use: ast.Task, inside: Spot, blocks: Declares, symbol: GroupSymbol) -> Work:
        if isinstance(template.body, ast.TemplateTask):
            return self._one_task(template, template.body, use, inside, blocks, symbol)
        work = blocks.declare([s for s in template.body if not isinstance(s, ast.Return)], inside)
        if template.outputs is not None or any(isinstance(s, ast.Return) for s in template.body):
            symbol.value = self.return_of(template, inside)
        return work

    def return_of(self, template: ast.Template, inside: Spot) -> Returns:
        """What the body of a template returns; nothing where it is one task, or says nothing of it."""
        block = template.body if isinstance(template.body, ast.Block) else ()
        returns = [stmt for stmt in block if isinstance(stmt, ast.Return)]
        for extra in returns[1:]:
            self.state.problems.add("FLOW214", "a template returns once", extra.span)
        if not block or not (returns or template.outputs):
            return lambda: None
        return self._returns(returns[0] if returns else None, template, inside)

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
        is_use = isinstance(body.action, ast.TemplateAction)
        outputs = body.outputs or (None if is_use else template.outputs)
        work = blocks.declare([ast.Task(name, body.action, outputs, body.body, span=body.span)], inside)
        if template.outputs is not None and not isinstance(template.outputs, ast.RecordType):
            result = ast.Return((ast.Arg(None, name, span=name.span),), span=body.span)
            symbol.value = self._returns(result, template, inside)
        else:
            symbol.value = self._given(name, inside)
        return work

    def _given(self, name: ast.Name, inside: Spot) -> Returns:
        """What the one task of a template gives, as its kind or the template that it uses says."""
        made: list[Expr | dict[str, Expr] | None] = []

        def value() -> Expr | dict[str, Expr] | None:
            if not made:
                made.append(None)
                context = self.state.context(inside)
                context = evolve(context, allows=context.allows | {"skipped"})
                fields = _fields_of(inside.names.own(name.text))
                if fields is None:
                    return None
                made[0] = {
                    field: typed(ast.Attribute(name, ast.Name(field, span=name.span), span=name.span), context)
                    for field in fields
                } or typed(name, context)
            return made[0]

        return value

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

    def _refuse(self, stmt: ast.Task) -> None:
        """What a task has and a template's use has not."""
        refuse_others(stmt.body, "only clauses stand in a template's use", self.state.problems)
        if stmt.outputs is not None:
            self.state.problems.add(
                "FLOW212",
                "a template's use has no `->`: the template says what it returns",
                stmt.outputs.span,
                helps=("leave out `->`",),
            )
        for clause in stmt.body.clauses:
            if clause.name.text == "fallback":
                self.state.problems.add(
                    "FLOW212",
                    "a template's use has no `fallback`",
                    clause.span,
                    helps=("write it on a task inside the template",),
                )


def _checks(use: ast.Task) -> list[ast.Clause]:
    """The checks of a use: they see what is around it, and stand in its group."""
    return [clause for clause in use.body.clauses if clause.name.text == "check"]


def _fields_of(symbol: Symbol | None) -> tuple[str, ...] | None:
    """The names of several outputs; none for a single one, None where there is no value."""
    match symbol:
        case TaskSymbol(output=Record(fields=fields), several=True):
            return tuple(field.name for field in fields)
        case TaskSymbol(output=output):
            return () if output is not None else None
        case GroupSymbol(value=returned) if returned is not None:
            value = returned()
            return tuple(value) if isinstance(value, dict) else () if value is not None else None
        case _:
            return None
