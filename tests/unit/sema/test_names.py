"""Reading names: what a task's output looks like from where it is read, and what is said when there is none."""

import pytest
from attrs import evolve

from flowc.ir.expr import Attr, Coalesce, Convert, Lit, Local, Output, Param
from flowc.ir.types import DATE, DATETIME, FLOAT, INT, JSON, PATH, STR, Optional, Record
from flowc.sema.scope import BoundSymbol, GroupSymbol, LetSymbol, Names
from tests.unit.sema.world import BRANCH, INNER, LOOP, METRICS, NOWHERE, OTHER, Reader, task


@pytest.mark.parametrize(
    ("name", "type_", "gathered"),
    [
        ("total", "int", 0),
        ("stage.rows", "path", 0),
        ("stage.n", "int", 0),
        ("bulk", "int?", 0),
        ("score", "list[float]", 1),
        ("pair.b", "list[str]", 1),
        ("deep", "list[list[int]]", 2),
        ("chosen", "list[int?]", 1),
        ("armed_loop", "list[int]?", 1),
        ("sources.load_orders", "int", 0),
    ],
)
def test_outputs_from_outside(read: Reader, name: str, type_: str, gathered: int) -> None:
    got = read(name)
    assert not got.found
    assert isinstance(got.expr, Output)
    assert (got.type, got.expr.gathered) == (type_, gathered)


@pytest.mark.parametrize(
    ("place", "name", "type_", "gathered"),
    [
        ((LOOP,), "score", "float", 0),
        ((LOOP,), "deep", "list[int]", 1),
        ((LOOP, INNER), "deep", "int", 0),
        ((BRANCH,), "bulk", "int", 0),
        ((OTHER,), "bulk", "int?", 0),
        ((LOOP,), "chosen", "int?", 0),
        ((LOOP, BRANCH), "chosen", "int", 0),
        ((LOOP, OTHER), "chosen", "int?", 0),
        ((BRANCH,), "armed_loop", "list[int]", 1),
        ((BRANCH,), "score", "list[float]", 1),
        ((INNER,), "score", "list[float]", 1),
    ],
)
def test_outputs_from_inside(read: Reader, place: tuple, name: str, type_: str, gathered: int) -> None:
    got = read.at(*place)(name)
    assert not got.found
    assert isinstance(got.expr, Output)
    assert (got.type, got.expr.gathered) == (type_, gathered)


def test_fields_of_several_outputs_and_of_a_record_differ(read: Reader) -> None:
    assert read("stage.n").expr == Output("stage", "n", 0, INT)
    assert read("best.auc").expr == Attr(Output("best", None, 0, METRICS), "auc", FLOAT)


def test_json_has_any_field(read: Reader) -> None:
    assert read("fetch.rows.first").type == "json"
    assert read("fetch.first").expr == Attr(Output("fetch", None, 0, JSON), "first", JSON)


@pytest.mark.parametrize(
    ("text", "code", "place", "help_"),
    [
        ("totl", "FLOW201", "totl", "did you mean `total`?"),
        (
            "load_orders",
            "FLOW201",
            "load_orders",
            "did you mean the task `load_orders` in group `sources`: `sources.load_orders`?",
        ),
        ("load_order", "FLOW201", "load_order", "did you mean `sources.load_orders`?"),
        ("now", "FLOW201", "now", "a flow does not ask the clock; the time it runs for is run.at"),
        ("stage.row", "FLOW204", "row", "did you mean stage.rows?"),
        ("stage", "FLOW204", "stage", "one of stage.rows, stage.n"),
        ("silent", "FLOW204", "silent", "give it one: -> str, or only wait for it: after silent"),
        ("sources.load_order", "FLOW204", "load_order", "did you mean `sources.load_orders`?"),
        ("sources", "FLOW301", "sources", "what is in it: sources.load_orders, sources.hidden_gem"),
        ("nightly", "FLOW301", "nightly", "to start it: run nightly()"),
        ("run", "FLOW301", "run", "one of its facts is, such as run.date"),
        ("run.trigge", "FLOW204", "trigge", "did you mean `run.trigger`?"),
        ("run.now", "FLOW513", "run.now", "the instant that the run is for is run.at, its day run.date"),
        ("best.acu", "FLOW204", "acu", "did you mean `auc`?"),
        ("s.upper", "FLOW204", "upper", "it is called: s.upper(...)"),
        ("counts.total", "FLOW204", "total", 'the value of a key: counts["total"]'),
        ("graded.auc", "FLOW204", "auc", "of each element: [each.auc for each in graded]"),
        ("@wg", "FLOW803", "@wg", "did you mean `@wh`?"),
    ],
)
def test_what_is_not_there(read: Reader, text: str, code: str, place: str, help_: str) -> None:
    got = read(text)
    assert (got.codes, got.place, got.only.helps) == ([code], place, (help_,))
    assert got.type == "any"


def test_no_follow_up_errors(read: Reader) -> None:
    assert read("(nope + 1) * len(nope) + stage.nope.more").codes == ["FLOW201", "FLOW201", "FLOW204"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [("run.id", "str"), ("run.at", "datetime"), ("run.date", "date"), ("run.date.year", "int"), ("run.flow", "str")],
)
def test_run(read: Reader, text: str, type_: str) -> None:
    got = read(text)
    assert (got.type, got.codes) == (type_, [])


def test_run_trigger_is_an_enum(read: Reader) -> None:
    assert not read('run.trigger != "flow"').found
    assert read('run.trigger == "scheduled"').only.helps == ('did you mean "schedule"?',)


@pytest.mark.parametrize("name", ["error", "failed_task", "lateness", "partition", "event"])
def test_what_run_has_only_in_places(read: Reader, name: str) -> None:
    assert read(f"run.{name}").codes == ["FLOW212"]


def test_what_run_has_in_its_places(read: Reader) -> None:
    assert read.at(phase="failure")("run.error").type == "str"
    assert read.at(phase="finally")("run.error").type == "str?"
    assert read.at(phase="late")("run.lateness").type == "duration"
    assert read.at(partition=DATE)("run.partition.month").type == "int"
    event = Record(())
    assert read.at(event=event)("run.event").expr.type == event


# ------------------------------------------------------------------ handlers


def test_a_handler_reads_main_tasks_as_optional(read: Reader) -> None:
    handler = read.at(phase="failure")
    assert handler("total ?? 0").type == "int"
    assert handler("total == null").type == "bool"
    got = handler("total + 1")
    assert got.codes == ["FLOW409"]
    assert got.only.helps == ("say what stands for it: total ?? 0",)
    assert handler('"#{total}"').codes == ["FLOW409"]
    assert handler("stage.n + 1").codes == ["FLOW409"]


def test_in_a_handler_no_branch_is_sure(read: Reader) -> None:
    assert read.at(phase="finally")("bulk ?? merge").type == "int?"
    assert read.at(phase="finally")("score ?? [0.5]").type == "list[float]"


def test_tasks_of_a_handler_are_its_own(read: Reader) -> None:
    assert read.at(phase="failure")("page").type == "str"
    assert read("page").codes == ["FLOW408"]
    assert read.at(phase="finally")("page").type == "str?"


# ------------------------------------------------------------------ lets, bound names, modules, assets


def test_a_let_is_its_value(read: Reader) -> None:
    read.let("twice", "n * 2")
    assert read("twice + 1").type == "int"
    assert read("twice").expr == read("n * 2").expr


def test_lets_in_a_circle(read: Reader) -> None:
    read.let("one", "other + 1")
    read.let("other", "one + 1")
    assert read("one").codes == ["FLOW401"]
    assert read("one").codes == []


def test_every_read_is_told(read: Reader) -> None:
    seen: list[str] = []
    read.context = evolve(read.context, on_read=lambda symbol: seen.append(symbol.name))
    read("sources.load_orders + n")
    assert seen == ["sources", "load_orders", "n"]


def test_a_bound_name_is_what_it_stands_for_at_the_place_of_use(read: Reader) -> None:
    read.names.declare(BoundSymbol("x", Lit(3, INT, NOWHERE), NOWHERE))
    expr = read("x").expr
    assert expr == Lit(3, INT)
    assert expr.at is not None
    assert expr.at.text == "x"


def test_modules(read: Reader) -> None:
    read.world.exports.declare(LetSymbol("limit", NOWHERE, lambda: Lit(3, INT, NOWHERE)))
    read.world.exports.declare(LetSymbol("_own", NOWHERE, lambda: Lit(3, INT, NOWHERE)))
    assert read("lib.limit + 1").type == "int"
    assert read("lib.limits").only.helps == ("did you mean `lib.limit`?",)
    assert read("lib._own").codes == ["FLOW207"]


def test_assets_have_a_name(read: Reader) -> None:
    assert read("rates").type == "table[Rates]"
    assert read("rates.name").expr == Lit("rates", STR)
    assert read("report.name").expr == Lit("report", STR)
    assert read("report.parent").type == "path"


# ------------------------------------------------------------------ uses of templates


def use(read: Reader, value: object, *place: object) -> None:
    read.names.declare(GroupSymbol("trial", "trial", NOWHERE, place, Names(), lambda: value))  # type: ignore[arg-type]


def test_a_template_gives_its_return(read: Reader) -> None:
    use(read, Output("trial.fit", None, 0, PATH, NOWHERE), LOOP)
    assert read("trial").expr == Output("trial.fit", None, 1, read("trial").expr.type)
    assert read("trial").type == "list[path]"
    assert read.at(LOOP)("trial").type == "path"


def test_a_template_gives_several(read: Reader) -> None:
    fit, grade = Output("trial.fit", None, 0, PATH, NOWHERE), Output("trial.grade", None, 0, METRICS, NOWHERE)
    use(read, {"model": fit, "metrics": grade}, BRANCH)
    assert read("trial.model").type == "path?"
    assert read.at(BRANCH)("trial.metrics.auc").type == "float"
    assert read("trial.metrics.auc ?? 0.5").type == "float"
    assert read("trial.modle").only.helps == ("did you mean trial.model?",)
    assert read("trial").only.helps == ("one of trial.model, trial.metrics",)


def test_a_template_without_return_has_no_value(read: Reader) -> None:
    use(read, None)
    assert read("trial").codes == ["FLOW204"]


def test_what_a_template_computes_is_the_same_from_a_branch_but_not_from_a_loop(read: Reader) -> None:
    fit = Output("trial.fit", None, 0, METRICS, NOWHERE)
    use(read, Coalesce((Attr(fit, "auc", FLOAT, NOWHERE), Lit(0.5, FLOAT, NOWHERE)), FLOAT, NOWHERE), BRANCH)
    assert read("trial ?? 0.1").type == "float"
    other = Reader()
    use(other, Convert(Output("trial.fit", None, 0, INT, NOWHERE), FLOAT, NOWHERE), LOOP)
    assert other("trial").type == "list[float]"
    third = Reader()
    use(third, Attr(fit, "auc", FLOAT, NOWHERE), LOOP)
    assert third("trial").codes == ["FLOW218"]


def test_exhaustive_uses_of_templates_join(read: Reader) -> None:
    use(read, Output("trial.x", None, 0, INT, NOWHERE), BRANCH)
    assert read("trial ?? merge").type == "int"


def test_a_narrowed_read_is_there(read: Reader) -> None:
    bulk = read("bulk").expr
    assert read.at(narrowed=frozenset({bulk}))("bulk + 1").type == "int"
    assert read.at(narrowed=frozenset({Param("maybe", Optional(INT))}))("maybe + 1").type == "int"
    assert read.at(narrowed=frozenset({bulk}))("maybe + 1").codes == ["FLOW309"]


def test_places_are_those_of_the_source(read: Reader) -> None:
    expr = read("best.auc").expr
    assert isinstance(expr, Attr)
    assert (expr.at.text, expr.operand.at.text) == ("best.auc", "best")  # type: ignore[union-attr]
    assert Local("x", DATETIME, expr.at) == Local("x", DATETIME)


def test_a_task_is_asked_once() -> None:
    asked: list[int] = []
    symbol = task("lazy", INT)
    symbol.infer = lambda: (asked.append(1), (INT, False))[1]
    assert (symbol.output, symbol.several, len(asked)) == (INT, False, 1)


def test_a_let_in_a_handler_may_be_missing(read: Reader) -> None:
    for name, text in (("alias", "total"), ("either", "bulk ?? merge"), ("sure", "bulk ?? 0"), ("text", '"#{total}"')):
        read.let(name, text)
    read.let("asked", "total if b else 0")
    handler = read.at(phase="finally")
    assert (read("alias").type, handler("alias").type) == ("int", "int?")
    assert (read("either").type, handler("either").type) == ("int", "int?")
    assert (handler("sure").type, handler("alias ?? 0").type, handler("either ?? 1").type) == ("int", "int", "int")
    assert handler("either + 1").codes == ["FLOW409"]
    assert handler("alias + 1").codes == ["FLOW409"]
    got = handler("text")
    assert (got.codes, got.place) == (["FLOW409"], "text")
    assert handler("asked ?? 0").codes == ["FLOW409"]


def test_a_template_in_a_handler_may_be_missing(read: Reader) -> None:
    use(read, Output("trial.fit", None, 0, INT, NOWHERE))
    assert read.at(phase="failure")("trial").type == "int?"
    assert read.at(phase="failure")("trial ?? 0").type == "int"
