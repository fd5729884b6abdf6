"""Ids of the tasks of bookkeeping: `flowc_`, as the contract has it, and what the task is for.

No task of a user may have such a name (FLOW209), so whoever reads a trace can leave them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.diagnostics import Problems
from flowc.ir.graph import Graph, Phase
from flowc.target.naming import joined, name_nodes, words

GATES: Mapping[Phase, str] = {
    "failure": "on_failure",
    "success": "on_success",
    "late": "on_late",
    "finally": "on_end",
}
"""The tasks before the handlers of each part of a run."""

_WORDS = {"for": "each"}
_RETURNS = "returns"


class Ids:
    """Ids that are given once. Ids that differ only in case are the same to the folder of a log."""

    def __init__(self, graph: Graph, ids: Iterable[str]) -> None:
        groups = (group.renamed_from or group.name for group in graph.groups)
        self._taken = {each.lower() for each in (*ids, *groups)}
        self.returns = self.give(_RETURNS) if graph.returns is not None else None
        """Of the task that gives what the flow returns; first of all, for other flows ask for it."""

    def give(self, pattern: str, like: str = "") -> str:
        """A free id, `*` the last part of another one, in whose group it is: `group.flowc_gate_task`."""
        group, dot, name = like.rpartition(".")
        wanted = found = joined(f"{group}{dot}flowc_{pattern.replace('*', name)}", ".")
        number = 2
        while found.lower() in self._taken:
            found, number = f"{wanted}_{number}", number + 1
        self._taken.add(found.lower())
        return found

    def of_place(self, name: str) -> str:
        """The id of the task of a decision or a loop: `trial.flowc_each_m` of `trial.for_m`, or `flowc_when_fit`."""
        group, dot, last = name.rpartition(".")
        word, _, rest = last.partition("_")
        if name.startswith("when_"):
            word, (group, dot, rest) = "when", words(name.removeprefix("when_")).rpartition(".")
        return self.give(f"{_WORDS.get(word, word)}_*", f"{group}{dot}{rest}")

    def of_all(self, loop: str) -> str:
        """The id of the task that lists every element of a nested loop: `trial.flowc_all_m` of `trial.for_m`."""
        group, dot, last = loop.rpartition(".")
        return self.give("all_*", f"{group}{dot}{last.removeprefix('for_')}")


def returns_of(graph: Graph) -> str | None:
    """The id of the task that gives what a flow returns, for those who run it."""
    return Ids(graph, name_nodes(graph, ".", Problems()).ids.values()).returns
