"""What no flow uses is read too, so that its mistakes are told: templates, functions, lets, policies, tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define

from flowc.ir.expr import Asset, Expr, Param
from flowc.ir.tests import Test
from flowc.ir.types import ASSET, CONNECTION, Table, Type
from flowc.sema.after import AfterReader
from flowc.sema.arguments import default_value
from flowc.sema.blocks import BlockReader
from flowc.sema.clauses import Said, read_clauses, refuse_others
from flowc.sema.constants import require_stage
from flowc.sema.environment import Setting, apply_settings, pool_size, settings_of_profiles
from flowc.sema.expressions import check_function, typed
from flowc.sema.flows import FlowReader
from flowc.sema.modules import Module
from flowc.sema.policy import retry_of
from flowc.sema.scope import LetSymbol, Names
from flowc.sema.spot import FlowState, Spot
from flowc.sema.tasks import TaskReader
from flowc.sema.templates import TemplateReader
from flowc.sema.tests import TestReader
from flowc.sema.types import type_from
from flowc.sema.vocabulary import CLAUSES
from flowc.sema.world import ModuleWorld
from flowc.syntax import ast


@define(eq=False)
class SpareReader:
    """Reads what stands in a file and was not used."""

    reader: FlowReader
    states: Mapping[str, FlowState]

    def read(self, module: Module) -> list[Test]:
        """All of a file's templates, functions, policies, defaults and tests; the tests are what comes of it."""
        context = self.reader.library.context(module)
        for function in module.each(ast.Function):
            symbol = self.reader.library.function(module, function.name.text)
            if symbol is not None:
                check_function(symbol, context)
        for let in module.each(ast.Let):
            typed(let.name, context)
        for policy in module.each(ast.Policy):
            _retry(read_clauses(policy.body.clauses, "p", context))
            refuse_others(policy.body, "only clauses stand in a policy", context.problems)
        for defaults in self._defaults(module):
            _retry(read_clauses(defaults.body.clauses, "F", context))
            handlers = (ast.OnHook, ast.Finally)
            refuse_others(
                defaults.body, "only clauses and handlers stand in `defaults`", context.problems, but=handlers
            )
        for template in module.each(ast.Template):
            if (id(module), template.name.text) not in self.reader.library.used_templates:
                self._template(module, template)
        tests = TestReader(self.reader.library, self.reader.signatures.flows, self.states)
        found = [tests.read(module, test) for test in module.each(ast.Test)]
        for setting in settings_of_profiles([module]):
            self._setting(setting)
        return [test for test in found if test is not None]

    def _defaults(self, module: Module) -> Iterator[ast.Defaults]:
        """Those of the file, and those of its profiles, used or not."""
        yield from module.each(ast.Defaults)
        for profile in module.each(ast.Profile):
            yield from (stmt for stmt in profile.body if isinstance(stmt, ast.Defaults))

    # -------------------------------------------------------------- templates

    def _template(self, module: Module, template: ast.Template) -> None:
        library = self.reader.library
        context = library.context(module)
        names = Names(outer=library.names(module))
        for param in template.params:
            type_ = type_from(param.type, context)
            if param.default is not None:
                default_value(param.default, context, type_, what=f"`{param.name.text}` of `{template.name.text}`")
            value = self._stand_in(param, type_)
            if value is None:
                return
            names.declare(LetSymbol(param.name.text, param.name.span, lambda value=value: value))
        state = FlowState(template.name.text, library.problems)
        tasks = TaskReader(
            state, self.reader.kinds, self.reader.signatures, self.reader.python_world, AfterReader(state)
        )
        templates = TemplateReader(state, library, tasks)
        blocks = BlockReader(state, library, tasks, templates)
        spot = Spot(names, names, ModuleWorld(library, module))
        if isinstance(template.body, ast.TemplateTask):
            body = template.body
            statements: list[ast.Stmt] = [
                ast.Task(template.name, body.action, body.outputs or template.outputs, body.body, span=body.span)
            ]
        else:
            statements = [stmt for stmt in template.body if not isinstance(stmt, ast.Return)]
        work = blocks.declare(statements, spot)
        blocks.settle()
        list(work())
        templates.return_of(template, spot)()

    def _stand_in(self, param: ast.Param, type_: Type) -> Expr | None:
        """A value of the parameter's type that nothing is known of; None for what a template can't be read without."""
        if type_ == CONNECTION:
            return None
        if type_ == ASSET or isinstance(type_, Table):
            held = next(iter(self.reader.signatures.assets), None)
            return Asset(held, type_, param.name.span) if held else None
        return Param(param.name.text, type_, param.name.span)

    # -------------------------------------------------------------- settings

    def _setting(self, setting: Setting) -> None:
        """One `set` of a profile, as it would be if that were used."""
        if setting.path[0] == "pools":
            pool_size(setting, self.reader.library.context(setting.module))
        held = self.reader.signatures.flows.get(setting.path[0])
        if held is None or len(setting.path) < 2:
            return
        module, flow = held
        context = self.reader.library.context(module)
        word = setting.path[1]
        param = next((param for param in flow.params if param.name.text == word), None)
        if param is not None:
            type_ = type_from(param.type, context)
            value = default_value(setting.stmt.value, context, type_, what=f"`{word}`")
            require_stage(value, "build", context, "a parameter's default")
        elif word in CLAUSES:
            changed = apply_settings(flow, [setting])
            read_clauses((one for one in changed.body.clauses if one.name.text == word), "f", context)


def _retry(clauses: Iterable[Said]) -> None:
    """Judge what a `retry` comes to: FLOW602, and what `on:` and `never:` list."""
    for said in clauses:
        if said.spec.word == "retry":
            retry_of(said)
