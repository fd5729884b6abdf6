"""Which `{` has no end and which `}` no beginning, when their numbers differ: told by indentation."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from flowc.source import Source
from flowc.syntax.mistakes.scene import Scene
from flowc.syntax.outline import BOTH, DECLARATIONS, Token, indent, line_at, lines, tokens


@frozen
class Brace:
    """A `{`, the first token of its statement, how far to the right that begins, how many braces were open before."""

    token: Token
    head: Token
    indent: int
    depth: int


@frozen
class _Step:
    """A brace or the first token of a statement, with the first token of the statement."""

    token: Token
    head: Token

    @property
    def first(self) -> bool:
        return self.token is self.head


def first_unclosed(source: Source, text: str, before: int) -> tuple[Brace, int] | None:
    """The first `{` before an offset that has no end, and where the next declaration or the text ends it."""
    if surplus(text) <= 0:
        return None
    open_: list[Brace] = []
    unclosed: list[tuple[Brace, int]] = []
    for step in _steps(text):
        margin = indent(source, step.head.start)
        if step.first and step.token.text in (*DECLARATIONS, *BOTH) and open_ and margin <= open_[0].indent:
            unclosed += [(brace, step.token.start) for brace in open_]
            open_.clear()
        if step.token.text == "{":
            open_.append(Brace(step.token, step.head, margin, len(open_)))
        elif step.token.text == "}":
            if step.first and any(brace.indent == margin for brace in open_):
                while open_[-1].indent > margin:
                    unclosed.append((open_.pop(), step.token.start))
            if open_:
                open_.pop()
    unclosed += [(brace, len(text)) for brace in open_]
    unclosed.sort(key=lambda item: item[0].token.start)
    return next((item for item in unclosed if item[0].token.start < before), None)


def stray_closer(source: Source, text: str, before: int) -> Token | None:
    """The first `}` up to an offset that closes nothing or stands where nothing is to be closed."""
    if surplus(text) >= 0:
        return None
    heads: list[Token] = []
    for step in _steps(text):
        if step.token.start > before:
            break
        if step.token.text == "{":
            heads.append(step.head)
        elif step.token.text == "}":
            if not heads or not _may_close(source, step, heads.pop()):
                return step.token
    return None


def _may_close(source: Source, step: _Step, head: Token) -> bool:
    """A `}` closes what its own statement opened, or begins a line as far to the right as what it closes."""
    if not step.first:
        return step.head is head
    return indent(source, step.head.start) == indent(source, head.start)


def unclosed_before(scene: Scene) -> tuple[Brace, int] | None:
    """The `{` that the text's end, or a declaration as far to the left as what opened it, shows to have no end."""
    if scene.kind != "$END" and not _declares_too_far_left(scene):
        return None
    return first_unclosed(scene.source, scene.text, scene.start)


def _declares_too_far_left(scene: Scene) -> bool:
    opened = scene.opened
    if scene.word not in (*DECLARATIONS, *BOTH) or "FLOW" in scene.expected or opened is None:
        return False
    opener = line_at(scene.lines, opened)
    start = scene.line.start
    return opener is not None and opened < start and indent(scene.source, start) <= indent(scene.source, opener.start)


def surplus(text: str) -> int:
    """How many `{` there are more than `}`."""
    signs = [token.text for token in tokens(text) if token.kind == "sign"]
    return signs.count("{") - signs.count("}")


def _steps(text: str) -> Iterator[_Step]:
    for line in lines(text):
        head = line.tokens[0]
        for token in line.tokens:
            if token is head or (token.kind == "sign" and token.text in "{}"):
                yield _Step(token, head)
