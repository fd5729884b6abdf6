"""Expressions: what their tokens are, the blanks between them, and where a line may break.

A recursive descent over Python's grammar that builds no tree and writes on the tokens.
"""

from __future__ import annotations

from collections.abc import Callable

from flowc.emit.layout.reading import CHOICE, COMMAS, COMPARING, DOTS, LOGIC, LOOPS, TEXTS, Reading
from flowc.emit.layout.tokens import CLOSE, NAME, NUMBER, OPEN, TEXT, WORD, OddError, Token

_COMPARISONS = ("<", ">", "==", "!=", "<=", ">=", "in", "is")
_SIGNS = {"|": 9, "^": 8, "&": 7, "<<": 6, ">>": 6, "+": 5, "-": 5, "*": 4, "/": 4, "//": 4, "%": 4, "@": 4}
OPERATORS = {**_SIGNS, "and": LOGIC, "or": LOGIC, **dict.fromkeys(_COMPARISONS, COMPARING)}
"""What stands between two operands, and how gladly a line breaks before it."""


class Reader(Reading):
    """Reads one statement; OddError for what it does not know."""

    def test(self, pre: str) -> None:
        """An expression without commas."""
        start = self.at
        if self.sees("lambda"):
            self._lambda(pre)
            return
        self.operation(pre)
        if not self.sees("if"):
            return
        self.take(" ").before = CHOICE
        self.operation(" ")
        self.take(" ", "else").before = CHOICE
        self.test(" ")
        if any(token.kind == TEXT and "\n" in token.text for token in self.tokens[start : self.at]):
            raise OddError("a text of several lines in a choice")
        around = self.tokens[start - 1]
        if not (start and around.text == "(" and around.mate is self.tokens[self.at]):
            self.choices[start, self.at] = self.wrap(start, self.at, is_atom=False)

    def named(self, pre: str) -> str:
        """A test, perhaps with a name for it."""
        if self.next_is(":="):
            self.take(pre, kind=NAME)
            self.take(" ")
            self.test(" ")
            return "walrus"
        self.test(pre)
        return "expression"

    def starred(self, pre: str) -> str:
        """An element of a list."""
        if self.sees("*"):
            self.take(pre)
            self.operation("")
            return "star"
        return self.named(pre)

    def several(self, pre: str) -> None:
        """Expressions and commas, without brackets around them."""
        self.starred(pre)
        while self.sees(","):
            self.take("").after = COMMAS
            if self.ends() or self.sees("=", ":", ")"):
                raise OddError("a comma at the end")
            self.starred(" ")

    def given(self, pre: str) -> None:
        """What may stand at the right of `=`."""
        if self.sees("yield"):
            self.yielded(pre)
        else:
            self.several(pre)

    def yielded(self, pre: str) -> None:
        self.take(pre, "yield")
        if self.sees("from"):
            self.take(" ")
            self.test(" ")
        elif not self.ends() and not self.sees(")", "="):
            self.several(" ")

    def _lambda(self, pre: str) -> None:
        self.take(pre, "lambda").rise = 1
        if not self.sees(":"):
            self.params(":", " ")
        self.take("", ":").fall = 1
        self.test(" ")

    def params(self, until: str, pre: str, *, typed: bool = False) -> bool:
        """Parameters, up to `until`; whether the last has a comma."""
        while True:
            if self.sees("/") or (self.sees("*") and self.next_is(",")):
                self.take(pre)
            else:
                self._param(pre, typed)
            if not self.sees(","):
                return False
            self.take("").after = COMMAS
            if self.sees(until):
                return True
            pre = " "

    def _param(self, pre: str, typed: bool) -> None:
        if self.sees("*", "**"):
            self.take(pre)
            pre = ""
        self.take(pre, kind=NAME)
        around = ""
        if typed and self.sees(":"):
            self.take("")
            start = self.at
            self.test(" ")
            first = self.tokens[start]
            if first.text == "(" and first.mate is self.tokens[self.at - 1]:
                self.drop(start, self.at)
            elif self.loosest(start) == OPERATORS["|"] or (
                first.kind == OPEN and first.mate is self.tokens[self.at - 1]
            ):
                self.wrap(start, self.at)
            for token in self.tokens[start : self.at]:
                token.holds = "type"
            around = " "
        if self.sees("="):
            self.take(around)
            self.test(around)

    def operation(self, pre: str) -> None:
        """Operands and operators that bind more tightly than `if ... else`."""
        while True:
            is_signed = False
            while self.sees("not", "-", "+", "~", "await"):
                sign = self.take(pre)
                pre = " " if sign.kind == WORD else ""
                is_signed = is_signed or sign.kind != WORD
                if sign.text == "await" and self.sees("("):
                    raise OddError("await with parentheses")
            start = self.at
            self.primary(pre)
            operator = self.word
            if operator == "**":
                self._power(start, is_signed)
                operator = self.word
            if operator == "not" and self.next_is("in"):
                self.take(" ").before = COMPARING
                self.take(" ")
            elif operator in OPERATORS:
                self.take(" ").before = OPERATORS[operator]
                if operator == "is" and self.sees("not"):
                    self.take(" ")
            else:
                return
            pre = " "

    def _power(self, start: int, is_signed: bool) -> None:
        """`a.b**2`, but `a(b) ** 2`: close together where both sides are plain names or numbers."""
        if is_signed:
            raise OddError("the power of a signed operand")
        sign, left = self.take(""), self.tokens[start : self.at - 1]
        after = self.at
        if self.sees("-"):
            self.take("")
        self.primary("" if self.at > after else " ")
        if self.sees("**"):
            raise OddError("the power of a power")
        right = self.tokens[after : self.at]
        self.must_fit = True
        if all(token.kind in (NAME, NUMBER) or token.text in (".", "-") for token in (*left, *right)):
            right[0].pre = ""
        else:
            sign.pre = right[0].pre = " "

    def primary(self, pre: str) -> None:
        """A name, a constant or a display, with all that follows it closely."""
        token = self.tokens[self.at]
        if token.kind == TEXT:
            self.take(pre)
            while self.tokens[self.at].kind == TEXT:
                self.take(" ").before = TEXTS
                if self.tokens[self.at - 1].note or self.tokens[self.at - 2].note:
                    raise OddError("a comment among texts")
        elif token.kind in (NAME, NUMBER) or token.text == "...":
            self.take(pre)
        elif token.kind == OPEN:
            self._display(pre)
        else:
            raise OddError(f"no operand: {token.text}")
        while True:
            word = self.word
            if word == ".":
                before = self.tokens[self.at - 1]
                if before.kind == NUMBER:
                    raise OddError("an attribute of a number")
                self.take("").before = DOTS if before.kind == CLOSE else 0
                self.take("", kind=NAME)
            elif word == "(":
                if self.tokens[self.at - 1].kind == NUMBER:
                    raise OddError("a called number")
                self.call()
            elif word == "[":
                self._index()
            else:
                return

    def _close(self, left: Token, text: str) -> Token:
        right = self.take("", text)
        left.mate, right.mate = right, left
        return right

    def _display(self, pre: str) -> None:
        left = self.take(pre)
        inner = self.tokens[self.at]
        self.find_mate(self.at - 1)
        left.is_atom = True
        if left.text == "{":
            self._braces(left)
            return
        text = ")" if left.text == "(" else "]"
        if self.word == text:
            self._close(left, text)
            left.holds = "empty"
            return
        if self.sees("yield"):
            self.yielded("")
            self._close(left, text)
            left.holds = "yield"
            return
        left.holds, count, is_last = self._elements(self.starred, text)
        right = self._close(left, text)
        right.is_magic = is_last and (count > 1 or text == "]")
        is_lone = text == "]" and count == 1 and inner.text == "(" and inner.mate is self.tokens[self.at - 2]
        if is_lone and inner.holds in ("expression", "walrus"):
            raise OddError("parentheses alone in a list")

    def _elements(self, read: Callable[[str], str], until: str) -> tuple[str, int, bool]:
        """Elements up to a bracket: what they are, how many, and whether a comma ends them."""
        holds, count, pre = "", 0, ""
        while True:
            kind = read(pre)
            holds, count, pre = holds or kind, count + 1, " "
            if count == 1 and self.sees("for"):
                self._loops()
                if not self.sees(until):
                    raise OddError("a loop among arguments")
                return "loop", 1, False
            if not self.sees(","):
                return holds if count == 1 else "tuple", count, False
            self.take("").after = COMMAS
            holds = "tuple"
            if self.sees(until):
                return holds, count, True

    def _loops(self) -> None:
        while self.sees("for", "if"):
            token = self.take(" ")
            token.before = LOOPS
            if token.text == "if":
                self.operation(" ")
                continue
            token.rise = 1
            self.targets(" ")
            self.take(" ", "in").fall = 1
            self.operation(" ")

    def targets(self, pre: str) -> None:
        """The names of a loop."""
        while True:
            if self.sees("*"):
                self.take(pre)
                pre = ""
            self.primary(pre)
            if not self.sees(","):
                return
            self.take("").after = COMMAS
            if self.sees("in"):
                raise OddError("a comma at the end")
            pre = " "

    def _braces(self, left: Token) -> None:
        if self.sees("}"):
            self._close(left, "}")
            return
        _, _, is_last = self._elements(self._entry, "}")
        self._close(left, "}").is_magic = is_last

    def _entry(self, pre: str) -> str:
        if self.sees("**"):
            self.take(pre)
            self.operation("")
            return "entry"
        self.starred(pre)
        if self.sees(":"):
            self.take("")
            self.test(" ")
        return "entry"

    def call(self) -> Token:
        """The arguments of a call, with their parentheses."""
        left = self.take("", "(")
        self.find_mate(self.at - 1)
        is_last = False
        if not self.sees(")"):
            left.holds, _, is_last = self._elements(self._argument, ")")
        right = self._close(left, ")")
        right.is_magic = is_last
        return right

    def element(self, bracket: str) -> list[Token]:
        """One element of brackets, with the comma behind it."""
        first = self.tokens[0]
        read = {"(": self._argument, "[": self.starred, "{": self._entry}[bracket]
        read("")
        self.take("", ",").after = COMMAS
        if not self.ends():
            raise OddError("two elements in a line")
        if bracket == "[" and first.text == "(" and first.mate is self.tokens[self.at - 2] and first.holds != "tuple":
            raise OddError("parentheses in a list")
        return self.done()

    def _argument(self, pre: str) -> str:
        if self.sees("*", "**"):
            self.take(pre)
            self.test("")
            return "star"
        if self.next_is("="):
            self.take(pre, kind=NAME)
            self.take("")
            self.test("")
            return "argument"
        return self.named(pre)

    def _index(self) -> None:
        left = self.take("", "[")
        self.find_mate(self.at - 1)
        start = self.at
        _, count, is_last = self._elements(self._subscript, "]")
        self._close(left, "]").is_magic = is_last and count > 1
        if any(token.text == ":" for token in self.tokens[start : self.at - 1]):
            self._slices(start, self.at - 1)

    def _subscript(self, pre: str) -> str:
        if not self.sees(":"):
            self.starred(pre)
            pre = ""
        while self.sees(":"):
            self.take(pre).holds = "slice"
            pre = ""
            if not self.sees(":", ",", "]"):
                self.test("")
        return "index"

    def _slices(self, start: int, end: int) -> None:
        """`a[1:2]`, but `a[x + 1 :]`."""
        depth = begin = 0
        begin = start
        for index in range(start, end + 1):
            token = self.tokens[index]
            if index == end or (token.text == "," and not depth):
                self._slice(begin, index)
                begin = index + 1
            depth += (token.kind == OPEN) - (token.kind == CLOSE)

    def _slice(self, start: int, end: int) -> None:
        inside, colons, depth = self.tokens[start:end], list[int](), 0
        for index, token in enumerate(inside):
            depth += (token.kind == OPEN) - (token.kind == CLOSE)
            if token.holds == "slice" and not depth:
                colons.append(index)
        if not colons or all(_is_plain(token) for token in inside):
            return
        for index in colons:
            if index and inside[index - 1].holds != "slice":
                inside[index].pre = " "
            if index + 1 < len(inside) and inside[index + 1].holds != "slice":
                inside[index + 1].pre = " "


def _is_plain(token: Token) -> bool:
    """Whether a slice with it has no blanks around its colon: names, constants, signs."""
    return token.kind in (NAME, NUMBER, TEXT) or (token.text in (":", "-", "+", "~") and not token.before)
