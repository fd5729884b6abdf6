"""A program as flows that can be run at once, in this process: the way of `flowc run`, without a file being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowc.ir.graph import Program
from flowc_targets.native.flows import flow_module
from flowc_targets.native.printing import source

if TYPE_CHECKING:
    from flowc.runtime.model import Flow


def load(program: Program) -> dict[str, Flow]:
    """The program's flows by name, for `flowc.runtime.run`. They are made from the text that a project would hold."""
    found: dict[str, Flow] = {}
    for graph in program.graphs:
        text = source(flow_module(graph), "flowc.runtime")
        scope: dict[str, object] = {"__name__": f"flow {graph.name}"}
        exec(compile(text, f"<flow {graph.name}>", "exec"), scope)
        found[graph.name] = scope["FLOW"]  # type: ignore[assignment]
    return found
