"""One flow: its parameters, its own clauses, its statements and handlers, what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import time, timedelta
from typing import Any, Literal, cast

from attrs import define, evolve

from flowc.diagnostics import Label
from flowc.ir.expr import Expr, Map
from flowc.ir.graph import Override, Parameter, Phase
from flowc.ir.triggers import Cron, OnAsset, Trigger, Windows, events_of
from flowc.ir.types import JSON, Record, Type
from flowc.kinds import Kind
from flowc.sema import hir
from flowc.sema.after import AfterReader
from flowc.sema.arguments import default_value
from flowc.sema.blocks import BlockReader, first_name
from flowc.sema.clauses import Said, constant_texts, read_clauses, renamed_from
from flowc.sema.constants import constant, require_stage
from flowc.sema.context import Context
from flowc.sema.environment import Environment
from flowc.sema.events import EventReader, Seen
from flowc.sema.expressions import expected
from flowc.sema.modules import Module
from flowc.sema.overrides import read_overrides
from flowc.sema.partitions import backfill_of, partition_of, partition_type, zone_of
from flowc.sema.past import Past
from flowc.sema.policy import Level
from flowc.sema.project import Project
from flowc.sema.python_world import PythonWorld
from flowc.sema.returns import returned
from flowc.sema.schedules import triggers_of, within
from flowc.sema.scope import FlowSymbol, Names, ParamSymbol
from flowc.sema.signatures import Signatures
from flowc.sema.spot import FlowState, Spot, Work, origin, report_shadow
from flowc.sema.tasks import TaskReader
from flowc.sema.templates import TemplateReader
from flowc.sema.types import type_from
from flowc.sema.world import Library, ModuleWorld
from flowc.syntax import ast

_HOOKS: dict[str, Phase] = {"failure": "failure", "success": "success", "late": "late"}


@define(eq=False)
class FlowReader:
    """Reads flows with what the project offers them."""

    project: Project
    library: Library
    signatures: Signatures
    environment: Environment
    python_world: PythonWorld
    kinds: dict[str, Kind]
    past: Past | None = None

    def read(self, module: Module, flow: ast.Flow) -> tuple[hir.Flow, FlowState]:
        """The analysed flow, and what was seen on the way."""
        state = FlowState(flow.name.text, self.library.problems)
        state.partition = partition_type(flow.body)
        if first_name(flow.body) is None:
            help_ = 'task hello = sh "echo hello"'
            state.problems.add("FLOW411", f"flow `{flow.name.text}` has no tasks", flow.name.span, helps=(help_,))
        names = state.names = Names(outer=self.library.names(module))
        world = ModuleWorld(self.library, module)
        outside = self.library.context(module, world=world)
        seen = EventReader(self.signatures).read(flow, outside)
        state.event = seen.type
        events = (event for line in seen.lines for event in events_of(line.event))
        state.assets.update(event.asset for event in events if isinstance(event, OnAsset))
        params = tuple(self._param(param, names, outside) for param in flow.params)
        tasks = TaskReader(state, self.kinds, self.signatures, self.python_world, AfterReader(state), self.past)
        blocks = BlockReader(state, self.library, tasks, TemplateReader(state, self.library, tasks))
        defaults = self._defaults(module, flow, state, world)
        spot = Spot(names, names, world)
        own = self._own_level(flow, spot, blocks)
        spot = evolve(spot, levels=(*defaults, own))
        has_when = any(clause.name.text == "when" for clause in flow.body.clauses)
        body = blocks.declare((s for s in flow.body if _is_body(s)), spot)
        handlers = list(self._handlers(flow, module, spot, blocks))
        blocks.settle()
        statements = tuple(body())
        done: tuple[tuple[Phase, tuple[hir.Stmt, ...]], ...] = tuple((phase, tuple(work())) for phase, work in handlers)
        said = state.said = own().said
        when = tasks.when(said, spot) if has_when else None
        output, several, value = self._returns(flow, spot, state)
        found = hir.Flow(
            flow.name.text,
            params,
            statements,
            done,
            value,
            output,
            several,
            when,
            _header(said, state, seen),
            overrides=self._overrides(flow, module, state.context(spot)),
            doc=flow.doc or "",
            origin=origin(flow.span),
            at=flow.name.span,
        )
        return found, state

    # -------------------------------------------------------------- parameters

    def _param(self, param: ast.Param, names: Names, context: Context) -> Parameter:
        type_ = type_from(param.type, context)
        hidden = names.outer.find(param.name.text) if names.outer else None
        if hidden is not None and not isinstance(hidden, FlowSymbol):
            report_shadow(param.name.text, param.name.span, hidden.span, context.problems)
        held = names.declare(ParamSymbol(param.name.text, type_, param.name.span))
        if held is not None:
            context.problems.add("FLOW202", f"parameter `{param.name.text}` is declared twice", param.name.span)
        default = None
        if param.default is not None:
            default = default_value(param.default, context, type_, what=f"`{param.name.text}`")
            require_stage(default, "build", context, "a parameter's default")
        low = high = None
        if isinstance(param.allowed, ast.Range):
            low = self._bound(param.allowed.first, type_, context)
            high = self._bound(param.allowed.last, type_, context)
        elif param.allowed is not None:
            context.problems.add(
                "FLOW301", "what a parameter may be is a range", param.allowed.span, helps=("in 0..10",)
            )
        if default is not None and low is not None and high is not None:
            self._in_range(param, default, low, high, context)
        return Parameter(param.name.text, type_, default, low, high, param.doc or "")

    def _in_range(self, param: ast.Param, default: Expr, low: Expr, high: Expr, context: Context) -> None:
        """FLOW313: a default that the parameter's own range refuses."""
        value, first, last = cast("tuple[Any, Any, Any]", (constant(default), constant(low), constant(high)))
        if None in (value, first, last) or first <= value <= last:
            return
        if param.default is not None and param.allowed is not None:
            context.problems.add(
                "FLOW313",
                f"the default of `{param.name.text}` is outside of what it may be",
                param.default.span,
                related=[Label(param.allowed.span, "what it may be, both ends included")],
            )

    def _bound(self, expr: ast.Expr, type_: Type, context: Context) -> Expr:
        found = expected(expr, context, type_)
        require_stage(found, "build", context, "a parameter's range")
        return found

    # -------------------------------------------------------------- clauses around

    def _defaults(
        self, module: Module, flow: ast.Flow, state: FlowState, world: ModuleWorld
    ) -> tuple[Callable[[], Level], ...]:
        blocks = [*self.environment.defaults, *((module, item.body) for item in module.each(ast.Defaults))]
        return tuple(self._default_level(owner, block) for owner, block in blocks)

    def _default_level(self, owner: Module, block: ast.Block) -> Callable[[], Level]:
        made: list[Level] = []

        def read() -> Level:
            if not made:
                context = self.library.context(owner)
                made.append(Level(tuple(read_clauses(block.clauses, "F", context))))
            return made[0]

        return read

    def _own_level(self, flow: ast.Flow, spot: Spot, blocks: BlockReader) -> Callable[[], Level]:
        return blocks.level(flow.body.clauses, "f", spot)

    # -------------------------------------------------------------- handlers

    def _handlers(
        self, flow: ast.Flow, module: Module, spot: Spot, blocks: BlockReader
    ) -> Iterable[tuple[Phase, Work]]:
        outer = [*self.environment.defaults, *((module, item.body) for item in module.each(ast.Defaults))]
        for owner, block in outer:
            names = Names(outer=self.library.names(owner))
            world = ModuleWorld(self.library, owner, spot.world.choices)
            yield from self._hooks(block, evolve(spot, names=names, inner=names, world=world), blocks)
        yield from self._hooks(flow.body, spot, blocks)

    def _hooks(self, block: Iterable[ast.Stmt], spot: Spot, blocks: BlockReader) -> Iterable[tuple[Phase, Work]]:
        for stmt in block:
            phase: Phase
            if isinstance(stmt, ast.Finally):
                phase = "finally"
            elif isinstance(stmt, ast.OnHook):
                if stmt.event.text not in _HOOKS:
                    self.library.problems.add(
                        "FLOW105",
                        f"`on {stmt.event.text}` is not a handler",
                        stmt.event.span,
                        helps=("the handlers are `on failure`, `on success`, `on late` and `finally`",),
                    )
                    continue
                phase = _HOOKS[stmt.event.text]
            else:
                continue
            for task in (s for s in stmt.body if isinstance(s, ast.Task)):
                spot.world.handled.setdefault(task.name.text, task.name.span)
            names = Names(outer=spot.inner)
            yield phase, blocks.declare(stmt.body, evolve(spot, names=names, inner=names, phase=phase))

    # -------------------------------------------------------------- the rest

    def _returns(self, flow: ast.Flow, spot: Spot, state: FlowState) -> tuple[Type | None, bool, Expr | None]:
        context = state.context(spot)
        declared = type_from(flow.outputs, context) if flow.outputs else None
        several = isinstance(flow.outputs, ast.RecordType) and isinstance(declared, Record)
        stmts = [s for s in flow.body if isinstance(s, ast.Return)]
        for extra in stmts[1:]:
            state.problems.add("FLOW214", "a flow returns once", extra.span)
        if not stmts and declared is None:
            return None, False, None
        if stmts and declared is None:
            state.problems.add(
                "FLOW303", "the flow returns a value and declares none", stmts[0].span, helps=("flow name() -> str {",)
            )
        value = returned(stmts[0] if stmts else None, declared, several, flow.name, context)
        if isinstance(value, dict):
            value = Map(tuple(value.items()), declared or JSON, stmts[0].span)
        return declared, several, value

    def _overrides(self, flow: ast.Flow, module: Module, context: Context) -> tuple[Override, ...]:
        file = (module, module.each(ast.Target))
        profile = ((owner, (target,)) for owner, target in self.environment.targets)
        outer = tuple(
            override
            for owner, targets in (*profile, file)
            for override in read_overrides(targets, self.library.context(owner))
        )
        return (*self.project.overrides, *outer, *read_overrides(flow.body, context))


def _is_body(stmt: ast.Stmt) -> bool:
    if isinstance(stmt, ast.Clause):
        return stmt.name.text == "check"
    return not isinstance(stmt, ast.OnHook | ast.OnEvent | ast.Finally | ast.Return | ast.Target)


def _header(said: Iterable[Said], state: FlowState, seen: Seen) -> hir.Header:
    clauses = list(said)
    words = {one.spec.word: one for one in clauses}
    triggers: list[Trigger] = [trigger for _, trigger in triggers_of(clauses, state.problems)]
    zone = zone_of(triggers)
    partition = partition_of(clauses, (*triggers, *seen.lines), zone, state.problems)
    if isinstance(partition, Windows) and not any(isinstance(trigger, Cron) for trigger in triggers):
        zone = partition.zone
    if "backfill" in words and partition is None and not triggers:
        state.problems.add(
            "FLOW506",
            "a backfill goes over partitions, or over the instants of a schedule, and there are none",
            words["backfill"].span,
            helps=("partition day", "schedule daily"),
        )
    backfill = backfill_of(clauses)
    triggers = [*within(triggers, partition), *seen.lines]
    deadline = words["deadline"].constant("after") if "deadline" in words else None
    sla = words["sla"].constant("by") if "sla" in words else None
    runs = words["max_runs"].constant("count") if "max_runs" in words else None
    owner = words["owner"].constant("owner") if "owner" in words else None
    overlap = words["max_runs"].word("overlap") if "max_runs" in words else None
    return hir.Header(
        tuple(triggers),
        zone,
        partition,
        backfill,
        seen.type,
        runs if isinstance(runs, int) else None,
        cast(Literal["queue", "skip", "cancel_old"], overlap or "queue"),
        deadline if isinstance(deadline, timedelta) else None,
        sla if isinstance(sla, timedelta) else sla.isoformat() if isinstance(sla, time) else None,
        owner if isinstance(owner, str) else None,
        constant_texts(words["tags"], "tags") if "tags" in words else (),
        renamed_from(clauses),
    )
