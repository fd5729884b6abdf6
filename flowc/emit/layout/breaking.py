"""How a line that is too long is broken, as black breaks it.

At its last pair of brackets first: head, body, tail. A body that is still too long breaks beside its commas, or else
beside the operators that bind it most loosely.
"""

from __future__ import annotations

from collections.abc import Callable

from flowc.emit.layout.brackets import Omitted, WholeError, last_brackets, new_comma, omitting, split_at, trailers
from flowc.emit.layout.line import Line, fits
from flowc.emit.layout.reading import COMMAS, DOTS
from flowc.emit.layout.tokens import OPEN, OddError, Token

Lines = list[Line]


def broken(line: Line, *, forced: bool = False) -> list[str]:
    """The lines that black makes of a line."""
    text = line.render()
    has_magic = line.magic
    if has_magic and line.is_tail:
        raise OddError("a comma at the end of arguments that are not the last")
    if not line.must_split and not has_magic and line.holds_in(text):
        return [text]
    if line.is_def:
        ways: list[Callable[[Line, bool], Lines]] = [_at_first_bracket]
    elif line.inside:
        ways = [_at_delimiters, _at_last_brackets]
    else:
        ways = [_at_last_brackets]
    for way in ways:
        try:
            return _run(way, line, text, forced)
        except WholeError:
            continue
    return [line.render()]  # perhaps with parentheses, that were tried


def _run(way: Callable[[Line, bool], Lines], line: Line, text: str, forced: bool) -> list[str]:
    """One way of breaking, and what comes of its parts; with parentheses, if that keeps them short enough."""
    hidden = line.hidden()
    found: list[str] = []
    for part in way(line, forced):
        if part.render() == text:
            raise WholeError
        found += broken(part, forced=forced)
    if forced or way is not _at_last_brackets or fits(found[0]) or not _may_be_shown(line, hidden):
        return found
    other = _run(way, line, text, True)
    _hide(hidden)
    return other if all(fits(each) for each in other) else found


def _may_be_shown(line: Line, hidden: list[Token]) -> bool:
    """Whether there are parentheses that were not set and could be."""
    is_settled = line.is_tail or line.has_long_text or any(token.is_new for token in line.tokens)
    return bool(hidden) and not is_settled and not any(token.text for token in hidden)


def _hide(tokens: list[Token]) -> None:
    for token in tokens:
        token.show("")
        token.mate.show("")


# ---------------------------------------------------------------------- definitions


def _at_first_bracket(line: Line, _forced: bool) -> Lines:
    tokens = line.tokens
    for index, token in enumerate(tokens):
        if token.kind == OPEN and token.text in ("(", "") and token.mate in tokens:
            end = tokens.index(token.mate)
            if end > index + 1:
                parts = _parts(line, index, end)
                if tokens[index - 1].text == "->" and not parts[1].is_short:
                    raise OddError("a result that is too long")
                return parts
    raise WholeError


def _parts(line: Line, start: int, end: int) -> Lines:
    """Head, body and tail around the brackets at start and end, which are seen from now on."""
    left, right = line.tokens[start], line.tokens[end]
    split = split_at(line, start, end)
    if not left.text:
        left.show("(")
        right.show(")")
    return [split.head, split.body, split.tail]


# ---------------------------------------------------------------------- delimiters


def _at_delimiters(line: Line, _forced: bool) -> Lines:
    tokens = line.tokens
    delimiters = line.delimiters()
    highest = max(delimiters[:-1], default=0)
    if not highest or (highest == DOTS and delimiters.count(DOTS) == 1):
        raise WholeError
    parts: list[list[Token]] = []
    begin = 0
    for index, priority in enumerate(delimiters):
        if priority == highest:
            parts.append(tokens[begin : index + 1])
            begin = index + 1
    if begin < len(tokens):
        rest = tokens[begin:]
        if highest == COMMAS and tokens[-1].text != ",":
            rest = [*rest, new_comma(tokens[begin].depth)]
            if tokens[-1].note:
                rest[-1].note, tokens[-1].note = tokens[-1].note, ""
        parts.append(rest)
    return [Line(part, line.depth, inside=line.inside) for part in parts]


# ---------------------------------------------------------------------- the last brackets


def _at_last_brackets(line: Line, forced: bool) -> Lines:
    for omitted in trailers(line):
        parts = _right_hand(line, omitted, forced)
        if parts[0].is_short:
            return parts
    return _right_hand(line, frozenset(), forced)


def _right_hand(line: Line, omitted: Omitted, forced: bool) -> Lines:
    return omitting(line, last_brackets(line, omitted), omitted, forced)
