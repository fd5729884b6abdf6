"""Pieces of Python source: text, how tightly it binds, and the names that it needs."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from itertools import groupby

from attrs import evolve, frozen

from flowc.target.literals import Imports

CHOOSE, OR, AND, NOT, COMPARE, ADD, MULTIPLY, NEGATE, ATOM = range(9)
"""How tightly Python binds, loosest first."""


@frozen
class Code:
    """An expression. `imports` are (module, name) pairs; `support` are functions of the copied runtime."""

    text: str
    level: int = ATOM
    imports: Imports = frozenset()
    support: frozenset[str] = frozenset()

    def at(self, level: int) -> str:
        """The text, in parentheses if it binds more loosely than its place asks for."""
        return self.text if self.level >= level else f"({self.text})"

    @property
    def is_simple(self) -> bool:
        """A name, a literal, an attribute or an element: nothing is called, so writing it twice is harmless."""
        return self.level == ATOM and "(" not in self.text


def compose(
    text: str, level: int, parts: Iterable[Code] = (), *, imports: Imports = frozenset(), support: str = ""
) -> Code:
    """Source made of parts: it needs what they need, and the given import and support function."""
    parts = tuple(parts)
    return Code(
        text,
        level,
        imports.union(*(part.imports for part in parts)),
        frozenset({support} - {""}).union(*(part.support for part in parts)),
    )


def infix(operator: str, left: Code, right: Code, level: int) -> Code:
    """`left operator right`, left-associative, comparisons not at all."""
    first = left.at(level + 1 if level == COMPARE else level)
    return compose(f"{first} {operator} {right.at(level + 1)}", level, (left, right))


def call(function: str, *args: Code) -> Code:
    """A call of a built-in function."""
    return compose(f"{function}({', '.join(arg.text for arg in args)})", ATOM, args)


def support(function: str, *args: Code) -> Code:
    """A call of a support function."""
    return compose(f"{function}({', '.join(arg.text for arg in args)})", ATOM, args, support=function)


def attribute(operand: Code, name: str) -> Code:
    """`operand.name`."""
    return compose(f"{_before_dot(operand)}.{name}", ATOM, (operand,))


def method(operand: Code, name: str, *args: Code) -> Code:
    """`operand.name(args)`."""
    return compose(f"{_before_dot(operand)}.{name}({', '.join(arg.text for arg in args)})", ATOM, (operand, *args))


def element(operand: Code, index: Code) -> Code:
    """`operand[index]`."""
    return compose(f"{operand.at(ATOM)}[{index.text}]", ATOM, (operand, index))


def either(condition: Code, then: Code, otherwise: Code) -> Code:
    """`then if condition else otherwise`."""
    text = f"{then.at(OR)} if {condition.at(OR)} else {otherwise.text}"
    return compose(text, CHOOSE, (condition, then, otherwise))


def identifier(name: str) -> str:
    """The name, with `_` at its end where Python has it for itself."""
    return name + "_" if keyword.iskeyword(name) else name


def needing(code: Code, module: str, *names: str) -> Code:
    """The same source, with names imported from a module."""
    return evolve(code, imports=code.imports | {(module, name) for name in names})


def import_lines(imports: Iterable[tuple[str, str]]) -> list[str]:
    """`from a import b, c`, a line a module, in order; ("a", "") is `import a`."""
    lines: list[str] = []
    for module, group in groupby(sorted(set(imports)), key=lambda pair: pair[0]):
        names = [name for _, name in group]
        if "" in names:
            lines.append(f"import {module}")
        if listed := [name for name in names if name]:
            lines.append(f"from {module} import {', '.join(listed)}")
    return lines


def _before_dot(operand: Code) -> str:
    """`5 .x` and `5.x` are both nothing that anyone would write."""
    text = operand.at(ATOM)
    return f"({text})" if text.isdigit() else text
