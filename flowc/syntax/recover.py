"""What to blank so that the rest of a file can still be read after a mistake.

A broken statement goes, and its doc comment with it; of a broken head the block stays, under a head that only this
file wrote (`if _ {`), so that what is wrong inside is told too. Offsets never change: characters become blanks,
newlines stay.
"""

from __future__ import annotations

import re

from attrs import frozen

from flowc.syntax.mistakes.brackets import first_unclosed
from flowc.syntax.mistakes.scene import Scene
from flowc.syntax.outline import DECLARATIONS, Line, Token, tokens


@frozen
class Repair:
    """The text to read next, and where a head in it stands that the user did not write."""

    text: str
    invented: frozenset[int] = frozenset()


def repair(scene: Scene) -> Repair:
    """Blank what is broken at `scene`; at least one character goes, so this comes to an end."""
    for attempt in (_endless_string, _unclosed, _doc, _statement, _declaration):
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
    return Repair(_blanked(scene.text, scene.line.start, len(scene.text)) + "\n}" * depth)


def _unclosed(scene: Scene) -> Repair | None:
    """A block without an end: its head goes, at the top of the file all of it."""
    if scene.kind != "$END" and scene.word not in DECLARATIONS:
        return None
    if (missing := first_unclosed(scene)) is None:
        return None
    brace, end = missing
    top = brace.head.text in DECLARATIONS
    return Repair(_blanked(scene.text, brace.head.start, end if top else brace.token.end))


def _doc(scene: Scene) -> Repair | None:
    return Repair(_blanked(scene.text, scene.doc.start, scene.doc.end)) if scene.doc else None


def _statement(scene: Scene) -> Repair | None:
    line = scene.line
    if not scene.text[line.start : line.end].strip():
        return None
    opener, closers = _unmatched(line)
    if closers:
        return _between(scene, closers[-1], opener)
    start = _with_docs(scene.text, line.start)
    if opener is None:
        return Repair(_blanked(scene.text, start, line.end))
    head = "flow _ " if _at_the_top(scene.text, line) else "if _ "
    if line.tokens[0].text in ("match", "schema", "fn", "enum") or opener.start - line.start < len(head):
        return Repair(_blanked(scene.text, start, _closing(scene.text, opener)))
    text = _blanked(scene.text, start, opener.start)
    text = text[: line.start] + head + text[line.start + len(head) :]
    return Repair(text, frozenset([line.start]))


def _between(scene: Scene, closer: Token, opener: Token | None) -> Repair:
    """`} broken` and `} broken {`: the braces stay."""
    if opener is None:
        return Repair(_blanked(scene.text, closer.end, scene.line.end))
    if opener.start - closer.end < len(" else "):
        return Repair(_blanked(scene.text, closer.end, _closing(scene.text, opener)))
    text = _blanked(scene.text, closer.end, opener.start)
    return Repair(text[: closer.end] + " else " + text[closer.end + len(" else ") :])


def _declaration(scene: Scene) -> Repair | None:
    """All from the last line that begins at the margin up to the next one: the whole declaration."""
    start = 0
    for margin in re.finditer(r"^[^\s}]", scene.text, re.MULTILINE):
        if margin.start() > scene.start:
            return Repair(_blanked(scene.text, start, margin.start()))
        start = margin.start()
    return Repair(_blanked(scene.text, start, len(scene.text)))


def _with_docs(text: str, start: int) -> int:
    """Where the doc comments begin that stand right before `start`."""
    docs = list(tokens(text[:start]))
    while docs and docs[-1].kind in ("doc", "comment", "newline"):
        token = docs.pop()
        start = token.start if token.kind == "doc" else start
    return start


def _at_the_top(text: str, line: Line) -> bool:
    signs = [token.text for token in tokens(text[: line.start]) if token.kind == "sign"]
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
