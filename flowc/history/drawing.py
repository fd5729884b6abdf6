"""Where the tasks of a flow stand in a picture: each in the column behind all that it waits for.

The columns are networkx's topological generations. In a column a task stands near those that it is tied to: the
barycentre method of Sugiyama, Tagawa and Toda (Methods for Visual Understanding of Hierarchical System Structures,
1981), swept forth and back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

_SWEEPS = 6


def places(needs: Mapping[str, Sequence[str]], handlers: Collection[str]) -> dict[str, tuple[int, float]]:
    """Column and row of each task, rows centred on 0; handlers stand behind all else.

    `needs` has all tasks, in the flow's order, and no cycle.
    """
    columns = _columns({name: found for name, found in needs.items() if name not in handlers})
    columns += _columns(
        {name: [x for x in found if x in handlers] for name, found in needs.items() if name in handlers}
    )
    ties: dict[str, list[str]] = {name: list(found) for name, found in needs.items()}
    for name, found in needs.items():
        for need in found:
            ties[need].append(name)
    rows = {name: row for column in columns for name, row in _spread(column).items()}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = {name: _mean([rows[tie] for tie in ties[name]], rows[name]) for name in column}
            column.sort(key=lambda name: wanted[name])
            rows.update(_spread(column))
    return {name: (number, rows[name]) for number, column in enumerate(columns) for name in column}


def _columns(needs: Mapping[str, Sequence[str]]) -> list[list[str]]:
    from networkx import DiGraph, topological_generations

    graph: DiGraph[str] = DiGraph()
    graph.add_nodes_from(needs)
    graph.add_edges_from((need, name) for name, found in needs.items() for need in found)
    order = {name: number for number, name in enumerate(needs)}
    return [sorted(column, key=order.__getitem__) for column in topological_generations(graph)]


def _spread(column: Sequence[str]) -> dict[str, float]:
    return {name: row - (len(column) - 1) / 2 for row, name in enumerate(column)}


def _mean(found: Sequence[float], otherwise: float) -> float:
    return sum(found) / len(found) if found else otherwise
