"""What is judged once names and types are known: one file a subject, in the order of the pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.diagnostics import Problems
from flowc.sema import hir
from flowc.sema.analyse import Analysis
from flowc.sema.checks.assets import check_assets
from flowc.sema.checks.fallbacks import check_fallbacks
from flowc.sema.checks.freshness import check_freshness
from flowc.sema.checks.names import check_flow_ids, check_imports, check_names
from flowc.sema.checks.policies import check_lock_order, check_policies
from flowc.sema.checks.reach import check_reach
from flowc.sema.checks.secrecy import check_secrecy
from flowc.sema.checks.shape import check_recursion, check_shape
from flowc.sema.checks.spelling import check_flow_names, check_spelling
from flowc.sema.checks.texts import check_texts
from flowc.sema.checks.time import FROM, check_schedules, check_webhooks
from flowc.sema.checks.triggers import check_heard, check_started, check_triggers
from flowc.sema.checks.whole import check_owners, check_written
from flowc.sema.modules import Module
from flowc.syntax import ast


def check_module(module: hir.Module, analysis: Analysis, mains: Sequence[Module], problems: Problems) -> None:
    """Run every check; each reports what it finds."""
    for main in mains:
        check_imports(main, problems)
        check_secrecy(main, problems)
        check_spelling(main, problems)
    for flow in module.flows:
        check_names(flow, problems)
        check_shape(flow, problems)
        check_reach(flow, problems)
        check_fallbacks(flow, problems)
        check_policies(flow, analysis.pools, problems)
        check_texts(flow, analysis.connection_kinds(), problems)
        if flow.name in analysis.states:
            check_schedules(analysis.states[flow.name].said, problems)
    check_assets(module.flows, problems)
    check_triggers(module.flows, analysis, problems)
    check_heard(module.flows, analysis, mains, problems)
    check_started(module.flows, problems)
    check_written(module.flows, analysis, mains, problems)
    check_freshness(module.flows, analysis, mains, FROM, problems)
    check_webhooks((flow for main in mains for flow in main.each(ast.Flow)), problems)
    check_owners(analysis, mains, problems)
    check_flow_ids(module.flows, problems)
    check_flow_names((flow for _, flow in analysis.signatures.flows.values()), problems)
    check_recursion(module.flows, problems)
    check_lock_order(module.flows, problems)
