from flowc.diagnostics import Problems
from flowc.ir.actions import Fail
from flowc.ir.expr import Lit
from flowc.ir.graph import Graph, Group
from flowc.ir.types import STR
from flowc.target.naming import LONGEST, joined, known_as, name_nodes, variable
from tests.graphs import check, flow, task

FAIL = Fail(Lit("no rates", STR))


def ids(graph: Graph, separator: str = ".", *reserved: str) -> list[str]:
    problems = Problems()
    names = name_nodes(graph, separator, problems, reserved=reserved)
    assert not problems.has_errors
    assert {names.back[names[node.name]] for node in graph.nodes} == {node.name for node in graph.nodes}
    return list(names.ids.values())


def test_a_path_is_joined() -> None:
    graph = flow(task("a"), task("sources.load"), task("x.y.class"))
    assert ids(graph) == ["a", "sources.load", "x.y.class"]
    assert ids(graph, "__") == ["a", "sources__load", "x__y__class"]


def test_checks_are_named_in_words() -> None:
    graph = flow(
        check("check n > 0"),
        check("check n>0"),
        check("sources.check a == b.c"),
        task('fail "no rates"', action=FAIL),
        task("check_n_gt_0"),
    )
    assert sorted(ids(graph)) == [
        "check_n_gt_0",
        "check_n_gt_0_2",
        "check_n_gt_0_3",
        "fail_no_rates",
        "sources.check_a_eq_b_c",
    ]
    assert "sources__check_a_eq_b_c" in ids(graph, "__")


def test_what_is_renamed_keeps_its_id() -> None:
    graph = flow(
        task("new", renamed_from="old"),
        task("g.a"),
        task("g.b"),
        groups=(Group("g", ("g.a",), (), renamed_from="h"),),
    )
    assert [known_as(graph, node) for node in graph.nodes] == ["old", "h.a", "g.b"]


def test_two_tasks_with_one_id_are_told() -> None:
    problems = Problems()
    name_nodes(flow(task("a.b"), task("a__b"), task("Load"), task("load")), "__", problems)
    assert [f"{p.code.number} {p.message}" for p in problems] == [
        "FLOW210 `a.b` and `a__b` would have the same id `a__b` on the engine",
        "FLOW210 `Load` and `load` would have the same id `load` on the engine",
    ]


def test_an_id_of_the_engine_s_own_is_told() -> None:
    problems = Problems()
    name_nodes(flow(task("print")), "__", problems, reserved=("print",))
    assert [p.code.number for p in problems] == ["FLOW209"]


def test_long_names_are_cut_and_stay_apart() -> None:
    long = "x" * 300
    found = {joined(long + "a", "."), joined(long + "b", ".")}
    assert len(found) == 2
    assert {len(each) for each in found} == {LONGEST}
    assert joined("x" * LONGEST, ".") == "x" * LONGEST


def test_variables_are_python_s() -> None:
    assert variable("a.b") == "a_b"
    assert variable("class") == "class_"
    assert variable("print") == "print_"
    assert variable("1st") == "_1st"
    assert variable("check n > 0") == "check_n_0"
    assert variable("a", {"a", "a_"}) == "a__"
