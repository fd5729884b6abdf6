"""Where the DAGs of a flow's parts leave what their tasks came to, for those of other parts."""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.ir.actions import RunFlow
from flowc.ir.graph import Program
from flowc.target.naming import name_nodes
from flowc_targets.airflow.plan import Plan


class Parts:
    """The flows of a program, asked by others for ids: each is looked at once, whoever asks."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._drops = [flow.name for flow in program.graphs if flow.overlap == "skip"]
        self._ids: dict[str, dict[str, str]] = {}
        self._plans: dict[str, Plan] = {}

    def of(self, flow: str, task: str) -> tuple[str, bool]:
        """The id of what tells a task's outcome and value: its own, or that of the task which its fallback adds.

        And whether it has run another flow, whose value is then where that has left it.
        """
        graph = self._program.graph(flow)
        node = graph.node(task)
        if not node.fallback:
            return self._ids_of(flow)[task], isinstance(node.action, RunFlow) and node.output is not None
        return self.plan(flow).results[task].id, False

    def plan(self, flow: str) -> Plan:
        """The steps of a flow."""
        if flow not in self._plans:
            self._plans[flow] = Plan(self._program.graph(flow), dict(self._ids_of(flow)), drops=self._drops)
        return self._plans[flow]

    def _ids_of(self, flow: str) -> dict[str, str]:
        if flow not in self._ids:
            self._ids[flow] = dict(name_nodes(self._program.graph(flow), ".", Problems()).ids)
        return self._ids[flow]
