"""What to blank so that the rest of a file can still be read after a mistake.

A broken statement goes, and its doc comment with it; of a broken head the block stays, under a head that only this
file wrote (`if _ {`), so that what is wrong inside is told too. Offsets never change: characters become blanks,
newlines stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from attrs import frozen

from flowc.diagnostics.suggest import closest
from flowc.syntax.mistakes.braces import stray_closer, unclosed_before
from flowc.syntax.mistakes.brackets import headless
from flowc.syntax.mistakes.habits import block_after_colon
from flowc.syntax.mistakes.parts import map_for_block
from flowc.syntax.mistakes.scene import Scene
from flowc.syntax.outline import BOTH, Line, Token, indent, line_at, tokens

_OF_STATEMENTS = (*BOTH, "flow", "template", "profile", "test", "dag", "pipeline", "workflow")
"""First words of what has a block of statements, at the top of a file."""


@frozen
class Repair:
    """The text to read next, and where a head in it stands that the user did not write."""

    text: str
    invented: frozenset[int] = frozenset()


def repair(scene: Scene) -> Repair:
    """Blank what is broken at `scene`; at least one character goes, so this comes to an end."""
    for attempt in (_endless_string, _unclosed, _stray, _headless, _after_colon, _map, _doc, _statement, _declaration):
        repaired = attempt(scene)
        if repaired is not None and repaired.text != scene.text:
            return repaired
    return Repair(_blanked(scene.text, 0, len(scene.text)))


def _endless_string(scene: Scene) -> Repair | None:
    """A string that swallows the rest of the file: that goes, and the blocks it stood in are closed."""
    if scene.kind or not re.compile(r'r?"""').match(scene.text, scene.start):
        return None
    if scene.text.find('"""', scene.start + 4) >= 0:
        return None
    signs = [token for token in tokens(scene.text) if token.kind == "sign" and token.start < scene.line.start]
    depth = sum({"{": 1, "}": -1}.get(token.text, 0) for token in signs)
    text = _blanked(scene.text, scene.line.start, len(scene.text))
    return Repair(text[: len(text) - depth] + "}" * depth) if depth <= len(text) - scene.line.start else None


def _unclosed(scene: Scene) -> Repair | None:
    """A block without an end: its head goes, at the top of the file all of it."""
    if (missing := unclosed_before(scene)) is None:
        return None
    brace, end = missing
    return Repair(_blanked(scene.text, brace.head.start, end if brace.depth == 0 else brace.token.end))


def _stray(scene: Scene) -> Repair | None:
    """A `}` that closes nothing."""
    if "FLOW" not in scene.expected and scene.kind != "RBRACE" and not (scene.before and scene.before.text == "}"):
        return None
    stray = stray_closer(scene.source, scene.text, scene.end)
    return Repair(_blanked(scene.text, stray.start, stray.end)) if stray else None


def _headless(scene: Scene) -> Repair | None:
    """The block of a declaration that opened none: all of it."""
    if headless(scene) is None:
        return None
    return Repair(_blanked(scene.text, scene.line.start, _block_after(scene, scene.lines, 0, scene.line.start)))


def _after_colon(scene: Scene) -> Repair | None:
    """A block as Python has it, after a colon and further to the right: all of it."""
    if block_after_colon(scene) is None:
        return None
    start = scene.line.start
    end = _block_after(scene, scene.lines, indent(scene.source, start), start)
    return Repair(_blanked(scene.text, start, end))


def _block_after(scene: Scene, found: list[Line], margin: int, start: int) -> int:
    """Where the lines end that stand further to the right than `margin`, with a `}` there that closes them."""
    for line in found:
        right = indent(scene.source, line.start)
        if line.start > start and right <= margin:
            return line.tokens[0].end if line.tokens[0].text == "}" and right == margin else line.start
    return len(scene.text)


def _map(scene: Scene) -> Repair | None:
    """A map that was meant as a block: all of it."""
    head = map_for_block(scene)
    return Repair(_blanked(scene.text, head.start, _closing(scene.text, head.tokens[-1]))) if head else None


def _doc(scene: Scene) -> Repair | None:
    return Repair(_blanked(scene.text, scene.doc.start, scene.doc.end)) if scene.doc else None


def _statement(scene: Scene) -> Repair | None:
    line = scene.line
    if scene.opened is not None and scene.text[scene.opened] != "{":
        line = line_at(scene.lines, scene.opened) or line
    if not scene.text[line.start : line.end].strip():
        return None
    opener, closers = _unmatched(line)
    if closers:
        return _between(scene, closers[-1], opener)
    start = _with_docs(scene.text, line.start)
    if opener is None and scene.kind == "_NL" and "LBRACE" in scene.expected and "INT" not in scene.expected:
        margin = indent(scene.source, line.start)
        return Repair(_blanked(scene.text, start, max(line.end, _block_after(scene, scene.lines, margin, line.start))))
    if opener is None or opener is not line.tokens[-1]:
        return Repair(_blanked(scene.text, start, line.end))
    top = _at_the_top(scene.text, line)
    head, word = "flow _ " if top else "if _ ", line.tokens[0].text
    other = top and word not in _OF_STATEMENTS and not closest(word, _OF_STATEMENTS)
    if other or word in ("match", "schema", "fn", "enum") or opener.start - line.start < len(head):
        return Repair(_blanked(scene.text, start, _closing(scene.text, opener)))
    at = opener.start - len(head)  # right before its brace: no newline may come between
    text = _blanked(scene.text, start, at)
    return Repair(text[:at] + head + text[opener.start :], frozenset([at]))


def _between(scene: Scene, closer: Token, opener: Token | None) -> Repair:
    """`} broken` and `} broken {`: the braces stay."""
    if opener is None:
        return Repair(_blanked(scene.text, closer.end, scene.line.end))
    if opener.start - closer.end < len(" else ") or scene.found == "else":
        return Repair(_blanked(scene.text, closer.end, _closing(scene.text, opener)))
    text = _blanked(scene.text, closer.end, opener.start)
    return Repair(text[: closer.end] + " else " + text[closer.end + len(" else ") :])


def _declaration(scene: Scene) -> Repair | None:
    """All from the last line that begins at the margin up to the next one: the whole declaration."""
    start = 0
    for margin in re.finditer(r"^[^\s}]", scene.text, re.MULTILINE):
        if margin.start() > scene.start:
            return Repair(_blanked(scene.text, _with_docs(scene.text, start), margin.start()))
        start = margin.start()
    return Repair(_blanked(scene.text, _with_docs(scene.text, start), len(scene.text)))


def _with_docs(text: str, start: int) -> int:
    """Where the doc comments begin that stand right before `start`."""
    found = tokens(text)
    at = bisect_left(found, start, key=lambda token: token.start)
    while at and found[at - 1].kind in ("doc", "comment", "newline"):
        at -= 1
        start = found[at].start if found[at].kind == "doc" else start
    return start


def _at_the_top(text: str, line: Line) -> bool:
    signs = [token.text for token in tokens(text) if token.kind == "sign" and token.start < line.start]
    return signs.count("{") <= signs.count("}")


def _unmatched(line: Line) -> tuple[Token | None, list[Token]]:
    """The first `{` of the line that stays open, and the `}` in it that close something before it."""
    open_: list[Token] = []
    closers: list[Token] = []
    for token in line.tokens:
        if token.kind == "sign" and token.text == "{":
            open_.append(token)
        elif token.kind == "sign" and token.text == "}":
            if open_:
                open_.pop()
            else:
                closers.append(token)
    return (open_[0] if open_ else None), closers


def _closing(text: str, opener: Token) -> int:
    """Past the `}` that closes `opener`, or the end of the text."""
    depth = 0
    for token in tokens(text):
        if token.kind != "sign" or token.start < opener.start:
            continue
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return token.end
    return len(text)


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
