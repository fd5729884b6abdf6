"""Random Python for the layout: statements of many lengths around the limit, modules with blocks and empty lines."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_OPERATORS = (("and",), ("or",), ("and", "or"), ("+", "-", "*"), (">>",), ("|",), ("==", "<"), ("in", "not in", "is"))
_LENGTHS = (1, 1, 2, 4, 6, 9, 9, 13, 20, 30)


class Python:
    """Writes random source. Much of it means nothing, but all of it parses."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *writers: Callable[[], str]) -> str:
        return self.random.choice(writers)()

    def some(self, write: Callable[[], str], *counts: int) -> str:
        return ", ".join(write() for _ in range(self.random.choice(counts)))

    def maybe(self, share: float, text: str) -> str:
        return text if self.random.random() < share else ""

    # ------------------------------------------------------------------ expressions

    def name(self) -> str:
        return self.random.choice("abcxyz") + "".join(
            self.random.choice("abcxyz_") for _ in range(self.random.choice(_LENGTHS) - 1)
        )

    def text(self) -> str:
        words = " ".join(self.name() for _ in range(self.random.choice((0, 1, 1, 2, 4, 7))))
        return self.random.choice(
            (f'"{words}"', f'"{words}"', f"'say \"{words}\"'", f'f"{words} {{{self.name()}}} it\'s"', f"'{words}'")
        )

    def constant(self) -> str:
        return self.one(
            self.text, self.text, lambda: self.random.choice(("0", "17", "123456789", "1.5", "None", "True"))
        )

    def atom(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.35:
            return self.one(self.name, self.constant)
        return self.one(
            lambda: self.chain(depth),
            lambda: self.chain(depth),
            lambda: f"[{self.some(lambda: self.element(depth), 0, 1, 2, 2, 3, 5)}]",
            lambda: "{" + self.some(lambda: self.entry(depth), 0, 1, 2, 3, 5) + "}",
            lambda: f"({self.element(depth)}, {self.some(lambda: self.element(depth), 1, 2, 3)})",
            lambda: f"({self.element(depth)},)",
            lambda: f"[{self.loop(depth)}]",
            lambda: f"({self.loop(depth)})",
            lambda: f"{{{self.name()}: {self.loop(depth)}}}",
            lambda: f"({self.sum(depth)})",
            lambda: f"{self.text()} {self.text()}",
        )

    def element(self, depth: int) -> str:
        return self.maybe(0.05, "*") + self.name() if self.random.random() < 0.2 else self.test(depth - 1)

    def entry(self, depth: int) -> str:
        return f"{self.constant()}: {self.test(depth - 1)}" if self.random.random() < 0.9 else f"**{self.name()}"

    def loop(self, depth: int) -> str:
        loops = "".join(
            f" for {self.some(self.name, 1, 2)} in {self.sum(depth - 1)}{self.maybe(0.4, ' if ' + self.sum(depth - 1))}"
            for _ in range(self.random.choice((1, 1, 1, 2)))
        )
        return self.test(depth - 1) + loops

    def arguments(self, depth: int) -> str:
        if self.random.random() < 0.05:
            return self.loop(depth)
        found = [self.test(depth - 1) for _ in range(self.random.choice((0, 1, 1, 2, 2, 3, 4)))]
        found += [f"{self.name()}={self.test(depth - 1)}" for _ in range(self.random.choice((0, 0, 1, 2)))]
        found += [f"**{self.name()}"] if self.random.random() < 0.1 else []
        return ", ".join(found)

    def chain(self, depth: int) -> str:
        """A name with calls, attributes and elements."""
        links = [
            self.one(
                lambda: "." + self.name(),
                lambda: f"({self.arguments(depth)})",
                lambda: f"({self.arguments(depth)})",
                lambda: f"[{self.random.choice(('1:2', ':', self.name() + ' + 1 :', self.test(depth - 1)))}]",
            )
            for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 4)))
        ]
        return self.name() + "".join(links)

    def sum(self, depth: int) -> str:
        """Operands with operators between them."""
        operators = self.random.choice(_OPERATORS)
        text = self.operand(depth)
        for _ in range(self.random.choice((0, 0, 1, 1, 2, 3))):
            text += f" {self.random.choice(operators)} {self.operand(depth)}"
        return text

    def operand(self, depth: int) -> str:
        return self.random.choice(("", "", "", "", "", "not ", "-")) + self.atom(depth)

    def test(self, depth: int) -> str:
        kind = self.random.random()
        if depth <= 0 or kind < 0.6:
            return self.atom(depth)
        if kind < 0.85:
            return self.sum(depth)
        if kind < 0.95:
            return f"{self.sum(depth - 1)} if {self.sum(depth - 1)} else {self.test(depth - 1)}"
        return f"lambda{self.random.choice(('', ' x', ' a, b', ' x=1, *y'))}: {self.test(depth - 1)}"

    # ------------------------------------------------------------------ statements

    def type(self) -> str:
        return self.one(
            self.name,
            lambda: f"{self.name()}[{self.some(self.name, 1, 2, 3)}]",
            lambda: f"{self.name()} | None",
        )

    def param(self) -> str:
        return self.one(
            self.name,
            lambda: f"{self.name()}: {self.type()}",
            lambda: f"{self.name()}: {self.type()} = {self.constant()}",
            lambda: f"{self.name()}={self.constant()}",
        )

    def definition(self) -> str:
        names = [f"{self.name()}: {self.type()}" for _ in range(self.random.choice((1, 1, 2, 3, 5)))]
        names += ["*", *(self.param() for _ in range(self.random.choice((1, 2))))] if self.random.random() < 0.3 else []
        return f"def {self.name()}({', '.join(names)}){self.maybe(0.5, ' -> ' + self.type())}:"

    def target(self) -> str:
        return self.one(
            self.name, self.name, lambda: f"{self.name()}.{self.name()}", lambda: f"{self.name()}[{self.constant()}]"
        )

    def simple(self, depth: int) -> str:
        """A statement in one line."""
        value = self.test(depth)
        return self.random.choice(
            (
                f"{self.target()} = {value}",
                f"{self.target()} = {value}",
                f"{self.name()} = {self.name()} = {value}",
                f"{self.name()}: {self.type()} = {value}",
                f"{self.target()} += {value}",
                f"{self.name()}, {self.name()} = {value}, {self.constant()}",
                f"return {value}",
                f"return {value}, {self.name()}",
                self.chain(depth),
                self.chain(depth),
                self.sum(depth),
                f"assert {value}, {self.constant()}",
                f"raise {self.chain(depth)}{self.maybe(0.5, ' from None')}",
                f"del {self.name()}, {self.name()}",
                f"from {self.name()}.{self.name()} import {self.some(self.name, 1, 2, 5)}",
                f"import {self.name()}",
            )
        )

    def header(self, depth: int) -> str:
        """What begins a block."""
        return self.random.choice(
            (
                self.definition(),
                self.definition(),
                f"class {self.name()}({self.some(self.name, 1, 2, 4)}):",
                f"if {self.test(depth)}:",
                f"while {self.test(depth)}:",
                f"for {self.some(self.name, 1, 2)} in {self.sum(depth)}:",
                f"with {self.chain(depth)} as {self.name()}:",
                f"with {self.chain(depth)}, {self.chain(depth)} as {self.name()}:",
            )
        )

    # ------------------------------------------------------------------ modules

    def module(self, depth: int = 3) -> str:
        """Blocks in blocks, with comments, docstrings, decorators and any number of empty lines."""
        return "\n".join(self._block(0, depth, "class")) + "\n"

    def _empty(self) -> list[str]:
        return [""] * self.random.choice((0, 0, 0, 0, 1, 1, 2, 3))

    def _block(self, level: int, depth: int, kind: str) -> list[str]:
        margin, found = " " * (4 * level), list[str]()
        if kind in ("def", "class") and self.random.random() < 0.4:
            found += [*self._empty(), f'{margin}"""What it is for."""']
        for _ in range(self.random.choice((1, 1, 2, 3, 5))):
            found += self._empty()
            if self.random.random() < 0.15:
                found += [f"{margin}# a comment", *self._empty()]
            if depth <= 0 or self.random.random() < 0.55:
                found.append(margin + self.simple(1) + self.maybe(0.1, "  # a note"))
                continue
            header = self.header(1)
            word = header.split()[0]
            if word in ("def", "class") and self.random.random() < 0.3:
                found.append(f"{margin}@{self.chain(1)}")
            found += [margin + header, *self._block(level + 1, depth - 1, word)]
            if word == "if" and self.random.random() < 0.4:
                found += [*self._empty(), f"{margin}else:", *self._block(level + 1, depth - 1, "else")]
        return found
