"""Going through the tokens of a statement, and writing on them: blanks, and parentheses that could stand there."""

from __future__ import annotations

from collections.abc import Callable

from flowc.emit.layout.tokens import CLOSE, OPEN, TEXT, OddError, Token, hidden

# How gladly a line breaks: beside `for` first, then at commas, beside `if` and `else`, `and`, texts, comparisons, sums.
LOOPS, COMMAS, CHOICE, LOGIC, TEXTS, COMPARING, DOTS = 20, 18, 16, 14, 12, 10, 1
_END = Token("end", "\n")


class Reading:
    """The tokens of a statement, the place in them, and what is written on them."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [*tokens, _END, _END]
        self.at = 0
        self.opens: dict[int, list[Token]] = {}
        self.closes: dict[int, list[Token]] = {}
        self.choices: dict[tuple[int, int], Token] = {}
        self.must_fit = False

    @property
    def word(self) -> str:
        """The next token's text."""
        return self.tokens[self.at].text

    def sees(self, *texts: str) -> bool:
        """Whether the next token is one of these."""
        return self.tokens[self.at].text in texts

    def next_is(self, text: str) -> bool:
        """Whether the token after the next is this one."""
        return self.tokens[self.at + 1].text == text

    def take(self, pre: str, text: str = "", kind: str = "") -> Token:
        """The next token, which has these blanks before it; OddError if it is another than asked for."""
        token = self.tokens[self.at]
        if token is _END or (text and token.text != text) or (kind and token.kind != kind):
            raise OddError(f"not {text or kind or 'more'}: {token.text}")
        token.pre = pre
        self.at += 1
        return token

    def ends(self) -> bool:
        """Whether no token is left."""
        return self.tokens[self.at] is _END

    def wrap(self, start: int, end: int, *, is_atom: bool = True) -> Token:
        """Parentheses that could stand around the tokens from start to end."""
        left, right = hidden(True), hidden(False)
        left.is_atom = is_atom
        left.mate, right.mate = right, left
        left.pre, self.tokens[start].pre = self.tokens[start].pre, ""
        if others := self.opens.get(start):
            left.pre, others[0].pre = others[0].pre, ""
        self.opens.setdefault(start, []).insert(0, left)
        self.closes.setdefault(end, []).append(right)
        return left

    def place(self, read: Callable[[str], object], pre: str = " ", *, bare: bool = False) -> None:
        """An expression around which parentheses may be set or left out, with `bare` also those of a tuple."""
        start = self.at
        read(pre)
        first, last = self.tokens[start], self.tokens[self.at - 1]
        if first.kind == TEXT and self.at == start + 1 and "\n" in first.text:
            return
        if first.text == "(" and first.mate is last:
            if bare or first.holds == "expression":
                self.drop(start, self.at)
            elif first.holds == "yield":
                raise OddError("a yield in parentheses")
            return
        if choice := self.choices.get((start, self.at)):
            choice.is_atom = True
            return
        self.wrap(start, self.at)

    def drop(self, start: int, end: int) -> None:
        """Parentheses around all that stands from start to end are such that could stand there."""
        left, right, inner = self.tokens[start], self.tokens[end - 1], self.tokens[start + 1]
        is_single = left.holds == "tuple" and not right.is_magic and self.tokens[end - 2].text == ","
        if left.holds not in ("expression", "tuple") or is_single:
            raise OddError("parentheses that black drops")
        if inner.text == "(" and inner.mate is self.tokens[end - 2]:
            raise OddError("parentheses in parentheses")
        left.show("")
        right.show("")

    def loosest(self, start: int) -> int:
        """The operator that binds most loosely from there to here, as it is weighed; LOGIC for `not`."""
        found = depth = 0
        for token in self.tokens[start : self.at]:
            depth += (token.kind == OPEN) - (token.kind == CLOSE)
            if depth:
                continue
            if token.text in ("not", "lambda"):
                found = max(found, LOGIC)
            elif token.kind != TEXT:
                found = max(found, token.before, token.after)
        return found

    def find_mate(self, start: int) -> int:
        """Where a bracket is closed; the two know each other from now on, before what is inside is read."""
        left, depth = self.tokens[start], 0
        for index in range(start, len(self.tokens)):
            token = self.tokens[index]
            depth += (token.kind == OPEN) - (token.kind == CLOSE)
            if not depth:
                left.mate, token.mate = token, left
                return index
        raise OddError("brackets that do not close")

    def after_mate(self) -> str:
        """What comes after the parentheses that begin here; nothing if none do."""
        return self.tokens[self.find_mate(self.at) + 1].text if self.sees("(") else ""

    def done(self) -> list[Token]:
        """All tokens with the hidden parentheses among them, each with its depth."""
        found: list[Token] = []
        for index, token in enumerate(self.tokens):
            if closes := self.closes.get(index):
                self._move_note(found[-1], closes)
                found += closes
            found += self.opens.get(index, ())
            found.append(token)
        del found[-2:]
        depth = 0
        for token in found:
            if token.kind == CLOSE:
                depth -= 1
            depth -= token.fall
            token.depth = depth
            if token.kind == OPEN:
                depth += 1
            depth += token.rise
        return found

    def _move_note(self, last: Token, closes: list[Token]) -> None:
        """A comment behind parentheses that could stand there is theirs, unless they hold one thing."""
        if last.note and self.opens and not any(last is left for left in self._first_in(closes)):
            closes[-1].note, last.note = last.note, ""

    def _first_in(self, closes: list[Token]) -> list[Token]:
        starts = [start for start, lefts in self.opens.items() for left in lefts if left.mate is closes[-1]]
        return [self.tokens[start] for start in starts]
