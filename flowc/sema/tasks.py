"""Tasks: the kind's operand, the output, the clauses, what a task waits for; checks and `fail` arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, cast

from attrs import define, evolve

from flowc.diagnostics import Label
from flowc.diagnostics.suggest import closest
from flowc.ir.actions import Action, Check, Fail, Python, Wait
from flowc.ir.expr import Asset, Expr
from flowc.ir.graph import Window, Write
from flowc.ir.types import ANY, STR, Type
from flowc.kinds import Kind
from flowc.sema import hir
from flowc.sema.after import AfterReader
from flowc.sema.clauses import Said, read_clauses, refuse_others, renamed_from
from flowc.sema.context import Context
from flowc.sema.desk import TaskDesk
from flowc.sema.expressions import condition, expected, is_poison, known, typed, with_text
from flowc.sema.outputs import declared_output
from flowc.sema.overrides import read_overrides
from flowc.sema.partitions import window_of
from flowc.sema.past import Kept, Past
from flowc.sema.place import visible_tasks
from flowc.sema.policy import Level, policy_of
from flowc.sema.python_world import PythonWorld
from flowc.sema.scope import AssetSymbol, LetSymbol, TaskSymbol
from flowc.sema.signatures import Signatures
from flowc.sema.spot import FlowState, Spot
from flowc.source import Span
from flowc.syntax import ast
from flowc.syntax.format import format_expr

_OF_KINDS = {"poll": "wait", "args": "container", "expand": "dbt"}
"""Clauses that are for tasks of one kind."""


@define(eq=False)
class TaskReader:
    """Reads the tasks of one flow."""

    state: FlowState
    kinds: dict[str, Kind]
    signatures: Signatures
    python_world: PythonWorld
    after: AfterReader
    past: Past | None = None

    # -------------------------------------------------------------- a task

    def read(self, stmt: ast.Task, symbol: TaskSymbol, spot: Spot) -> Iterator[hir.Stmt]:
        """The task, or nothing where its kind or operand was refused."""
        if not self.state.claim(symbol.id, symbol.span):
            return
        if self.past is None:
            yield from self._read(stmt, symbol, spot)
            return
        known = self.past.taken(self.state.name, symbol.id, stmt) or self._anew(stmt, symbol, spot, self.past)
        self.state.runs |= known.runs
        self.state.assets |= known.assets
        yield from known.tasks

    def _anew(self, stmt: ast.Task, symbol: TaskSymbol, spot: Spot, past: Past) -> Kept:
        """The task, and apart from what was seen before, what was seen on the way."""
        state, runs, assets = self.state, self.state.runs, self.state.assets
        state.runs, state.assets = set[str](), set[str]()
        tasks = tuple(self._read(stmt, symbol, spot))
        kept = Kept(stmt, tasks, frozenset(state.runs), frozenset(state.assets))
        state.runs, state.assets = runs, assets
        past.read(state.name, symbol.id, kept)
        return kept

    def _read(self, stmt: ast.Task, symbol: TaskSymbol, spot: Spot) -> Iterator[hir.Task]:
        context = self.state.context(spot)
        said = read_clauses(stmt.body.clauses, "t", context)
        refuse_others(stmt.body, "only clauses stand in a task", self.state.problems, but=(ast.Target,))
        reads, windows, writes = self._assets(said, spot)
        kind = self._kind(stmt.action)
        desk = self.desk(self._inside_when(said, spot), (*reads, *(write.asset for write in writes)))
        self._refuse_connection(stmt.action, kind)
        action = kind.check(stmt.action, desk) if kind else None
        self.state.runs.update(desk.runs)
        output, several = symbol.output, symbol.several
        if kind is None or action is None:
            return
        if isinstance(stmt.action, ast.PythonAction) and isinstance(action, Python):
            self.python_world.judge(stmt.action, action, output, stmt.outputs, self.state.problems, several=several)
        fallback, fallback_at = self._fallback(said, symbol, spot)
        own = Level((*self.used_policies(said, spot), *said))
        policy = policy_of(
            (level() for level in spot.levels),
            own,
            inherits=kind.inherits_policies,
            has_process=kind.has_process,
        )
        if isinstance(action, Wait) and policy.poll is not None:
            action = evolve(action, poll=policy.poll)
        self._clauses_of_kinds(said, kind)
        yield hir.Task(
            symbol.id,
            action,
            output,
            several,
            policy,
            tuple(self.afters(said, symbol.id, spot)),
            self.when(said, spot),
            fallback,
            tuple(dict.fromkeys((*reads, *_asset_arguments(action)))),
            windows,
            writes,
            renamed_from(said),
            read_overrides(stmt.body, context),
            tuple(one.spec.word for one in said if one.spec.later),
            stmt.doc or "",
            untyped=output == ANY and stmt.outputs is None,
            fallback_at=fallback_at,
            span=stmt.span,
            at=stmt.name.span,
        )

    def output(self, stmt: ast.Task, spot: Spot) -> tuple[Type | None, bool]:
        """The output's type, declared or read from what is called; True second: several outputs."""
        kind = self._kind(stmt.action)
        if kind is None:
            return None, False
        if stmt.outputs is not None and kind.gives != "own":
            return declared_output(stmt.outputs, kind, self.state.context(spot))
        own: tuple[Type | None, bool] = (None, False)
        if kind.name == "run":
            own = self._flow_output(stmt.action)
        elif kind.infer:
            own = kind.infer(stmt.action, self.desk(spot, ()))
        if stmt.outputs is not None:
            self._own_output(stmt.outputs, own, kind, self.state.context(spot))
        return own

    def _own_output(self, said: ast.Type, own: tuple[Type | None, bool], kind: Kind, context: Context) -> None:
        """FLOW301 where `->` says something else than what the task gives anyway."""
        if declared_output(said, None, context) != own:
            gives = f"{own[0]}" if own[0] is not None else "no value"
            context.problems.add("FLOW301", f"this `{kind.name}` gives {gives}", said.span, helps=("leave out `->`",))

    def _flow_output(self, action: ast.Action) -> tuple[Type | None, bool]:
        if isinstance(action, ast.KindAction) and isinstance(action.operand, ast.Invocation):
            return self.signatures.output(action.operand.callee.parts[-1].text)
        return None, False

    def _kind(self, action: ast.Action) -> Kind | None:
        if isinstance(action, ast.PythonAction):
            return self.kinds["python"]
        assert isinstance(action, ast.KindAction)
        kind = self.kinds.get(action.kind.text)
        if kind is None:
            near = closest(action.kind.text, self.kinds)
            self.state.problems.add(
                "FLOW215",
                f"unknown kind `{action.kind.text}`",
                action.kind.span,
                helps=(f"did you mean `{near}`?",) if near else (f"the kinds are {', '.join(sorted(self.kinds))}",),
                notes=() if near else ("other kinds come with a package that offers them as `flowc.kinds`",),
            )
        return kind

    def _refuse_connection(self, action: ast.Action, kind: Kind | None) -> None:
        if isinstance(action, ast.KindAction) and action.connection and kind and not kind.takes_connection:
            self.state.problems.add("FLOW303", f"`{kind.name}` takes no connection", action.connection.span)

    def _inside_when(self, said: Iterable[Said], spot: Spot) -> Spot:
        """The spot, with what the task's own `when` says not to be null."""
        when = self.when(said, spot)
        return evolve(spot, narrowed=lambda: spot.narrowed() | known(when, True)) if when is not None else spot

    def desk(self, spot: Spot, assets: tuple[str, ...]) -> TaskDesk:
        """A desk for an operand at a spot."""
        return TaskDesk(self.state.context(spot), self.signatures, self.python_world, assets, spot.users)

    def _clauses_of_kinds(self, said: Sequence[Said], kind: Kind) -> None:
        for one in said:
            word = one.spec.word
            if word == "env" and not kind.has_process:
                self.state.problems.add(
                    "FLOW212",
                    f"`env` is for a process, and `{kind.name}` starts none",
                    one.span,
                    notes=("it may stand on `python` and `sh` tasks",),
                )
            if word in _OF_KINDS and kind.name != _OF_KINDS[word]:
                self.state.problems.add("FLOW212", f"`{word}` is for `{_OF_KINDS[word]}`", one.span)
            elif word == "args":
                for item in one.raw("args"):
                    for part in item.items if isinstance(item, ast.ListExpr) else (item,):
                        with_text(part, one.context)

    # -------------------------------------------------------------- clauses

    def afters(self, said: Iterable[Said], id_: str, spot: Spot) -> Iterator[hir.After]:
        """What the `after` clauses and the arrows say."""
        for one in said:
            if one.spec.word == "after":
                when = one.word("when") or "succeeded"
                found = self.after.read(
                    one.raw("names"), cast(Literal["succeeded", "done", "failed"], when), one.span, spot, id_
                )
                if found:
                    yield found
        yield from self.state.arrows.get(id_, ())

    def chain(self, stmt: ast.Chain, spot: Spot) -> None:
        """Every link waits for the one before it."""
        self.after.chain(stmt, spot)

    def when(self, said: Iterable[Said], spot: Spot) -> Expr | None:
        """The `when`, if it was said."""
        return next((one.expr("condition") for one in said if one.spec.word == "when"), None)

    def used_policies(self, said: Iterable[Said], spot: Spot) -> tuple[Said, ...]:
        """The clauses of the policies that are used, weakest first."""
        found: list[Said] = []
        for one in said:
            if one.spec.word == "use":
                for name in one.raw("policies"):
                    found += self._policy(name, spot)
        return tuple(found)

    def _policy(self, name: ast.Expr, spot: Spot) -> tuple[Said, ...]:
        text = name.span.text
        found = spot.world.file.find("policy", text)
        if found is None or not isinstance(found[1], ast.Policy):
            near = closest(text, spot.world.file.visible("policy"))
            self.state.problems.add(
                "FLOW608",
                f"unknown policy `{text}`",
                name.span,
                helps=(f"did you mean `{near}`?",) if near else (f"declare it: `policy {text} retry 3`",),
            )
            return ()
        owner, policy = found[0], found[1]
        return tuple(read_clauses(policy.body.clauses, "p", self.signatures.library.context(owner)))

    def _assets(
        self, said: Iterable[Said], spot: Spot
    ) -> tuple[tuple[str, ...], tuple[Window, ...], tuple[Write, ...]]:
        reads: list[str] = []
        windows: list[Window] = []
        writes: list[Write] = []
        for one in said:
            if one.spec.word == "reads":
                for item in one.raw("assets"):
                    name = self._asset(item.value if isinstance(item, ast.Index) else item, spot)
                    if name:
                        reads.append(name)
                    if name and isinstance(item, ast.Index):
                        _, declared = self.signatures.assets[name]
                        window = window_of(item, name, declared.body, self.state.context(spot))
                        windows += [window] if window else []
            if one.spec.word == "writes":
                mode = cast(Literal["append", "overwrite", "merge"] | None, one.word("mode"))
                names = (self._asset(item, spot) for item in one.raw("assets"))
                writes += [Write(name, mode) for name in names if name]
        return tuple(dict.fromkeys(reads)), tuple(windows), tuple(writes)

    def _asset(self, item: ast.Expr, spot: Spot) -> str | None:
        symbol = spot.inner.find(item.text) if isinstance(item, ast.Name) else None
        if isinstance(symbol, AssetSymbol):
            self.state.assets.add(symbol.name)
            return symbol.name
        if isinstance(item, ast.Attribute) or isinstance(symbol, LetSymbol):
            found = typed(item, self.state.context(spot))
            if isinstance(found, Asset):
                self.state.assets.add(found.name)
                return found.name
            if is_poison(found):
                return None
        near = closest(item.span.text, self.signatures.asset_names(spot.inner))
        self.state.problems.add(
            "FLOW703",
            f"unknown asset `{item.span.text}`",
            item.span,
            helps=(f"did you mean `{near}`?",) if near else (f"declare it: `asset {item.span.text}`",),
        )
        return None

    def _fallback(self, said: Iterable[Said], symbol: TaskSymbol, spot: Spot) -> tuple[str | None, Span | None]:
        """The fallback's id, where it is one: a task of the same block, without a `when`."""
        clause = next((one for one in said if one.spec.word == "fallback"), None)
        if clause is None:
            return None, None
        (name,) = clause.raw("task")
        found = spot.inner.find(name.text) if isinstance(name, ast.Name) else None
        if not isinstance(found, TaskSymbol):
            near = closest(name.span.text, (path for _, path in visible_tasks(spot.inner)))
            helps = (f"did you mean `{near}`?",) if near else ()
            self.state.problems.add("FLOW201", f"unknown task `{name.span.text}`", name.span, helps=helps)
            return None, None
        found.used = True
        if found is symbol or found.place != spot.place or found.id.rpartition(".")[0] != symbol.id.rpartition(".")[0]:
            why = "is itself" if found is symbol else "stands in another block, or has a `when`"
            self.state.problems.add(
                "FLOW416",
                f"the fallback of `{symbol.name}` {why}",
                name.span,
                related=[Label(found.span, "declared here")],
                helps=("put a task without `when` beside it",),
            )
            return None, None
        return found.id, name.span

    # -------------------------------------------------------------- checks and fail arms

    def check(self, clause: ast.Clause, spot: Spot) -> Iterator[hir.Stmt]:
        """A `check`, as a task of its own (rule 7)."""
        context = evolve(self.state.context(spot), allows=frozenset({"check"}))
        understood = read_clauses([clause], "b", context)
        if not understood or not clause.positional:
            return
        said = understood[0]
        id_ = f"{spot.prefix}check {format_expr(clause.positional[0])}"
        if not self.state.claim(id_, clause.span):
            return
        verdict: Literal["fail", "skip", "warn"] = "skip" if "skip" in said.values else "fail"
        if said.word("severity") == "warn":
            if verdict == "skip":
                self.state.problems.add("FLOW303", "`severity:` does not go with `skip:`", clause.span)
            verdict = "warn"
        elif "severity" in said.values and verdict == "skip":
            self.state.problems.add("FLOW303", "`severity:` does not go with `skip:`", clause.span)
        if {"fail", "skip"} <= said.values.keys():
            self.state.problems.add("FLOW303", "a check has `fail:` or `skip:`, not both", clause.span)
        holds = said.expr("condition") or condition(clause.positional[0], context)
        text = said.expr("fail") or said.expr("skip")
        yield hir.Task(id_, Check(holds, text, verdict), span=clause.span, at=clause.span)

    def fail(self, clause: ast.Clause, spot: Spot) -> Iterator[hir.Stmt]:
        """A `=> fail "text"` arm (rule 8)."""
        if len(clause.positional) != 1 or len(clause.args) != 1:
            self.state.problems.add("FLOW302", "`fail` needs a text", clause.span, helps=('=> fail "why"',))
            return
        context = self.state.context(spot)
        text = expected(clause.positional[0], context, STR)
        id_ = f"{spot.prefix}fail {format_expr(clause.positional[0])}"
        if self.state.claim(id_, clause.span):
            yield hir.Task(id_, Fail(text), span=clause.span, at=clause.span)


def _asset_arguments(action: Action) -> Iterator[str]:
    if isinstance(action, Python):
        yield from (arg.value.name for arg in action.args if isinstance(arg.value, Asset))
