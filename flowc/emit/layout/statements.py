"""Statements: what one is, as far as its layout and the blank lines around it ask."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from flowc.emit.layout.expressions import OPERATORS, Reader
from flowc.emit.layout.reading import COMMAS
from flowc.emit.layout.tokens import NAME, OPEN, SIGN, TEXT, WORD, OddError, Token


@frozen
class Statement:
    """A statement, or the header of a block."""

    kind: str
    """`def`, `class`, `decorator`, `import`, `text` for one that is a string alone, else `plain`."""
    tokens: list[Token]
    opens: bool = False
    is_fixed: bool = False
    """Laid out by what it says, not by what its shape is."""


def statement(tokens: list[Token]) -> Statement:
    """Read the tokens of a logical line; OddError for what this package leaves to black."""
    reader = Reader(tokens)
    first = tokens[0]
    read = _STATEMENTS.get(first.text) if first.kind == WORD or first.text == "@" else _expression
    if read is None:
        raise OddError(f"a statement with {first.text}")
    if first.kind == TEXT and len(tokens) == 1:
        return Statement("text", tokens, is_fixed=True)
    is_match = first.text in _MATCHING and tokens[-1].text == ":" and tokens[1].kind not in (SIGN, OPEN)
    kind = (_MATCHING[first.text] if is_match else read)(reader)
    if not reader.ends():
        raise OddError(f"not the end: {reader.word}")
    opens = kind in ("def", "class", "header")
    return Statement("plain" if kind == "header" else kind, reader.done(), opens, is_fixed=reader.must_fit or is_match)


def _header(reader: Reader) -> str:
    reader.take("", ":")
    return "header"


def _decorator(reader: Reader) -> str:
    reader.take("")
    reader.named("")
    return "decorator"


def _def(reader: Reader) -> str:
    reader.take("" if not reader.at else " ", "def")
    reader.take(" ", kind=NAME)
    left = reader.take("", "(")
    is_last = not reader.sees(")") and reader.params(")", "", typed=True)
    right = reader.take("", ")")
    left.mate, right.mate, right.is_magic = right, left, is_last
    if reader.sees("->"):
        reader.take(" ")
        reader.place(reader.test)
    _header(reader)
    return "def"


def _class(reader: Reader) -> str:
    reader.take("")
    reader.take(" ", kind=NAME)
    if reader.sees("("):
        if reader.tokens[reader.at + 1].text == ")":
            raise OddError("a class of nothing")
        reader.call()
    _header(reader)
    return "class"


def _async(reader: Reader) -> str:
    reader.take("")
    if not reader.sees("def", "for", "with"):
        raise OddError("async before nothing that can be")
    return {"def": _def, "for": _for, "with": _with}[reader.word](reader)


def _condition(reader: Reader) -> str:
    reader.take("")
    reader.place(reader.named)
    return _header(reader)


def _for(reader: Reader) -> str:
    reader.take(" " if reader.at else "").rise = 1
    reader.place(reader.targets, bare=True)
    reader.take(" ", "in").fall = 1
    if reader.sees("lambda"):
        raise OddError("a loop over a lambda")
    reader.place(reader.several)
    return _header(reader)


def _with(reader: Reader) -> str:
    reader.take(" " if reader.at else "")
    left = reader.tokens[reader.at]
    if (after := reader.after_mate()) != ":":
        if after in (",", "as"):
            raise OddError("with and parentheses that are not around all")
        start = reader.at
        _contexts(reader, " ")
        reader.wrap(start, reader.at)
        return _header(reader)
    reader.take(" ")
    left.is_atom = True
    left.mate.is_magic = _contexts(reader, "")
    reader.take("", ")")
    left.show("")
    left.mate.show("")
    return _header(reader)


def _contexts(reader: Reader, pre: str) -> bool:
    """What a block is entered with; whether a comma ends it."""
    count = 0
    while True:
        after = reader.after_mate()
        if after == "as":
            raise OddError("with, parentheses and as")
        if after in (",", ":", ")"):
            reader.place(reader.test, pre)
        else:
            reader.test(pre)
        count += 1
        if reader.sees("as"):
            reader.take(" ")
            if reader.sees("("):
                raise OddError("as and parentheses")
            reader.primary(" ")
        if not reader.sees(","):
            return False
        reader.take("").after = COMMAS
        pre = " "
        if reader.sees(")"):
            if count == 1:
                raise OddError("with and a comma")
            return True


def _except(reader: Reader) -> str:
    reader.take("")
    if not reader.sees(":"):
        if reader.sees("*"):
            raise OddError("except and a star")
        reader.place(reader.test)
        if reader.sees("as"):
            reader.take(" ")
            reader.take(" ", kind=NAME)
    return _header(reader)


def _lone(reader: Reader) -> str:
    reader.take("")
    return "plain" if reader.ends() else _header(reader)


def _return(reader: Reader) -> str:
    reader.take("")
    if not reader.ends():
        reader.place(reader.several)
    return "plain"


def _raise(reader: Reader) -> str:
    reader.take("")
    if not reader.ends():
        reader.test(" ")
        if reader.sees("from"):
            reader.take(" ")
            reader.test(" ")
    return "plain"


def _assert(reader: Reader) -> str:
    reader.take("")
    reader.place(reader.test)
    if reader.sees(","):
        reader.take("").after = COMMAS
        reader.place(reader.test)
        reader.must_fit = True  # two pairs of parentheses that could stand there
    return "plain"


def _del(reader: Reader) -> str:
    reader.take("")
    reader.place(reader.several)
    return "plain"


def _names(reader: Reader) -> str:
    reader.take("")
    reader.take(" ", kind=NAME)
    while reader.sees(","):
        reader.take("").after = COMMAS
        reader.take(" ", kind=NAME)
    return "plain"


def _dotted(reader: Reader, pre: str) -> None:
    reader.take(pre, kind=NAME)
    while reader.sees("."):
        reader.take("")
        reader.take("", kind=NAME)


def _import(reader: Reader) -> str:
    reader.take("")
    while True:
        _dotted(reader, " ")
        _as(reader)
        if not reader.sees(","):
            return "import"
        reader.take("").after = COMMAS


def _as(reader: Reader) -> None:
    if reader.sees("as"):
        reader.take(" ")
        reader.take(" ", kind=NAME)


def _from(reader: Reader) -> str:
    reader.take("")
    pre = " "
    while reader.sees(".", "..."):
        reader.take(pre)
        pre = ""
    if not reader.sees("import"):
        _dotted(reader, pre)
    reader.take(" ", "import")
    if reader.sees("*"):
        reader.take(" ")
        return "import"
    if not reader.sees("("):
        start = reader.at
        _imported(reader, " ")
        reader.wrap(start, reader.at)
        return "import"
    left = reader.take(" ")
    is_last = _imported(reader, "")
    right = reader.take("", ")")
    left.mate, right.mate, right.is_magic, left.is_atom = right, left, is_last, True
    left.show("")
    right.show("")
    return "import"


def _imported(reader: Reader, pre: str) -> bool:
    while True:
        reader.take(pre, kind=NAME)
        _as(reader)
        if not reader.sees(","):
            return False
        reader.take("").after = COMMAS
        pre = " "
        if reader.sees(")"):
            return True


def _yield(reader: Reader) -> str:
    reader.yielded("")
    return "plain"


def _expression(reader: Reader) -> str:
    start = reader.tokens[0]
    reader.several("")
    if reader.sees(":"):
        reader.take("")
        reader.place(reader.test)
        if reader.sees("="):
            reader.take(" ")
            reader.place(reader.given)
    elif reader.word in _ASSIGNING:
        if start.text == "(" and start.mate is reader.tokens[reader.at - 1]:
            # `(a,) = b` keeps them: a tuple of one needs its comma to be seen.
            if start.holds != "tuple" or start.mate.is_magic or reader.tokens[reader.at - 2].text != ",":
                reader.drop(0, reader.at)
        elif reader.loosest(0) == COMMAS:
            reader.wrap(0, reader.at)
        while reader.word in _ASSIGNING:
            reader.take(" ")
            reader.place(reader.given)
    elif reader.loosest(0) in _SUMS:
        reader.wrap(0, reader.at)
    return "plain"


_ASSIGNING = ("=", "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**=")
# A statement that is such a sum may get parentheses; a comparison or a call does not.
_SUMS = frozenset(OPERATORS[sign] for sign in ("+", "<<", "&", "^"))


def _match(reader: Reader) -> str:
    reader.take("")
    reader.place(reader.test)
    return _header(reader)


def _case(reader: Reader) -> str:
    reader.take("")
    reader.several(" ")
    _as(reader)
    if reader.sees("if"):
        reader.take(" ")
        reader.named(" ")
    return _header(reader)


_MATCHING = {"match": _match, "case": _case}
_STATEMENTS: dict[str, Callable[[Reader], str]] = {
    "@": _decorator,
    "def": _def,
    "class": _class,
    "async": _async,
    "if": _condition,
    "elif": _condition,
    "while": _condition,
    "for": _for,
    "with": _with,
    "except": _except,
    "return": _return,
    "raise": _raise,
    "assert": _assert,
    "del": _del,
    "import": _import,
    "from": _from,
    "yield": _yield,
    **dict.fromkeys(("not", "lambda", "await"), _expression),
    **dict.fromkeys(("try", "else", "finally", "pass", "break", "continue"), _lone),
    **dict.fromkeys(("global", "nonlocal"), _names),
}
