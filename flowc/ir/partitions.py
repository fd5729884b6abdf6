"""The partition that a run works on: as an expression, and of which assets a task writes it."""

from __future__ import annotations

from flowc.ir.expr import Run
from flowc.ir.graph import Graph, Node
from flowc.ir.triggers import Windows
from flowc.ir.types import DATE, DATETIME


def own_partition(graph: Graph) -> Run:
    """`run.partition`, in a flow with windows."""
    assert isinstance(graph.partition, Windows), "a name is another matter"
    return Run("partition", DATETIME if graph.partition.unit == "hour" else DATE)


def partitions_written(node: Node, graph: Graph) -> list[str]:
    """The assets of which a task writes that partition: those that wait for it, or start on it, have to hear which."""
    if not node.writes or not isinstance(graph.partition, Windows):
        return []
    found = {write.asset: graph.find_asset(write.asset) for write in node.writes}
    return [name for name, asset in found.items() if asset and asset.partition]
