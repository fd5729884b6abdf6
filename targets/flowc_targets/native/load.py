"""A program as flows that can be run at once, in this process: the way of `flowc run`, without a file being written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flowc.ir.expr import Expr
from flowc.ir.graph import Graph, Program
from flowc_targets.native.expressions import function
from flowc_targets.native.flows import flow_module
from flowc_targets.native.model import FlowModule, Several
from flowc_targets.native.printing import source

if TYPE_CHECKING:
    from flowc.runtime.model import Flow
    from flowc.runtime.view import View


def load(program: Program) -> dict[str, Flow]:
    """The program's flows by name, for `flowc.runtime.run`. They are made from the text that a project would hold."""
    found: dict[str, Flow] = {}
    for graph in program.graphs:
        found[graph.name] = _loaded(flow_module(graph))  # type: ignore[assignment]
    return found


def functions(exprs: Sequence[Expr], graph: Graph) -> list[Callable[[View], Any]]:
    """Expressions over a run of a flow as functions of its view, computed as those in the flow are."""
    made = Several(tuple(function(each, graph) for each in exprs))
    return _loaded(FlowModule(graph.name, "", made))  # type: ignore[return-value]


def _loaded(module: FlowModule) -> object:
    scope: dict[str, object] = {"__name__": f"flow {module.name}"}
    exec(compile(source(module, "flowc.runtime"), f"<flow {module.name}>", "exec"), scope)
    return scope["FLOW"]
