"""Variables of comprehensions in Python: one that hides nothing which stands beside it.

[len for len in xs if len > 1]               [len_ for len_ in xs if len_ > 1]      a built-in
[str(text) for text in xs]                   [text(text_) for text_ in xs]          a function of the support module
[v for v in xs if v > n]                     [v_ for v_ in v.xs if v_ > v.n]        a name of the target's own

While an expression is being written a variable has a name of ours; its own comes with the comprehension around it,
when all that stands there is known.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from attrs import evolve

from flowc.target.code import ATOM, OR, Code, compose, identifier

_OURS = "flowc_local_"  # no name of a user begins so
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_STRING = re.compile(r"""[rb]?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_FORMATTED = re.compile(r"""\b[fF]r?["']""")


def local(name: str) -> Code:
    """A variable where it is read."""
    return Code(_OURS + name)


def comprehension(value: Code, variable: str, over: Code, condition: Code | None) -> Code:
    """`[value for variable in over if condition]`."""
    inside = (value,) if condition is None else (value, condition)
    name = _free(variable, {found for code in inside for found in _names(code)})
    value, *rest = (_named(code, variable, name) for code in inside)
    test = "".join(f" if {code.at(OR)}" for code in rest)
    return compose(f"[{value.text} for {name} in {over.at(OR)}{test}]", ATOM, (value, over, *rest))


def _named(code: Code, variable: str, name: str) -> Code:
    return evolve(code, text=re.sub(rf"\b{_OURS}{variable}\b", name, code.text))


def _free(name: str, taken: set[str]) -> str:
    found = identifier(name)
    while found in taken or hasattr(builtins, found):
        found += "_"
    return found


def _names(code: Code) -> Iterator[str]:
    """The names in a piece of source: what stands between quotes is none, but in an f-string it may be one."""
    yield from code.support
    yield from _NAME.findall(code.text if _FORMATTED.search(code.text) else _STRING.sub("", code.text))
