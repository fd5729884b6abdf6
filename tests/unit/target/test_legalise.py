from datetime import timedelta

from flowc.diagnostics import Problems
from flowc.emit.tree import FileTree
from flowc.ir.actions import Unbuilt
from flowc.ir.expr import Expr, List, Lit
from flowc.ir.features import SECTIONS, Feature
from flowc.ir.graph import Override, PoolUse, Program, Retry
from flowc.ir.types import BOOL, INT, STR, ListOf
from flowc.target.build import build
from flowc.target.contract import LATER, Answer, Emulated, Native, Refused, Target, Weaker, Word
from flowc.target.legalise import legalise
from flowc.target.report import account, detail, matrix, word
from tests.graphs import flow, program, task

ANSWERS: dict[Feature, Answer] = {
    **{feature: Native() for feature in Feature},
    **LATER,
    Feature.retry_exponential: Emulated("a retry policy is generated", "one small class"),
    Feature.priority: Weaker("priorities hold within one run only"),
    Feature.pool: Refused("it has no slots", "leave `pool` out"),
}
WORDS = (
    Word("queue", frozenset({"task"}), STR, "the queue", lambda v: "is empty" if v == Lit("", STR) else None),
    Word("paused", frozenset({"flow"}), BOOL, "whether it starts paused"),
)


def _lower(subject: Program) -> list[str]:
    return [
        f"{subject.project} {graph.name} {node.name} {node.action}" for graph in subject.graphs for node in graph.nodes
    ]


TARGET = Target("tiny", "Tiny", "1", ANSWERS, _lower, lambda lines: FileTree({"a.txt": "\n".join(lines)}), WORDS)


def told(subject: Program, **more: tuple[str, ...]) -> list[str]:
    problems = Problems()
    legalise(TARGET, subject, problems, **more)
    return [f"{each.code.number} {each.message}" for each in problems]


def test_what_is_native_is_not_worth_a_word() -> None:
    assert told(program(flow(task("a"), task("b", "a")))) == []


def test_emulated_weaker_and_refused_are_told_where_they_stand() -> None:
    slow = Retry(3, timedelta(seconds=1), "exponential")
    subject = program(flow(task("a", retry=slow), task("b", priority=5), task("c", pool=PoolUse("p"))))
    assert told(subject) == [
        "FLOW902 `a` in f: Tiny has no retry_exponential; a retry policy is generated",
        "FLOW903 `b` in f: on Tiny, priorities hold within one run only",
        "FLOW901 `c` in f: it has no slots",
    ]


def test_what_is_built_later_is_refused_with_a_way_out() -> None:
    problems = Problems()
    legalise(TARGET, program(flow(task("a", action=Unbuilt("dbt build")))), problems)
    [only] = problems
    assert (only.code.number, only.message) == ("FLOW901", "`dbt build` of `a` in f: no target can say this yet")
    assert only.label == "run dbt, SQLMesh or Dataform"
    assert only.helps == ('call its command line: `sh "dbt build --select ..."`',)


def _override(name: str, value: Expr, target: str = "tiny") -> Override:
    return Override(target, name, value)


def test_a_weaker_form_can_be_accepted() -> None:
    node = task("b", priority=5)
    words = Lit("priority, cpu", STR)
    assert told(program(flow(node, overrides=(_override("accept", words),)))) == []
    listed = List((Lit("priority", STR),), ListOf(STR))
    assert told(program(flow(task("b", priority=5, overrides=(_override("accept", listed),))))) == []
    assert told(program(flow(node)), accepted=("priority",)) == []
    assert told(program(flow(node, overrides=(_override("accept", Lit("prority", STR)),)))) == [
        "FLOW910 `accept` takes names of features, and `prority` is none",
        "FLOW903 `b` in f: on Tiny, priorities hold within one run only",
    ]


def test_the_words_of_a_target_are_checked() -> None:
    on_task = (
        _override("queue", Lit("gpu", STR)),
        _override("queue", Lit(3, INT)),
        _override("queue", Lit("", STR)),
        _override("que", Lit("x", STR)),
        _override("paused", Lit(True, BOOL)),
    )
    assert told(program(flow(task("a", overrides=on_task)))) == [
        "FLOW910 `queue` of tiny takes str, found int",
        "FLOW910 `queue` of tiny is empty",
        "FLOW910 tiny has no word `que`",
        "FLOW910 `paused` of tiny does not stand in a task",
    ]


def test_another_target_s_words_are_its_own() -> None:
    other = (_override("queue", Lit(3, INT), "huge"),)
    assert told(program(flow(task("a", overrides=other))), known=("huge", "tiny")) == []
    assert told(program(flow(task("a", overrides=other)))) == [
        "FLOW904 there is no target `huge`, so its block says nothing"
    ]


def test_a_build_with_errors_gives_no_files() -> None:
    problems = Problems()
    assert build(TARGET, program(flow(task("c", pool=PoolUse("p")))), problems) is None
    assert problems.has_errors


def test_a_build_gives_the_rendered_tree() -> None:
    done = build(
        Target(
            "tiny",
            "Tiny",
            "1",
            ANSWERS,
            lambda p: [p.project, p.graphs[0].name],
            lambda names: FileTree({names[1]: names[0]}),
        ),
        program(flow()),
        Problems(),
    )
    assert done == FileTree({"f": "p"})


def test_the_matrix_has_every_feature_once() -> None:
    found = matrix([TARGET])
    assert tuple(section.name for section in found) == SECTIONS
    assert [row.feature for section in found for row in section.rows] == list(Feature)
    [row] = [row for section in found for row in section.rows if row.feature is Feature.retry_exponential]
    [answer] = row.answers
    assert (word(answer), detail(answer)) == ("emulated", "a retry policy is generated (one small class)")


def test_the_account_of_a_program() -> None:
    subject = program(flow(task("a"), task("b", "a", priority=1), task("c", "a")))
    assert [(a.feature.name, word(a.answer), a.nodes) for a in account(TARGET, subject)] == [
        ("python", "native", ("a", "b", "c")),
        ("requires", "native", ("b", "c")),
        ("priority", "weaker", ("b",)),
    ]
