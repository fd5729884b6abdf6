"""Random programs: valid text in every shape of the grammar, with odd blanks, line breaks and comments."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

NAMES = [
    "a",
    "b2",
    "load_orders",
    "rows",
    "x",
    "task",
    "schema",
    "flow",
    "day",
    "Order",
    "_",
    "run",
    "very_long_name_of_a_task",
]
TYPES = ["int", "str", "path", "decimal(12, 2)", "list[json]", "map[str,int]", '"a" | "b"', "Order?", "table[ Order ]?"]
LITERALS = [
    "1",
    "1_000",
    "0.5",
    "2e3",
    "true",
    "null",
    "15m",
    "1h30m",
    "4GiB",
    "2024-01-31",
    "06:00",
    "2024-01-01T06:00Z",
]
TEXTS = [
    '"x"',
    '""',
    '"a #{x} b"',
    '"#{f(a, "q")} \\n"',
    'r"\\d+"',
    '"""\n    two\n  lines #{a.b}\n"""',
    '"# no comment"',
    '"é\'{"',
]
BINARY = ["+", "-", "*", "/", "%", "==", "<", "in", "not in", "and", "or", "??", ".."]


class Writer:
    """Writes one random program."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.depth = 0

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def some(self, make, least=0, most=3) -> list[str]:
        return [make() for _ in range(self.random.randint(least, most))]

    def maybe(self, text: str) -> str:
        return text if self.random.random() < 0.5 else ""

    # -------------------------------------------------------------------------------------------- blanks and comments

    def gap(self) -> str:
        """Blanks between words."""
        return self.one(" ", " ", " ", "  ", "\t")

    def inner(self) -> str:
        """Blanks inside ( ) and [ ]: newlines and comments too."""
        return self.one("", "", "", " ", "\n", "\n    ", " # inside\n", "\n  # own\n  ")

    def end(self) -> str:
        """The end of a line."""
        return self.one("\n", "\n", "\n", "\n\n", "\n\n\n", " # behind\n", "\n  # own line\n", "  \n", "\r\n")

    def brackets(self, opening: str, items: list[str], closing: str) -> str:
        inside = ("," + self.inner()).join(item + self.inner() for item in items)
        return opening + self.inner() + inside + (self.maybe("," + self.inner()) if items else "") + closing

    # -------------------------------------------------------------------------------------------- expressions, types

    def name(self) -> str:
        return self.random.choice(NAMES)

    def dotted(self) -> str:
        return ".".join(self.some(self.name, 1, 3))

    def type(self) -> str:
        return self.random.choice(TYPES)

    def expr(self, deep: int = 2) -> str:
        kind = self.random.randint(0, 13 if deep else 3)
        inner = lambda: self.expr(deep - 1)  # noqa: E731
        match kind:
            case 0 | 1:
                return self.name()
            case 2:
                return self.random.choice(LITERALS)
            case 3:
                return self.random.choice(TEXTS)
            case 4:
                return self.brackets("[", self.some(inner), "]")
            case 5:
                return f"{self.name()}{self.brackets('(', self.some(lambda: self.arg(deep - 1)), ')')}"
            case 6:
                return f"({self.inner()}{inner()}{self.inner()})"
            case 7:
                return f"{self.name()}.{self.name()}[{inner()}]"
            case 8:
                return self.map(deep)
            case 9:
                return f"[{inner()} for {self.name()} in ({inner()}){self.maybe(f' if ({inner()})')}]"
            case 10:
                return f"({inner()}) if ({inner()}) else {inner()}"
            case 11:
                return self.one(f"-{self.name()}", f"not {self.name()}", f"not ({inner()})", f"- -({inner()})")
            case _:
                return self.row(deep)

    def row(self, deep: int) -> str:
        parts = [self.operand(deep)]
        compared = ranged = False
        for _ in range(self.random.randint(1, 3)):
            op = self.random.choice(BINARY)
            if (op in ("==", "<", "in", "not in") and compared) or (op == ".." and ranged):
                op = "and"
            if op in ("and", "or"):
                compared = ranged = False
            compared = compared or op in ("==", "<", "in", "not in")
            ranged = ranged or op == ".."
            before = "\n  " if op in ("and", "or", "??") and self.random.random() < 0.2 else " "
            parts += [f"{before}{op} ", self.operand(deep)]
        return "".join(parts)

    def operand(self, deep: int) -> str:
        return self.one(self.name(), self.random.choice(LITERALS), f"({self.expr(deep - 1)})", f"-{self.name()}")

    def map(self, deep: int) -> str:
        quoted = '"k e y"'
        entries = self.some(lambda: f"{self.one(self.name(), quoted)}:{self.gap()}{self.expr(deep - 1)}")
        separators = self.one(", ", "\n", " # c\n  ", ",\n")
        edge = self.one("", " ", "\n") if entries else ""
        return "{" + edge + separators.join(entries) + edge + "}"

    def arg(self, deep: int = 1) -> str:
        return self.maybe(f"{self.name()}:{self.gap()}") + self.expr(deep)

    def args(self) -> str:
        return self.brackets("(", self.some(self.arg), ")")

    # -------------------------------------------------------------------------------------------- clauses, statements

    def clause(self) -> str:
        word = self.one("retry", "timeout", "after", "check", "env", "long_clause_word", "tags")
        return f"{word}{self.gap()}{', '.join(self.some(self.arg, 1, 3))}"

    def outputs(self) -> str:
        record = self.brackets("(", [f"{self.name()}: {self.type()}" for _ in range(2)], ")")
        return self.one("", f" -> {self.type()}", f" -> {record}", f"\n  -> {self.type()}")

    def action(self) -> str:
        return self.one(
            f"python shop.etl:run{self.args()}",
            f"{self.one('sh', 'sql', 'sql @wh')} {self.text()}",
            f"http get{self.args()}",
            f"run {self.dotted()}",
            f"{self.dotted()}{self.args()}",
        )

    def block(self) -> str:
        if self.depth > 2:
            return self.one("{ }", "{\n}", "{ retry 3 }", "{ # c\n }")
        self.depth += 1
        inside = "".join(self.doc() + statement + self.end() for statement in self.some(self.statement, 0, 4))
        self.depth -= 1
        return "{" + self.one("\n", " # opening\n", "\n\n", "\n # first\n") + inside + "}"

    def doc(self) -> str:
        return ""

    def tail(self) -> str:
        clauses = "".join(self.gap() + clause for clause in self.some(self.clause, 0, 2))
        return clauses + self.one("", " flagged", " " + self.block(), " { memory 4GiB }", " {}")

    def statement(self) -> str:
        doc = self.maybe("## about it\n" + self.maybe("## more\n"))
        match self.random.randint(0, 15):
            case 0 | 1 | 2 | 3:
                return f"{doc}task {self.name()}{self.gap()}= {self.action()}{self.outputs()}{self.tail()}"
            case 4 | 5 | 6:
                return self.clause() + self.one("", " " + self.clause(), " flag")
            case 7:
                return f"{doc}group {self.name()}{self.tail()}"
            case 8:
                other = self.one(
                    "", f" else {self.block()}", f"\n else if {self.expr()} {self.block()} else {self.block()}"
                )
                return f"if {self.expr()} {self.block()}{other}"
            case 9:
                return "match " + self.expr() + " {" + self.end() + "".join(self.some(self.arm)) + "}"
            case 10:
                clauses = self.one("", " limit 3", " limit 3 tolerate 0.5")
                return f"for {self.one('k', 'k, v')} in {self.expr()}{clauses} {self.block()}"
            case 11:
                return self.one(
                    f"on failure {self.block()}",
                    f"on file {self.text()} poll 1m",
                    f"on asset {self.dotted()} and (flow {self.name()}(when: failed) or asset b)",
                    f"finally {self.block()}",
                )
            case 12:
                return self.one("a >> b", "a.b >>[ c,d ] >> e", "[a, b,]\n >> c")
            case 13:
                return self.one("return ") + self.one(self.expr(), f"a: {self.expr()}, b: {self.expr()}")
            case _:
                return self.setting()

    def arm(self) -> str:
        body = self.one(self.block(), f"task a = {self.action()}", "skip", 'fail "text" loudly', self.clause())
        return f"{', '.join(self.some(lambda: self.operand(1), 1, 2))} => {body}{self.end()}"

    def setting(self) -> str:
        doc = self.maybe("## a setting\n")
        asset = f"asset {self.name()}{self.one('', ': ' + self.type())} = {self.maybe('@wh ')}{self.text()}"
        return self.one(
            f"{doc}let {self.name()}{self.one('', ': ' + self.type())} = {self.expr()}",
            f"set {self.dotted()} = {self.expr()}",
            f"{doc}target airflow{self.tail()}",
            f"{doc}{asset}{self.tail()}",
            f"{doc}policy p{self.tail()}",
            f"defaults{self.tail()}",
            f"{doc}connection wh: postgres{self.tail()}",
        )

    # -------------------------------------------------------------------------------------------- declarations

    def param(self) -> str:
        doc = self.maybe("## a param\n")
        allowed, default = self.one("", " in 1..9"), self.one("", f" = {self.expr(1)}")
        return f"{doc and chr(10)}{doc}{self.name()}: {self.type()}{allowed}{default}"

    def params(self) -> str:
        return self.brackets("(", self.some(self.param), ")")

    def column(self) -> str:
        return f"{self.name()}: {self.type()}{self.one('', ' @key', ' @pii @key')}{self.one('', ' source raw.id')}"

    def schema(self) -> str:
        head = f"schema {self.name()}{self.one('', '(Base)', ' (Base)')}"
        if self.random.random() < 0.5:
            return f"{head} {{ {', '.join(self.some(self.column))} }}"
        columns = "".join(self.maybe("## a column\n") + column + self.end() for column in self.some(self.column))
        return f"{head} {{\n{columns}}}"

    def item(self) -> str:
        doc = self.maybe("## documented\n")
        match self.random.randint(0, 9):
            case 0:
                return self.one(
                    "import std.quality as dq", "import a", "from a.b import c", "from a import (b as c,\n d,)"
                )
            case 1 | 2 | 3:
                return f"{doc}flow {self.name()}{self.one('', self.params())}{self.outputs()} {self.block()}"
            case 4:
                body = self.one(self.block(), f"= {self.action()}{self.outputs()}{self.tail()}")
                return f"{doc}template {self.name()}{self.params()}{self.outputs()} {body}"
            case 5:
                return f"{doc}fn {self.name()}{self.params()} -> {self.type()} = {self.expr()}"
            case 6:
                return doc + 'enum Mode = "full", "delta"' + self.maybe(',\n  "auto"')
            case 7:
                return doc + self.schema()
            case 8:
                head = self.one("profile a extends b", "profile c", 'test "it" for a.b', 'test "x"')
                return f"{doc}{head} {self.block()}"
            case _:
                return self.setting()

    def file(self) -> str:
        start = self.one("", "", "\n", "# first\n", "#!/usr/bin/env flowc\n\n")
        return (
            start + "".join(self.item() + self.end() for _ in range(self.random.randint(0, 4))) + self.one("", "# last")
        )


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a valid program."""
    return Writer(draw(st.randoms(use_true_random=False))).file()
