"""Statements of flows, groups, templates and handlers.

Two passes: `declare` names everything in a block and gives back work to do; the work types expressions, when all names
are known. So the order of declarations means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import define, evolve, field

from flowc.diagnostics import Label
from flowc.ir.expr import Expr, Item
from flowc.ir.graph import InArm, InLoop
from flowc.ir.graph import Scope as Place
from flowc.ir.types import INT, Type
from flowc.sema import hir
from flowc.sema.clauses import is_separate, read_clauses, renamed_from
from flowc.sema.constants import constant, written_out
from flowc.sema.expressions import condition, known, typed, usable
from flowc.sema.loops import limit_of, loop_items, tolerate_of
from flowc.sema.patterns import read_patterns, report_arms
from flowc.sema.policy import Level
from flowc.sema.reserved import is_reserved, report_reserved
from flowc.sema.scope import FlowSymbol, GroupSymbol, LetSymbol, LoopSymbol, Names, TaskSymbol
from flowc.sema.skipping import followed
from flowc.sema.spot import FlowState, Spot, Work, origin, report_shadow
from flowc.sema.tasks import TaskReader
from flowc.sema.templates import TemplateReader
from flowc.sema.world import Choice, Library
from flowc.source import Span
from flowc.syntax import ast
from flowc.syntax.walk import walk


@define(eq=False)
class BlockReader:
    """Reads the blocks of one flow."""

    state: FlowState
    library: Library
    tasks: TaskReader
    templates: TemplateReader
    arrows: list[Callable[[], None]] = field(factory=list[Callable[[], None]])
    skip_checks: list[Callable[[], None]] = field(factory=list[Callable[[], None]])

    def settle(self) -> None:
        """What is due once every name is known, and before any expression is read."""
        for due in (*self.skip_checks, *self.arrows):
            due()

    def declare(self, block: Iterable[ast.Stmt], spot: Spot) -> Work:
        """Name what stands in a block; the work gives its statements."""
        work = [done for stmt in block if (done := self._declare(stmt, spot)) is not None]
        return lambda: [stmt for each in work for stmt in each()]

    def _declare(self, stmt: ast.Stmt, spot: Spot) -> Work | None:
        match stmt:
            case ast.Task():
                return self._task(stmt, spot)
            case ast.Group():
                return self._group(stmt, spot)
            case ast.If():
                return self._if(stmt, spot)
            case ast.Match():
                return self._match(stmt, spot)
            case ast.For():
                return self._for(stmt, spot)
            case ast.Let():
                return self._let(stmt, spot)
            case ast.Chain():
                self.arrows.append(lambda: self.tasks.chain(stmt, spot))
                return None
            case ast.Clause() if stmt.name.text == "check":
                return self._check(stmt, spot)
            case ast.Clause():
                return self._stray_clause(stmt, spot)
            case _:
                return self._stray(stmt)

    # -------------------------------------------------------------- tasks and groups

    def _task(self, stmt: ast.Task, spot: Spot) -> Work | None:
        if isinstance(stmt.action, ast.TemplateAction):
            return self.templates.declare(stmt, stmt.action, spot, self)
        id_ = spot.prefix + stmt.name.text
        place = guarded(spot.place, id_, stmt.body)
        here = evolve(spot, place=place)
        symbol = TaskSymbol(
            stmt.name.text,
            id_,
            stmt.name.span,
            place,
            lambda: self.tasks.output(stmt, here),
            spot.phase,
        )
        self._note_when(id_, stmt.body, spot)
        if not self.name(symbol, spot):
            return None
        self.state.tasks[id_] = symbol
        symbol.follows = lambda: followed(stmt, symbol, here, self.state)
        return lambda: self.tasks.read(stmt, symbol, spot)

    def _group(self, stmt: ast.Group, spot: Spot) -> Work | None:
        id_ = spot.prefix + stmt.name.text
        inner = Names(outer=spot.inner)
        place = guarded(spot.place, id_, stmt.body)
        symbol = GroupSymbol(stmt.name.text, id_, stmt.name.span, place, inner, phase=spot.phase)
        self._note_when(id_, stmt.body, spot)
        if not self.name(symbol, spot):
            return None
        self.state.groups[id_] = symbol
        level = self.level(stmt.body.clauses, "g", spot)
        inside = evolve(spot, names=inner, inner=inner, place=place, prefix=id_ + ".", levels=(*spot.levels, level))
        work = self.declare((s for s in stmt.body if not is_group_clause(s)), inside)
        return lambda: [
            hir.Group(
                id_,
                tuple(work()),
                tuple(self.tasks.afters(level().said, id_, spot)),
                self.tasks.when(level().said, spot),
                renamed_from(level().said),
                is_separate(level().said),
                stmt.doc or "",
                origin=origin(stmt.span),
                at=stmt.name.span,
            )
        ]

    def level(self, clauses: Sequence[ast.Clause], place: str, spot: Spot) -> Callable[[], Level]:
        """The clauses of a place, read when they are first asked for."""
        made: list[Level] = []

        def read() -> Level:
            if not made:
                context = self.state.context(spot)
                plain = [clause for clause in clauses if clause.name.text != "check"]
                said = read_clauses(plain, place, context)
                made.append(Level((*self.tasks.used_policies(said, spot), *said)))
            return made[0]

        return read

    def place(self, id_: str, body: ast.Block, spot: Spot) -> Spot:
        """The spot inside a group's `when`."""
        self._note_when(id_, body, spot)
        return evolve(spot, place=guarded(spot.place, id_, body))

    def name(self, symbol: TaskSymbol | GroupSymbol, spot: Spot) -> bool:
        """Give a name to a task or group; False after FLOW202 or FLOW209."""
        reserved = is_reserved(symbol.name)
        if reserved:
            report_reserved(symbol.name, symbol.span, self.state.problems)
        self._shadow(spot.names.outer, symbol.name, symbol.span)
        held = spot.names.declare(symbol)
        if held is not None:
            self.state.problems.add(
                "FLOW202",
                f"`{symbol.name}` is declared twice",
                symbol.span,
                related=[Label(held.span, "first here")],
                helps=("give one of them another name",),
            )
            return False
        return not reserved

    def _shadow(self, outer: Names | None, name: str, span: Span) -> None:
        """FLOW203: a name that hides another one. Flows are not hidden: a task may be called after its flow."""
        held = outer.find(name) if outer is not None else None
        if held is not None and not isinstance(held, FlowSymbol):
            report_shadow(name, span, held.span, self.state.problems)

    def _note_when(self, id_: str, body: ast.Block, spot: Spot) -> None:
        for clause in body.clauses:
            if clause.name.text == "when":
                reason = "only runs when this is true"
                spot.world.choices[f"when_{id_}"] = Choice(1, False, clause.span, (reason,))

    # -------------------------------------------------------------- decisions

    def _if(self, stmt: ast.If, spot: Spot) -> Work:
        id_ = self.state.fresh(spot.prefix + "if_" + (first_name([stmt]) or "nothing"))
        made: list[Expr] = []

        def holds() -> Expr:
            if not made:
                made.append(condition(stmt.condition, self.state.context(spot)))
            return made[0]

        has_else = stmt.otherwise is not None
        reasons = ("only runs when this is true", "only runs when this is false")
        spot.world.choices[id_] = Choice(2, has_else, stmt.condition.span, reasons)
        then = self.declare(stmt.then, self._arm(spot, id_, 0, lambda: known(holds(), True)))
        otherwise: Work | None = None
        if stmt.otherwise is not None:
            rest = [stmt.otherwise] if isinstance(stmt.otherwise, ast.If) else stmt.otherwise
            otherwise = self.declare(rest, self._arm(spot, id_, 1, lambda: known(holds(), False)))

        def work() -> Iterable[hir.Stmt]:
            self._constant_condition(holds(), stmt.condition.span)
            chosen = tuple(then())
            others = tuple(otherwise()) if otherwise else None
            yield hir.If(id_, holds(), chosen, others, origin=origin(stmt.span), at=stmt.condition.span)

        return work

    def _constant_condition(self, holds: Expr, span: Span) -> None:
        if constant(holds) is False:
            self.state.problems.add("FLOW404", "this condition is always false", span)

    def _arm(self, spot: Spot, decision: str, arm: int, more: Callable[[], frozenset[Expr]]) -> Spot:
        return evolve(
            spot,
            inner=Names(outer=spot.inner),
            place=(*spot.place, InArm(decision, arm)),
            narrowed=lambda: spot.narrowed() | more(),
        )

    def _match(self, stmt: ast.Match, spot: Spot) -> Work:
        id_ = self.state.fresh(spot.prefix + "match_" + (first_name([stmt]) or "nothing"))
        made: list[Expr] = []

        def subject() -> Expr:
            if not made:
                made.append(self._subject(stmt, spot))
            return made[0]

        reasons = tuple(f"only runs when this is `{_shown(arm.patterns)}`" for arm in stmt.arms)
        spot.world.choices[id_] = Choice(len(stmt.arms), True, stmt.subject.span, reasons)
        bodies = [
            self._arm_body(arm.body, self._arm(spot, id_, number, frozenset)) for number, arm in enumerate(stmt.arms)
        ]

        def work() -> Iterable[hir.Stmt]:
            context = self.state.context(spot)
            patterns = [read_patterns(arm.patterns, subject(), context) for arm in stmt.arms]
            report_arms(stmt, patterns, subject(), context)
            arms = tuple(hir.Arm(found, tuple(body())) for found, body in zip(patterns, bodies, strict=True))
            yield hir.Match(id_, subject(), arms, origin=origin(stmt.span), at=stmt.subject.span)

        return work

    def _subject(self, stmt: ast.Match, spot: Spot) -> Expr:
        context = self.state.context(spot)
        takes_null = any(isinstance(pattern, ast.NullLiteral) for arm in stmt.arms for pattern in arm.patterns)
        return usable(typed(stmt.subject, context), context, stmt.subject.span, nullable=takes_null)

    def _arm_body(self, body: ast.Block, spot: Spot) -> Work:
        match body.statements:
            case (ast.Clause(name=ast.Name(text="skip"), args=()),):
                return list
            case (ast.Clause(name=ast.Name(text="fail")) as clause,):
                return lambda: self.tasks.fail(clause, spot)
            case _:
                return self.declare(body, spot)

    # -------------------------------------------------------------- loops

    def _for(self, stmt: ast.For, spot: Spot) -> Work:
        id_ = self.state.fresh(spot.prefix + "for_" + (stmt.second or stmt.name).text)
        made: list[tuple[Expr, Type, Type | None]] = []

        def items() -> tuple[Expr, Type, Type | None]:
            if not made:
                made.append(loop_items(stmt, self.state, spot))
            return made[0]

        inner = Names(outer=spot.inner)
        second = stmt.second
        item_name, key_name = (second, stmt.name) if second else (stmt.name, None)
        self._loop_name(inner, item_name, lambda: Item(id_, "item", items()[1]), spot)
        if key_name is not None:
            self._loop_name(
                inner,
                key_name,
                lambda: Item(id_, "key" if items()[2] is not None else "index", items()[2] or INT),
                spot,
            )
        inside = evolve(spot, inner=inner, place=(*spot.place, InLoop(id_)))
        body = self.declare(stmt.body, inside)

        def work() -> Iterable[hir.Stmt]:
            said = {one.spec.word: one for one in read_clauses(stmt.clauses, "l", self.state.context(spot))}
            written = written_out(items()[0])
            yield hir.For(
                id_,
                item_name.text,
                key_name.text if key_name else None,
                written or items()[0],
                tuple(body()),
                limit_of(said.get("limit")),
                tolerate_of(said.get("tolerate"), self.state.problems),
                written is not None,
                origin=origin(stmt.span),
                at=stmt.iterable.span,
            )

        return work

    def _loop_name(self, inner: Names, name: ast.Name, value: Callable[[], Expr], spot: Spot) -> None:
        self._shadow(inner.outer, name.text, name.span)
        spot.world.inner.setdefault(name.text, name.span)
        held = inner.declare(LoopSymbol(name.text, lambda: evolve(value(), at=name.span), name.span))
        if held is not None:
            self.state.problems.add(
                "FLOW202", f"`{name.text}` names both variables of the loop", name.span, helps=("rename one of them",)
            )

    # -------------------------------------------------------------- the rest

    def _let(self, stmt: ast.Let, spot: Spot) -> Work | None:
        symbol = LetSymbol(stmt.name.text, stmt.name.span, lambda: self.library.let(stmt, self.state.context(spot)))
        self._shadow(spot.inner.outer, symbol.name, symbol.span)
        if spot.inner is not spot.names:
            spot.world.inner.setdefault(symbol.name, symbol.span)
        held = spot.inner.declare(symbol)
        if held is not None:
            self.state.problems.add(
                "FLOW202",
                f"`{symbol.name}` is declared twice",
                symbol.span,
                related=[Label(held.span, "first here")],
            )
            return None

        def work() -> Iterable[hir.Stmt]:
            if symbol.value is None and not symbol.busy:
                typed(ast.Name(symbol.name, span=symbol.span), self.state.context(spot))
            return ()

        return work

    def _check(self, stmt: ast.Clause, spot: Spot) -> Work:
        if stmt.named("skip") is not None:
            self.skip_checks.append(lambda: self._skips(stmt, spot))
        return lambda: self.tasks.check(stmt, spot)

    def _skips(self, stmt: ast.Clause, spot: Spot) -> None:
        for name in (node for node in walk(stmt) if isinstance(node, ast.Name)):
            symbol = spot.inner.find(name.text)
            if isinstance(symbol, TaskSymbol):
                symbol.skips = True

    def _stray_clause(self, stmt: ast.Clause, spot: Spot) -> Work:
        def work() -> Iterable[hir.Stmt]:
            read_clauses([stmt], "b", self.state.context(spot))
            return ()

        return work

    def _stray(self, stmt: ast.Stmt) -> None:
        words: dict[type[ast.Stmt], str] = {
            ast.Return: "`return` stands in the flow or template itself",
            ast.OnHook: "`on ...` stands in a flow or in `defaults`",
            ast.OnEvent: "`on ...` stands in a flow",
            ast.Finally: "`finally` stands in a flow or in `defaults`",
        }
        message = words.get(type(stmt), "this stands at the top of a file")
        self.state.problems.add("FLOW212", message, stmt.span)


def guarded(place: Place, id_: str, body: ast.Block) -> Place:
    """The place inside a `when`, if there is one."""
    has_when = any(clause.name.text == "when" for clause in body.clauses)
    return (*place, InArm(f"when_{id_}", 0)) if has_when else place


def is_group_clause(stmt: ast.Stmt) -> bool:
    """A clause of the group itself."""
    return isinstance(stmt, ast.Clause) and stmt.name.text != "check"


def first_name(block: Iterable[ast.Stmt]) -> str | None:
    """The least name of a task or group in these statements: what a decision is called after."""
    return min(_names(block), default=None)


def _names(block: Iterable[ast.Stmt]) -> Iterator[str]:
    for stmt in block:
        match stmt:
            case ast.Task() | ast.Group():
                yield stmt.name.text
            case ast.If():
                yield from _names(stmt.then)
                if stmt.otherwise is not None:
                    yield from _names([stmt.otherwise] if isinstance(stmt.otherwise, ast.If) else stmt.otherwise)
            case ast.Match():
                for arm in stmt.arms:
                    yield from _names(arm.body)
            case ast.For():
                yield from _names(stmt.body)
            case _:
                pass


def _shown(patterns: Sequence[ast.Expr]) -> str:
    return ", ".join(pattern.span.text for pattern in patterns)
