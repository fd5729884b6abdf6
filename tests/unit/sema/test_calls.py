"""Calls: a project's functions, built-in functions, methods, elements, comprehensions."""

import pytest

from flowc.ir.expr import Binary, Call, Comprehension, Convert, Index, Lit, Local, Method, Param, Text
from flowc.ir.types import BOOL, FLOAT, INT, PATH, STR, ListOf, Optional
from flowc.sema.expressions import check_function
from tests.unit.sema.world import MODE, Reader

SQL, CHECK = frozenset({"sql"}), frozenset({"check"})


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("len(xs)", "int"),
        ("len(s)", "int"),
        ("len(counts)", "int"),
        ("len(mode)", "int"),
        ("min(xs)", "int"),
        ("max(n, f)", "float"),
        ("min(d, run.date)", "date"),
        ("max(n, 1, m)", "int"),
        ("max(price, 0)", "decimal(12, 2)"),
        ("sum(xs)", "int"),
        ("sum(score)", "float"),
        ("sum(prices)", "decimal(38, 2)"),
        ("sum([1s, 2m])", "duration"),
        ("abs(n)", "int"),
        ("abs(wait)", "duration"),
        ("round(f)", "float"),
        ("round(f, 2)", "float"),
        ("round(price, 1)", "decimal(12, 1)"),
        ("round(price, digits: 0)", "decimal(11, 0)"),
        ('int("3")', "int"),
        ("int(fetch.n)", "int"),
        ("int(f)", "int"),
        ("float(n)", "float"),
        ("float(price)", "float"),
        ("str(xs)", "str"),
        ("str(d)", "str"),
        ('decimal("1.50")', "decimal(3, 2)"),
        ("decimal(n)", "decimal(19, 0)"),
        ("decimal(s)", "decimal(38, 9)"),
        ("price + decimal(n)", "decimal(22, 2)"),
        ('date("2024-01-01")', "date"),
        ("datetime(s)", "datetime"),
        ("path(s)", "path"),
        ("json(s)", "json"),
        ("json(xs)", "json"),
        ("s.lower().strip()", "str"),
        ("mode.upper()", "str"),
        ('s.replace("a", "b")', "str"),
        ('s.split(",")', "list[str]"),
        ('s.starts("a")', "bool"),
        ('names.join(", ")', "str"),
        ('xs.join(", ")', "str"),
        ("xs.sorted().reversed().unique()", "list[int]"),
        ('d.format("%Y%m%d")', "str"),
        ('at.to("Europe/Berlin").hour', "int"),
        ("d.weekday + d.week + d.quarter + d.day + d.month + d.year", "int"),
        ("at.hour + at.minute + at.second + at.year", "int"),
        ("at.date", "date"),
        ("at.time", "time"),
        ("wait.seconds", "float"),
        ("room.bytes", "int"),
        ("p.name + p.stem + p.suffix", "str"),
        ("p.parent.parent", "path"),
        ("xs.first", "int?"),
        ("names.last", "str?"),
        ("holes.first", "int?"),
        ("counts.keys", "list[str]"),
        ("counts.values", "list[int]"),
        ("xs[0]", "int"),
        ("xs[n]", "int"),
        ('counts["a"]', "int"),
        ("fetch[0]", "json"),
        ('fetch["a"].b[s]', "json"),
        ("deep[0][1]", "int"),
        ("[x * 2 for x in xs]", "list[int]"),
        ("[x for x in 1 .. 3]", "list[int]"),
        ("[day for day in run.date - 6d .. run.date]", "list[date]"),
        ("[x.auc for x in graded if x.loss < 0.5]", "list[float]"),
        ("[[x + y for y in xs] for x in xs]", "list[list[int]]"),
        ('file("plain.txt")', "str"),
    ],
)
def test_types(read: Reader, text: str, type_: str) -> None:
    got = read(text)
    assert (got.codes, got.type) == ([], type_)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("lne(xs)", "FLOW201", "lne"),
        ("n(1)", "FLOW301", "n"),
        ("len()", "FLOW302", "len()"),
        ("len(xs, xs)", "FLOW303", "xs"),
        ("len(n)", "FLOW301", "n"),
        ("len(maybe)", "FLOW309", "maybe"),
        ("min()", "FLOW302", "min()"),
        ("min(n, s)", "FLOW301", "min(n, s)"),
        ("min(b, b)", "FLOW301", "min(b, b)"),
        ("sum(names)", "FLOW301", "names"),
        ("round(f, places: 2)", "FLOW303", "places"),
        ("round(digits: 2, f)", "FLOW304", "f"),
        ("round(x: f, x: f)", "FLOW303", "x: f"),
        ("int(d)", "FLOW301", "d"),
        ("date(at)", "FLOW301", "at"),
        ("s.uper()", "FLOW201", "uper"),
        ("d.day()", "FLOW201", "day"),
        ("n.sqrt()", "FLOW201", "sqrt"),
        ('s.replace("a")', "FLOW302", 's.replace("a")'),
        ("s.split(1)", "FLOW301", "1"),
        ("graded.sorted()", "FLOW301", "graded"),
        ('at.to("Europe/Berlni")', "FLOW502", '"Europe/Berlni"'),
        ('xs["a"]', "FLOW301", '"a"'),
        ("xs[-1]", "FLOW313", "-1"),
        ("n[0]", "FLOW301", "n"),
        ("counts[1]", "FLOW301", "1"),
        ("[x for x in n]", "FLOW308", "n"),
        ("[x for x in counts]", "FLOW308", "counts"),
        ("[y for x in xs]", "FLOW201", "y"),
        ("[x for x in xs if x]", "FLOW305", "x"),
        ('file("no.sql")', "FLOW824", '"no.sql"'),
        ("file(s)", "FLOW316", "s"),
        ("ident(s)", "FLOW212", "ident(s)"),
        ("rows(rates)", "FLOW212", "rows(rates)"),
    ],
)
def test_mistakes(read: Reader, text: str, code: str, place: str) -> None:
    got = read(text)
    assert (got.codes, got.place) == ([code], place)


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("lne(xs)", "did you mean `len`?"),
        ("s.uper()", "did you mean `upper`?"),
        ("d.day()", "it is a value, without brackets: d.day"),
        ("date(at)", "its date is at.date"),
        ("xs[-1]", "the last element is xs.last"),
        ("[x for x in counts]", "its keys: counts.keys"),
        ('at.to("Europe/Berlni")', 'did you mean "Europe/Berlin"?'),
        ("round(digits: 2, f)", "name it: x: f"),
    ],
)
def test_ways_out(read: Reader, text: str, help_: str) -> None:
    assert read(text).only.helps[0] == help_


def test_words_of_sql_and_checks_in_their_places(read: Reader) -> None:
    sql = read.at(allows=SQL)
    assert sql("ident(s)").expr == Call("ident", (Param("s", STR),), STR)
    assert not sql("ident(rates)").found
    assert not sql("ident(names)").found
    assert not sql("table(fetch)").found
    assert sql("table(s)").codes == ["FLOW301"]
    check = read.at(allows=CHECK)
    assert check("rows(rates) > 0").type == "bool"
    assert check('unique(rates, by: ["ccy"])').type == "bool"
    assert check("rows(n)").codes == ["FLOW301"]


def test_a_file_has_its_holes_where_it_is_used(read: Reader) -> None:
    assert read('file("sql/q.sql")').expr == Text(("SELECT ", Param("n", INT)))
    assert read('file("plain.txt")').expr == Lit("hello", STR)


def test_a_method_keeps_what_it_is_called_on(read: Reader) -> None:
    assert read('s.replace(new: "b", old: "a")').expr == Method(
        Param("s", STR), "replace", (Lit("a", STR), Lit("b", STR)), STR
    )


def test_an_element(read: Reader) -> None:
    assert read("xs[n]").expr == Index(Param("xs", ListOf(INT)), Param("n", INT), INT)


def test_untyped_python_gives_untyped_values(read: Reader) -> None:
    assert read("untyped.shape[0] + 1").type == "any"
    assert read("untyped.upper()").type == "any"
    assert read("untyped + 1 > 3").type == "bool"
    assert read("[x for x in untyped]").type == "list[any]"


# ------------------------------------------------------------------ functions


def test_a_function_is_its_body(read: Reader) -> None:
    read.fn("lake", {"table": STR}, PATH, '"s3://lake/#{table}"')
    assert read('lake("orders")').expr == Convert(Text(("s3://lake/", Lit("orders", STR))), PATH)
    assert read('lake(table: s) / "x"').type == "path"


def test_arguments_are_brought_to_their_types(read: Reader) -> None:
    read.fn("half", {"x": FLOAT, "mode": MODE}, FLOAT, 'x / 2 if mode == "full" else x', {"mode": '"full"'})
    assert read("half(n)").codes == []
    assert read('half(1, mode: "auto")').codes == []
    assert read('half(1, "atuo")').only.helps == ('did you mean "auto"?',)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("add()", "FLOW302", "add()"),
        ("add(1, 2, 3)", "FLOW303", "3"),
        ("add(1, z: 2)", "FLOW303", "z"),
        ("add(a: 1, 2)", "FLOW304", "2"),
        ("add(1, a: 2)", "FLOW303", "a: 2"),
        ("add(s)", "FLOW301", "s"),
        ("add(maybe)", "FLOW309", "maybe"),
        ("ad(1)", "FLOW201", "ad"),
    ],
)
def test_arguments_that_do_not_fit(read: Reader, text: str, code: str, place: str) -> None:
    read.fn("add", {"a": INT, "b": INT}, INT, "a + b", {"b": "1"})
    got = read(text)
    assert (got.codes, got.place) == ([code], place)


def test_a_mismatch_names_the_parameter(read: Reader) -> None:
    read.fn("add", {"a": INT}, INT, "a")
    assert read("add(s)").only.message == "`a` of `add` takes int, and `s` is str"


def test_functions_call_functions_but_not_themselves(read: Reader) -> None:
    read.fn("twice", {"a": INT}, INT, "a * 2")
    read.fn("four", {"a": INT}, INT, "twice(twice(a))")
    assert read("four(n)").codes == []
    read.fn("ping", {"a": INT}, INT, "pong(a)")
    read.fn("pong", {"a": INT}, INT, "ping(a)")
    found = read("ping(1)").only
    assert (found.code.number, found.message) == ("FLOW401", "a function cannot call itself: ping -> pong -> ping")


def test_a_function_sees_its_own_names_only(read: Reader) -> None:
    read.fn("leaky", {"a": INT}, INT, "a + n")
    assert read("leaky(1)").codes == ["FLOW201"]


def test_a_function_is_checked_without_a_call(read: Reader) -> None:
    check_function(read.fn("fine", {"a": INT}, FLOAT, "a / 2"), read.context)
    assert not read.problems
    check_function(read.fn("wrong", {"a": INT}, STR, "a / 2"), read.context)
    check_function(read.fn("bad", {"a": INT}, INT, "a", {"a": '"x"'}), read.context)
    assert [each.code.number for each in read.problems] == ["FLOW301", "FLOW317"]


def test_a_variable_in_a_function_is_not_the_one_around_its_call(read: Reader) -> None:
    read.fn("add_all", {"a": INT, "others": ListOf(INT)}, ListOf(INT), "[a + x for x in others]")
    expr = read("[add_all(x, xs) for x in xs]").expr
    assert isinstance(expr, Comprehension)
    inner = expr.value
    assert isinstance(inner, Comprehension)
    assert (expr.variable, inner.variable) == ("x", "x_2")
    assert inner.value == Binary("+", Local("x", INT), Local("x_2", INT), INT)


def test_functions_of_modules(read: Reader) -> None:
    read.fn("lib.twice", {"a": INT}, INT, "a * 2")
    assert read("lib.twice(n)").type == "int"
    assert read("lib.thrice(n)").codes == ["FLOW201"]


def test_an_optional_parameter_takes_null(read: Reader) -> None:
    read.fn("or_zero", {"a": Optional(INT)}, INT, "a ?? 0")
    assert read("or_zero(null)").codes == []
    assert read("or_zero(maybe)").codes == []
    assert read("or_zero(b)").codes == ["FLOW301"]
    assert read("or_zero(n) > 0").type == str(BOOL)
