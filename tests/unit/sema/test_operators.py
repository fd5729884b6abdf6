"""Operators: what each takes, which type comes out, what is said about the rest."""

import pytest

from flowc.ir.expr import Binary, Choose, Convert, IsNull, Lit, Param, Unary
from flowc.ir.types import BOOL, DURATION, FLOAT, INT, PATH, SIZE, STR, Decimal, Optional
from tests.unit.sema.world import MODE, Reader


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("n + m", "int"),
        ("n + f", "float"),
        ("n + 0.5", "float"),
        ("n - m * 2", "int"),
        ("n / m", "float"),
        ("n % m", "int"),
        ("-n", "int"),
        ("-f", "float"),
        ("-wait", "duration"),
        ("s + s", "str"),
        ("mode + s", "str"),
        ("xs + [1]", "list[int]"),
        ("xs + [0.5]", "list[float]"),
        ("xs + []", "list[int]"),
        ("wait + 30s", "duration"),
        ("wait - wait", "duration"),
        ("wait * 2", "duration"),
        ("2 * wait", "duration"),
        ("wait / 0.5", "duration"),
        ("room + 1GiB", "size"),
        ("room * 1.5", "size"),
        ("room / 2", "size"),
        ("d + 1d", "date"),
        ("d - 7d", "date"),
        ("d - d", "duration"),
        ("at + wait", "datetime"),
        ("at - at", "duration"),
        ('p / "x"', "path"),
        ("p / s / mode", "path"),
        ("price + price", "decimal(13, 2)"),
        ("price + 0.005", "decimal(14, 3)"),
        ("price * 2", "decimal(13, 2)"),
        ("price * price", "decimal(24, 4)"),
        ("untyped + 1", "any"),
        ("n == f", "bool"),
        ("d < run.date", "bool"),
        ("price > 0", "bool"),
        ('s < "m"', "bool"),
        ("b and not b or b", "bool"),
        ('"a" in s', "bool"),
        ('"eu" in names', "bool"),
        ("2 in xs", "bool"),
        ('"k" not in counts', "bool"),
        ("n in 1 .. 10", "bool"),
        ("f in 0.0 .. 1.0", "bool"),
        ("f in 0 .. 1", "bool"),
        ("d in 2024-01-01 .. run.date", "bool"),
        ('fetch.status == "ok"', "bool"),
        ("1 .. n", "int .. int"),
        ("d - 6d .. d", "date .. date"),
        ("n if b else f", "float"),
        ("n if b else null", "int?"),
        ('mode if b else "auto"', "Mode"),
        ('"x" if b else p', "path"),
    ],
)
def test_types(read: Reader, text: str, type_: str) -> None:
    got = read(text)
    assert (got.codes, got.type) == ([], type_)


def test_both_sides_are_brought_to_the_type_that_the_operator_takes(read: Reader) -> None:
    n = Param("n", INT)
    assert read("n + 0.5").expr == Binary("+", Convert(n, FLOAT), Lit(0.5, FLOAT), FLOAT)
    assert read("2 * wait").expr == Binary("*", Param("wait", DURATION), Lit(2, INT), DURATION)
    assert read("2 * room").expr == Binary("*", Param("room", SIZE), Lit(2, INT), SIZE)


def test_whole_numbers_divide_as_they_are(read: Reader) -> None:
    assert read("n / 2").expr == Binary("/", Param("n", INT), Lit(2, INT), FLOAT)


def test_a_minus_before_a_number_is_part_of_it(read: Reader) -> None:
    assert read("-5").expr == Lit(-5, INT)
    assert read("-9223372036854775808").expr == Lit(-(2**63), INT)
    assert read("-n").expr == Unary("-", Param("n", INT), INT)


@pytest.mark.parametrize(
    ("text", "code", "place", "help_"),
    [
        ("n + s", "FLOW301", "n + s", 'put values into text with holes: "#{n}#{s}"'),
        ('"n=" + n', "FLOW301", '"n=" + n', 'put values into text with holes: "n=#{n}"'),
        ('p + "x"', "FLOW301", 'p + "x"', 'paths are joined with /: p / "x"'),
        ("price / 2", "FLOW301", "price / 2", "a decimal quotient has no end; as floats: float(price) / float(2)"),
        ("price * n", "FLOW301", "price * n", "make it a decimal: decimal(n)"),
        ("wait + 3", "FLOW306", "3", "write it with its unit: 3s"),
        ("at - 30", "FLOW306", "30", "write it with its unit: 30s"),
        ("d + n", "FLOW306", "n", "write it with its unit: n * 1d"),
        ("room + 512", "FLOW306", "512", "write it with its unit: 512MiB"),
        ("at == d", "FLOW318", "at == d", "compare its date: at.date"),
        ("s == n", "FLOW318", "s == n", "read it as int: int(s)"),
        ("p == s", "FLOW318", "p == s", "read it as path: path(s)"),
        ('mode == "ful"', "FLOW301", '"ful"', 'did you mean "full"?'),
        ('mode in ["full", "dleta"]', "FLOW301", '"dleta"', 'did you mean "delta"?'),
        ("not n == 1", "FLOW305", "not n", "with brackets: not (n == 1)"),
        ("not n", "FLOW305", "n", "say what about it must hold: n != 0"),
        ("b and s", "FLOW305", "s", 'say what about it must hold: s != ""'),
        ("xs or b", "FLOW305", "xs", "say what about it must hold: len(xs) > 0"),
        ("maybe and b", "FLOW305", "maybe", "say what about it must hold: maybe != null"),
        ("maybe + 1", "FLOW309", "maybe", "say what stands for it: maybe ?? 0"),
        ("bulk + 1", "FLOW309", "bulk", "give the other branch's value too: bulk ?? merge"),
        ("spare == 1", "FLOW309", "spare", "say what stands for it: spare ?? 0"),
    ],
)
def test_mistakes(read: Reader, text: str, code: str, place: str, help_: str) -> None:
    got = read(text)
    assert (got.codes, got.place, got.only.helps[0]) == ([code], place, help_)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("f % 2", "FLOW301"),
        ("xs + names", "FLOW301"),
        ("-s", "FLOW301"),
        ("s * 3", "FLOW301"),
        ("b < b", "FLOW301"),
        ("p < p", "FLOW301"),
        ("xs == names", "FLOW318"),
        ("mode == region", "FLOW318"),
        ("3 in counts", "FLOW318"),
        ("1 in s", "FLOW318"),
        ("1 in n", "FLOW301"),
        ("s .. s", "FLOW301"),
        ("1 .. d", "FLOW301"),
        ("n if b else s", "FLOW310"),
        ("n if s else m", "FLOW305"),
    ],
)
def test_more_mistakes(read: Reader, text: str, code: str) -> None:
    assert read(text).codes == [code]


def test_the_missing_value_of_a_branch_is_explained(read: Reader) -> None:
    found = read("bulk * 2").only
    assert found.message == "`bulk` may be skipped, so its value can be missing here"
    assert found.label == "needs int, found int?"
    assert [label.text for label in found.related] == ["`bulk` only runs when this is true"]


def test_not_of_a_bool_binds_before_the_comparison(read: Reader) -> None:
    assert read("not b == b").expr == Binary("==", Unary("not", Param("b", BOOL), BOOL), Param("b", BOOL), BOOL)


def test_enum_members_are_of_the_enum(read: Reader) -> None:
    assert read('mode == "full"').expr == Binary("==", Param("mode", MODE), Lit("full", MODE), BOOL)
    assert read('"full" != mode').expr == Binary("!=", Lit("full", MODE), Param("mode", MODE), BOOL)
    assert read('p == "x"').expr == Binary("==", Param("p", PATH), Lit("x", PATH), BOOL)


# ------------------------------------------------------------------ null


def test_null_is_asked_of_what_may_be_missing(read: Reader) -> None:
    assert read("maybe == null").expr == IsNull(Param("maybe", Optional(INT)), False)
    assert read("null != maybe").expr == IsNull(Param("maybe", Optional(INT)), True)
    assert read("bulk == null").type == "bool"
    assert read("left.auc != null").type == "bool"
    assert read("fetch.rows == null").type == "bool"
    assert read("n == null").only.message == "`n` is int and never null, so this is always false"


@pytest.mark.parametrize(
    "text",
    [
        "maybe + 1 if maybe != null else 0",
        "0 if maybe == null else maybe + 1",
        "maybe != null and maybe > 1",
        "maybe == null or maybe > 1",
        "maybe + 1 if maybe != null and b else 0",
        "0 if not (maybe != null) else maybe + 1",
        "old.rate > 0.5 if old != null else b",
        "bulk + 1 if bulk != null else 0",
        "[x + 1 for x in holes if x != null]",
        "len(word) if word != null and b else 0",
    ],
)
def test_what_a_condition_says_about_null_holds_where_it_does(read: Reader, text: str) -> None:
    assert read(text).codes == []


@pytest.mark.parametrize(
    "text",
    [
        "maybe + 1 if maybe == null else 0",
        "maybe + 1 if maybe != null or b else 0",
        "maybe != null or maybe > 1",
        "(maybe + 1) if word != null else 0",
        "[x + 1 for x in holes]",
    ],
)
def test_and_nowhere_else(read: Reader, text: str) -> None:
    assert read(text).codes == ["FLOW309"]


# ------------------------------------------------------------------ ??


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("bulk ?? merge", "int"),
        ("merge ?? bulk", "int"),
        ("bulk ?? 0", "int"),
        ("bulk ?? 0.5", "float"),
        ("bulk ?? null", "int?"),
        ("bulk ?? spare", "int?"),
        ("spare ?? bulk ?? merge", "int"),
        ("first_half ?? merge", "int?"),
        ("first_half ?? second_half ?? merge", "int"),
        ("bulk ?? unsure", "int?"),
        ("left.auc ?? right.auc", "float"),
        ("left ?? right", "Metrics"),
        ("left.auc ?? 0.5", "float"),
        ("maybe ?? n", "int"),
        ("maybe ?? maybe", "int?"),
        ("word ?? mode", "str"),
        ("old.rate ?? 0.1", "decimal(18, 8)"),
        ("xs.first ?? 0", "int"),
        ("armed_loop ?? []", "list[int]"),
        ("fetch.n ?? 1", "json"),
        ("sources.load_orders ?? 1", "int"),
        ("untyped ?? 1", "any"),
    ],
)
def test_coalesce(read: Reader, text: str, type_: str) -> None:
    got = read(text)
    assert (got.codes, got.type) == ([], type_)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('bulk ?? "x"', "FLOW310", 'bulk ?? "x"'),
        ("bulk ?? text_arm", "FLOW310", "bulk ?? text_arm"),
        ("(n + 1) ?? 2", "FLOW301", "(n + 1)"),
        ("len(s) ?? 2", "FLOW301", "len(s)"),
        ("(bulk ?? merge) ?? 1", "FLOW301", "(bulk ?? merge)"),
        ("bulk ?? (merge ?? 1)", "FLOW301", "(merge ?? 1)"),
        ("nope ?? 1", "FLOW201", "nope"),
        ("silent ?? 1", "FLOW204", "silent"),
        ("left.acu ?? 1.0", "FLOW204", "acu"),
    ],
)
def test_coalesce_mistakes(read: Reader, text: str, code: str, place: str) -> None:
    got = read(text)
    assert (got.codes, got.place) == ([code], place)


def test_a_choice_keeps_both_sides(read: Reader) -> None:
    assert read("1 if b else 0.5").expr == Choose(Param("b", BOOL), Lit(1.0, FLOAT), Lit(0.5, FLOAT), FLOAT)


def test_decimals_compare_whatever_their_digits(read: Reader) -> None:
    expr = read("price > 0.005").expr
    assert isinstance(expr, Binary)
    assert (expr.left.type, expr.right.type) == (Decimal(12, 2), Decimal(3, 3))


def test_a_text_that_is_no_literal_stays_one(read: Reader) -> None:
    assert read("word ?? s").expr.type == STR
