"""The last brackets of a line, as the place to break it at: head, body, tail.

Parentheses that could stand around an expression are such a pair too. They are set where the line reads worse without.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from flowc.emit.layout.line import WIDTH, Line, can_be_split, explodes, width, widths
from flowc.emit.layout.reading import COMMAS, DOTS
from flowc.emit.layout.tokens import CLOSE, OPEN, SIGN, TEXT, Token

Omitted = frozenset[Token]


class WholeError(Exception):
    """The line cannot be split in this way."""


@frozen
class Split:
    """A line in three at a pair of brackets, which stand at the end of its head and at the beginning of its tail."""

    head: Line
    body: Line
    tail: Line
    left: Token
    right: Token


def split_at(line: Line, start: int, end: int) -> Split:
    """The line at the brackets that stand at start and end."""
    tokens = line.tokens
    left, right = tokens[start], tokens[end]
    inner = tokens[start + 1 : end]
    if inner[-1].text != "," and (line.is_import or (line.is_def and left.text and _is_one_param(inner))):
        inner = [*inner, new_comma(inner[-1].depth)]
    body = Line(inner, line.depth + 1, inside=True)
    body.is_def = body.is_import = False
    body.must_split = explodes(body, left, is_import=line.is_import)
    head, tail = Line(tokens[: start + 1], line.depth), Line(tokens[end:], line.depth)
    tail.is_tail = True
    return Split(head, body, tail, left, right)


def _is_one_param(inner: list[Token]) -> bool:
    """Whether no comma stands there but in types."""
    return not any(token.text == "," and token.holds != "type" for token in inner)


def new_comma(depth: int) -> Token:
    """A comma that nobody wrote."""
    comma = Token(SIGN, ",")
    comma.depth, comma.after, comma.is_new = depth, COMMAS, True
    return comma


def trailers(line: Line) -> Iterator[Omitted]:
    """Ever more closing brackets at the end of the line that need not be broken at."""
    omitted: set[Token] = set()
    if not line.magic:
        yield frozenset()
    length = 4 * line.depth
    inner: set[Token] = set()
    opening: Token | None = None
    closing: Token | None = None
    tokens, sizes = line.tokens, widths(line.tokens)
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind == TEXT and "\n" in token.text:
            return
        length += sizes[index]
        if length > WIDTH or token.note:
            return
        if opening is not None:
            if token is opening:
                opening = None
            elif token.kind == CLOSE:
                inner.add(token)
        elif token.kind == CLOSE:
            before = tokens[index - 1] if index else None
            if before is not None and before.kind == OPEN:
                inner.add(token)
                continue
            if closing is not None:
                omitted.add(closing)
                omitted |= inner
                inner.clear()
                yield frozenset(omitted)
            if before is not None and before.text == "," and token.is_magic:
                return
            if token.text:
                opening, closing = token.mate, token


def last_brackets(line: Line, omitted: Omitted) -> Split:
    """The line at its last brackets that hold something and are not omitted."""
    tokens = line.tokens
    index = len(tokens) - 1
    places: dict[Token, int] | None = None
    while index >= 0:
        token = tokens[index]
        if token.kind == CLOSE and token not in omitted:
            places = places or {each: place for place, each in enumerate(tokens)}
            start = places.get(token.mate, -1)
            if start < 0:
                raise WholeError
            if start < index - 1:
                return split_at(line, start, index)
            index = start
        index -= 1
    raise WholeError


def omitting(line: Line, split: Split, omitted: Omitted, forced: bool) -> list[Line]:
    """The split, or a better one without the parentheses that could stand there."""
    if not forced and not split.left.text and not line.is_import and _can_omit(split):
        wider = omitted | {split.right}
        try:
            other = last_brackets(line, wider)
            if _is_better(other, split):
                return omitting(line, other, wider, forced)
        except WholeError:
            if not _is_chained(line) and not can_be_split(split.body) and (line.is_def or not split.body.is_short):
                raise
    if split.tail.has_long_text:
        raise WholeError
    if not split.left.text:
        split.left.show("(")
        split.right.show(")")
    return [split.head, split.body, split.tail]


def _is_chained(line: Line) -> bool:
    return sum(token.text == "=" for token in line.tokens) > 1


def _can_omit(split: Split) -> bool:
    """Whether the body reads well without parentheses around it."""
    body = split.body
    delimiters = body.delimiters()
    highest = max(delimiters)
    if not highest:
        return True
    count = delimiters.count(highest)
    if count > 1 or (split.head.is_with and highest == COMMAS):
        return False
    if highest == DOTS:
        return True
    tokens = body.tokens
    first, second, last = tokens[0], tokens[1], tokens[-1]
    if first.kind == OPEN and second.kind != CLOSE and _fits_after(body, first):
        return True
    is_closing = last.text == ")" or last.text == "}" or (last.kind == CLOSE and not last.text)
    if is_closing or (last.text == "]" and last.mate.is_atom):
        if tokens[-2].kind == OPEN:
            return False
        if first.kind == TEXT and "\n" in first.text:
            return True
        return _fits_before(body, last)
    return False


def _fits_after(body: Line, first: Token) -> bool:
    """Whether what follows the brackets at the beginning fits, up to the next that can be broken at."""
    length = 4 * body.depth
    is_rest = False
    for token, size in zip(body.tokens, widths(body.tokens), strict=True):
        if "\n" in token.text:
            return False
        if token is first.mate:
            is_rest = True
        if is_rest:
            length += size
            if length > WIDTH:
                return False
            if token.kind == OPEN:
                is_rest = False
    return True


def _fits_before(body: Line, last: Token) -> bool:
    """Whether what comes before the brackets at the end fits, or can be broken at others."""
    if last.kind != CLOSE:
        return False
    length = 4 * body.depth
    has_others = False
    for token, size in zip(body.tokens, widths(body.tokens), strict=True):
        if "\n" in token.text:
            return False
        length += size
        if token is last.mate:
            return has_others or length <= WIDTH
        if token.kind == OPEN:
            has_others = True
    return False


def _is_better(other: Split, split: Split) -> bool:
    """Whether to break at other brackets rather than to set parentheses."""
    head, wider = split.head.tokens, other.head.tokens
    if not (len(head) >= 2 and head[-2].text == "=") or not any(token.kind in (OPEN, CLOSE) for token in head[:-1]):
        return True
    if width(split.head.render()) >= WIDTH or split.head.magic:
        return True
    count, fewer = _equals(head), _equals(wider)
    if count > 1 and count > fewer:
        return False
    for token in reversed(wider):
        if token.text == "=":
            break
        if token.kind == CLOSE:
            return True
    return fewer > 0 and other.head.is_short


def _equals(tokens: list[Token]) -> int:
    return sum(token.text == "=" for token in tokens)
