"""The runner against another statement of the rules, over random graphs: the same instances, the same outcomes.

`tests.simulate` computes outcomes from the graph alone; dice decide there and here what fails, which arm is chosen and
how long a list is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flowc.ir import actions, graph
from flowc.ir.graph import Graph
from flowc.runtime import model, run
from flowc.runtime.actions import Check, Python, call
from tests.simulate import Run as Simulated
from tests.strategies import graphs


def scope(places: graph.Scope) -> list[model.Place]:
    return [
        model.InArm(place.decision, place.arm) if isinstance(place, graph.InArm) else model.InLoop(place.loop)
        for place in places
    ]


def needs(found: tuple[graph.Need, ...]) -> list[model.Need]:
    return [getattr(model, type(need).__name__)(*map(upstream, ups(need))) for need in found]


def ups(need: graph.Need) -> tuple[graph.Upstream, ...]:
    return need.upstreams if isinstance(need, graph.AnyOf | graph.AnyFailed) else (need.upstream,)


def upstream(found: graph.Upstream) -> model.Upstream:
    return model.Upstream(found.name, found.is_group, found.checks)


def flow_of(found: Graph, dice: Simulated) -> model.Flow:
    """The same flow for the runner, its actions decided by the simulation's dice."""

    def index(v: Any) -> tuple[int, ...]:
        return v._cell.index

    def task(node: graph.Node) -> model.Task:
        if isinstance(node.action, actions.Check):
            action: Any = Check(lambda v: dice.dice("fails", node.name, index(v)) >= 0.3, None, node.action.verdict)
        else:
            action = Python("work:fail_if", lambda v: call(dice.dice("fails", node.name, index(v)) < 0.3))
        return model.Task(node.name, action, scope=scope(node.scope), needs=needs(node.needs))

    def decision(item: graph.Decision) -> model.Decision:
        arms = [
            lambda v, arm=arm: int(dice.dice("arm", item.name, index(v)) * (len(item.arms) + 1)) == arm
            for arm in range(len(item.arms))
        ]
        return model.Decision(item.name, arms, scope(item.scope), needs(item.needs))

    def loop(item: graph.Loop) -> model.Loop:
        def items(v: Any) -> list[int]:
            return [0] * int(dice.dice("size", item.name, index(v)) * 4)

        return model.Loop(item.name, items, scope(item.scope), needs(item.needs), tolerate=item.tolerate)

    return model.Flow(
        found.name,
        [task(node) for node in found.nodes],
        decisions=[decision(item) for item in found.decisions],
        loops=[loop(item) for item in found.loops],
        groups=[model.Group(item.name, item.members, scope(item.scope)) for item in found.groups],
    )


def can_be_written(found: Graph) -> bool:
    """Nobody can name a check: it is waited for by what it judges, and by nothing else.

    Groups with checks are left out: to the simulation one that was skipped without an attempt has succeeded, though it
    is a skipped instance of the group.
    """
    checks = {node.name for node in found.nodes if isinstance(node.action, actions.Check)}
    things = (*found.nodes, *found.decisions, *found.loops)
    if any(member in checks for group in found.groups for member in group.members):
        return False
    return not any(up.name in checks for thing in things for need in thing.needs for up in ups(need))


@settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])
@given(graphs(has_constants=False), st.integers(0, 1000))
def test_the_runner_agrees_with_the_simulation(found: Graph, seed: int) -> None:
    assume(can_be_written(found))
    dice = Simulated(found, seed)
    expected = {name.replace(" ", ""): outcome for name, outcome in dice.outcomes().items()}
    with tempfile.TemporaryDirectory() as folder:
        trace = run(flow_of(found, dice), root=Path(folder), executor="inline", sync=False).trace
    outcomes = {line[: line.index("  ")].replace(" ", ""): line.split("  ", 1)[1].split()[0] for line in trace}
    del outcomes["run"]
    assert outcomes == expected
