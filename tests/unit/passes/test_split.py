"""Where a flow is cut, what is never cut apart, what the parts are; traces: see `tests/test_metamorphic.py`."""

from __future__ import annotations

from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from flowc.compiler import compile_text
from flowc.ir.actions import OfPart, RunFlow
from flowc.ir.graph import Graph, Parameter, Program
from flowc.ir.types import BOOL, INT, ListOf
from flowc.ir.verify import verify
from flowc.passes.split.cut import Web, crossing, cut, depth, handed_over
from flowc.passes.split.division import Division, division, split
from tests.strategies import graphs


@st.composite
def webs(draw: st.DrawFn, most: int = 24) -> Web:
    count = draw(st.integers(1, most))
    ups = [draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set[int]() for number in range(count)]
    costs = [draw(st.integers(1, 4)) for _ in range(count)]
    return Web(costs, [sorted(each) for each in ups])


# ------------------------------------------------------------------ the cut


@given(webs(), st.integers(1, 12), st.data())
def test_a_cut_keeps_its_bounds(web: Web, most: int, data: st.DataObject) -> None:
    alone = data.draw(st.sets(st.integers(0, len(web.costs) - 1), max_size=2))
    parts = cut(web, most, alone=alone)
    assert sorted(set(parts)) == list(range(max(parts) + 1)), "no part is empty"
    assert all(parts[up] <= parts[vertex] for vertex, ups in enumerate(web.ups) for up in ups), "no two wait mutually"
    for part in set(parts):
        inside = [vertex for vertex, each in enumerate(parts) if each == part]
        assert sum(web.costs[vertex] for vertex in inside) <= most or len(inside) == 1
        assert len(inside) == 1 or not alone.intersection(inside)


@given(webs(most=7), st.integers(2, 8))
def test_a_cut_is_near_the_best_there_is(web: Web, most: int) -> None:
    """Beside all cuts of so many parts or fewer: seldom more than two edges worse, as these graphs are small."""
    parts = cut(web, most)
    count = max(parts) + 1
    best = min(
        crossing(web, each)
        for each in product(range(count), repeat=len(web.costs))
        if all(each[up] <= each[vertex] for vertex, ups in enumerate(web.ups) for up in ups)
        and all(sum(c for c, p in zip(web.costs, each, strict=True) if p == part) <= most for part in range(count))
    ) if all(cost <= most for cost in web.costs) else crossing(web, parts)  # fmt: skip
    assert crossing(web, parts) <= best + 4


def test_groups_that_hang_together_stay_together() -> None:
    """Ten bundles of ten, each a knot of its own that hears of the one before by one edge."""
    ups = [
        [10 * bundle + up for up in range(own)] + ([10 * bundle - 1] if bundle and not own else [])
        for bundle in range(10)
        for own in range(10)
    ]
    web = Web([1] * 100, ups)
    parts = cut(web, 20)
    assert crossing(web, parts) == max(parts) == handed_over(web, parts)
    assert depth(web, parts) == depth(web, [0] * 100)


def test_what_does_not_wait_is_side_by_side() -> None:
    web = Web([1] * 40, [[number - 1] if number % 10 else [] for number in range(40)])
    parts = cut(web, 10)
    assert crossing(web, parts) == 0
    assert depth(web, parts) == 10


# ------------------------------------------------------------------ flows


def flow(body: str, head: str = "flow f") -> Graph:
    program = compile_text(f"{head} {{\n{body}\n}}\n").program
    assert program is not None
    return program.graphs[0]


def members(found: Division) -> list[set[str]]:
    return [set(part.members) for part in found.parts]


TOGETHER = {
    "loop": 'task b = sh "echo 1" -> list[str]\nfor x in b { task c = sh "echo #{x}" -> str\ntask d = sh "echo #{c}" }',
    "gathered": 'for x in ["p"] { task c = sh "echo #{x}" -> str }\ntask d = sh "echo #{c}"',
    "arms": 'if n > 1 { task c = sh "echo 1" } else { task d = sh "echo 2" }',
    "fallback": 'task c = sh "echo 1" fallback d\ntask d = sh "echo 2"',
    "check": 'task c = sh "echo 1" -> int\ncheck c > 0, fail: "no"\ntask d = sh "echo #{c}"',
    "skipped group": 'group g { when n > 1\ntask c = sh "echo 1" }\ntask d = sh "echo 2" after g',
}


@pytest.mark.parametrize("name", TOGETHER)
def test_what_is_judged_together_stays_in_one_part(name: str) -> None:
    found = division(flow(f'task a = sh "echo 1"\n{TOGETHER[name]}', "flow f(n: int = 0)"), 1)
    home = {task.rpartition(".")[2]: part.name for part in found.parts for task in part.members}
    assert home["c"] == home["d"] != home["a"]


def test_what_waits_through_others_joins_the_knot() -> None:
    """`b` stands between two arms of one `if`: whoever runs the one before it and the other after it has it too."""
    text = """
    if n > 1 { task a = sh "echo 1" } else { task c = sh "echo 2" after b }
    task b = sh "echo 3" after a, when: done
    task z = sh "echo 4"
    """
    assert {"a", "b", "c"} in members(division(flow(text, "flow f(n: int = 0)"), 1))


def test_a_separate_group_is_a_part_of_its_name() -> None:
    graph = flow(
        'task a = sh "echo 1"\n'
        'group load {\nseparate true\ntask b = sh "echo 2" after a\ntask c = sh "echo 3" after b\n}'
    )
    assert [(part.name, part.members) for part in division(graph, 100).parts] == [
        ("f_1", ("a",)),
        ("f_load", ("load.b", "load.c")),
    ]


def test_a_flow_says_why_it_stays_whole() -> None:
    looped = flow(
        'task a = sh "echo 1"\nfor x in ["p"] { task b = sh "echo #{x}" -> str }\n'
        'finally { task z = sh "echo #{len(b ?? [])}" }'
    )
    assert division(looped, 1).why == "`b`, which is in a loop, is read at the end of the run"
    small = flow('task a = sh "echo 1"')
    assert division(small, 1).why == "it has no more than 1 tasks"


def test_a_flow_that_writes_partitions_of_an_asset_stays_whole() -> None:
    """Natively and on engines with runs of parts these would not know which partition."""
    program = compile_text("""
asset days: path = "days" partition day

flow f {
  partition day, start: 2024-01-01
  task a = sh "true" writes days
  task b = sh "true" after a
}""").program
    assert program is not None
    graph = program.graph("f")
    assert division(graph, 1).why.startswith("it reads or writes partitions of assets")
    assert division(graph, 1, nests=True).parts


def test_the_run_of_the_whole_is_told_to_the_parts() -> None:
    graph = flow('task a = sh "echo #{run.id} #{run.date}"\ntask b = sh "echo #{run.trigger}"')
    whole, *parts = split(Program("p", (graph,)), 1).graphs
    assert [[param.name for param in part.params] for part in parts] == [["flowc_run_id"], ["flowc_run_trigger"]]
    assert all(isinstance(node.action, RunFlow) and node.action.is_part for node in whole.nodes)


def test_names_of_parts_are_free() -> None:
    other = flow('task a = sh "echo 1"', "flow f_1")
    graph = flow('task part_1 = sh "echo 1"\ntask b = sh "echo 2" after part_1\nfinally { task part_2 = sh "echo 3" }')
    found = split(Program("p", (graph, other)), 1)
    assert [each.name for each in found.graphs] == ["f", "f_1_part", "f_2", "f_1"]
    assert [node.name for node in found.graphs[0].nodes] == ["part_1_part", "part_2_part", "part_2"]
    assert verify(found) == []


@given(graphs(), st.integers(1, 4))
def test_every_task_is_in_one_part(graph: Graph, most: int) -> None:
    graph = evolve(graph, params=(Parameter("flag", BOOL), Parameter("xs", ListOf(INT))))
    found = division(graph, most)
    if not found.parts:
        return
    inside = [name for part in found.parts for name in part.members]
    assert sorted(inside) == sorted(node.name for node in graph.nodes if node.phase == "main")
    program = split(Program("p", (graph,)), most)
    assert verify(program) == []
    own = [node.name for each in program.graphs[1:] for node in each.nodes if not isinstance(node.action, OfPart)]
    assert sorted(own) == sorted(inside)
