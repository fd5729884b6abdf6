"""Which tasks run as one, and that all the others see no difference."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from flowc.compiler import compile_paths, fused
from flowc.ir.actions import Shell, Sql
from flowc.ir.expr import Lit, Output, Param, Text
from flowc.ir.graph import Cache, Graph, Group, InArm, Node, Pool, PoolUse, Requires, Retry, Upstream, Write
from flowc.ir.types import INT, STR
from flowc.ir.verify import verify
from flowc.passes.fuse import FUSE
from flowc.runtime import api
from flowc_targets.native.load import load
from tests.graphs import check, decision, flow, shell, task
from tests.simulate import Index, Run
from tests.strategies import graphs


def script(name: str, *after: str, text: str = "true", **more: Any) -> Node:
    return task(name, *after, action=Shell(Text((text,))), **more)


def sql(name: str, *after: str, text: str = "DELETE FROM t", on: str = "wh", **more: Any) -> Node:
    return task(name, *after, action=Sql(on, Text((text,))), **more)


def left(graph: Graph) -> list[str]:
    return [node.name for node in FUSE.change(graph).nodes]


def test_scripts_one_after_the_other() -> None:
    graph = flow(script("a", "x", text="cd out"), script("b", "a", text="ls", output=STR), script("x", output=INT))
    assert FUSE.change(graph).nodes == (
        script("b", "x", text="(\ncd out\n) >&2\nls", output=STR),
        script("x", output=INT),
    )


def test_statements_are_one_transaction() -> None:
    retry = Retry(2)
    second = task("b", "a", action=Sql("wh", Text(("DELETE FROM u WHERE d = ", Param("d", STR)))), retry=retry)
    graph = flow(sql("a", retry=retry, writes=(Write("t"),)), second)
    action = Sql("wh", Text(("DELETE FROM t;\nDELETE FROM u WHERE d = ", Param("d", STR))))
    assert FUSE.change(graph).nodes == (task("b", action=action, retry=retry, writes=(Write("t"),)),)


def test_a_chain_is_one() -> None:
    graph = flow(script("a"), script("b", "a"), script("c", "b"), groups=(Group("g", ("a", "b", "c"), ()),))
    lean = FUSE.change(graph)
    assert lean.nodes == (script("c", text="(\n(\ntrue\n)\ntrue\n)\ntrue"),)
    assert lean.groups == (Group("g", ("c",), ()),)
    assert [*FUSE.tell(graph, lean).changes] == [
        f"`{name}` runs inside `c`: no outcome, attempts, times or log of its own" for name in ("a", "b")
    ]


MINUTE = timedelta(minutes=1)
ARM = (InArm("if_1", 0),)


@pytest.mark.parametrize(
    "nodes",
    [
        (script("a", output=INT), script("b", "a")),
        (script("a"), script("b", "a"), script("c", "a")),
        (script("a"), script("x"), script("b", "a", "x")),
        (script("a"), sql("b", "a")),
        (sql("a"), sql("b", "a", on="other")),
        (sql("a", text="CREATE TABLE t (n INT)"), sql("b", "a")),
        (sql("a", text="DELETE FROM t -- all"), sql("b", "a")),
        (sql("a", text="DELETE FROM t; DELETE FROM u"), sql("b", "a")),
        (script("a", text="echo \\"), script("b", "a")),
        (script("a", retry=Retry(1)), script("b", "a", retry=Retry(1))),
        (sql("a", retry=Retry(1)), sql("b", "a")),
        (script("a", timeout=MINUTE), script("b", "a", timeout=MINUTE)),
        (script("a", cache=Cache(None)), script("b", "a", cache=Cache(None))),
        (script("a", pool=PoolUse("p")), script("b", "a")),
        (script("a", env=(("X", Lit("1", STR)),)), script("b", "a")),
        (script("a", renamed_from="z"), script("b", "a")),
        (script("a", writes=(Write("t"),)), script("b", "a")),
        (script("a"), script("b", "a", scope=ARM)),
        (script("a"), script("b", "a", fallback="f"), script("f", fallback_of="b")),
        (script("a", fallback="f"), script("b", "a"), script("f", fallback_of="a")),
        (script("a"), check("check a", "a"), script("b", needs=(Requires(Upstream("a", checks=("check a",))),))),
        (task("a"), task("b", "a")),
    ],
)
def test_what_stays_apart(nodes: tuple[Node, ...]) -> None:
    graph = flow(*nodes, decisions=(decision(),), pools=(Pool("p", 1),))
    assert FUSE.change(graph) == graph


def test_what_the_flow_returns_and_what_a_group_tells_apart_stays() -> None:
    pair = (script("a"), script("b", "a"))
    assert left(flow(*pair, groups=(Group("g", ("a",), ()),))) == ["a", "b"]
    assert left(flow(*pair, returns=Output("a", None, 0, INT))) == ["a", "b"]


# ------------------------------------------------------------------ whatever fails


class _Fused(Run):
    """A run in which a task fails where one fails that runs inside of it."""

    def __init__(self, graph: Graph, seed: int, inside: dict[str, list[str]]) -> None:
        super().__init__(graph, seed)
        self.inside = inside

    def dice(self, *key: object) -> float:
        if key[0] != "fails":
            return super().dice(*key)
        names = [str(key[1]), *self.inside.get(str(key[1]), ())]
        return min(super(_Fused, self).dice("fails", name, key[2]) for name in names)


@settings(max_examples=300)
@given(graph=graphs(most=12), seed=st.integers(0, 10**6))
def test_all_others_come_to_the_same(graph: Graph, seed: int) -> None:
    plain = (shell(n.name, "true", scope=n.scope, needs=n.needs) if "check" not in n.name else n for n in graph.nodes)
    whole = evolve(graph, nodes=tuple(plain))
    lean = FUSE.change(whole)
    assert [each for each in verify(lean) if "no param" not in each] == []
    inside = _inside(whole, lean)
    for number in range(3):
        before, after = Run(whole, seed + number), _Fused(lean, seed + number, inside)
        for node in lean.nodes:
            for index in after.instances(node, (), 0):
                assert after.outcome(node.name, index) == _expected(before, node.name, index, inside)


def _inside(whole: Graph, lean: Graph) -> dict[str, list[str]]:
    kept = {node.name for node in lean.nodes}
    after = {need.upstream.name: n.name for n in whole.nodes for need in n.needs if isinstance(need, Requires)}
    found: dict[str, list[str]] = {}
    for node in whole.nodes:
        end = node.name
        while end not in kept:
            end = after[end]
        if end != node.name:
            found.setdefault(end, []).append(node.name)
    return found


def _expected(run: Run, name: str, index: Index, inside: dict[str, list[str]]) -> tuple[str, int]:
    """What blocked the second is the failure of the first, which is its own now."""
    is_failed = any(run.outcome(first, index)[0] == "failed" for first in inside.get(name, ()))
    return ("failed", 1) if is_failed else run.outcome(name, index)


# ------------------------------------------------------------------ for real

FLOW = """\
connection wh: sqlite { database "a.db" }
flow f {
  task make = sql @wh "CREATE TABLE t (n INTEGER)"
  task one  = sql @wh "INSERT INTO t VALUES (1)" after make
  task two  = sql @wh "INSERT INTO t VALUES (2)" after one
  task sum  = sql @wh "SELECT sum(n) FROM t" -> int after two
  task here = sh "cd /; x=1; echo said" after sum
  task bad  = sh "exit 3" after here
  task last = sh "echo $PWD ${x:-none}" -> str after here, when: done
  task then = sh "cd /; x=1; exit 0" after last
  task tell = sh "echo ${x:-none}; pwd" -> str after then
}
"""


def test_a_run_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.flow").write_text(FLOW)
    program = compile_paths([Path("a.flow")]).program
    assert program is not None
    traces: list[list[str]] = []
    for each in (program, fused(program)):
        Path("a.db").unlink(missing_ok=True)
        flows = load(each)
        trace = api.run(flows["f"], {}, root=tmp_path, flows=flows.values(), sync=False, executor="inline").trace
        traces.append([" ".join(line.split()) for line in trace])
        with sqlite3.connect("a.db") as found:
            assert found.execute("SELECT n FROM t").fetchall() == [(1,), (2,)]
    whole, lean = traces
    gone = ("one", "two", "then")
    assert lean == [line for line in whole if line.split()[0] not in gone]
    assert f'tell succeeded 1 "none\\n{tmp_path}"' in lean
