"""Brackets that are never closed, close nothing, or close another kind: told by indentation."""

from __future__ import annotations

from attrs import define, field

from flowc.diagnostics import Diagnostic, Edit, Label
from flowc.source import Source, Span
from flowc.syntax.mistakes.scene import Scene, mistake
from flowc.syntax.outline import DECLARATIONS, Brace, Token, indent, tokens

_CLOSES = {"(": ")", "[": "]", "{": "}"}


@define
class Braces:
    """The `{` without an end, each with where its indentation says that it ends, and the `}` without a beginning."""

    unclosed: list[tuple[Brace, int]] = field(factory=lambda: list[tuple[Brace, int]]())
    extra: list[Token] = field(factory=lambda: list[Token]())


def unmatched(source: Source, text: str) -> Braces:
    """What is unbalanced in `text`; a brace counts as closed by the `}` that begins a line as far to the right."""
    found = Braces()
    open_: list[Brace] = []
    head: Token | None = None
    for token in tokens(text):
        if token.kind == "newline":
            head = None
            continue
        if token.kind in ("doc", "comment"):
            continue
        first = head is None
        head = head or token
        margin = indent(source, head.start)
        if first and token.text in DECLARATIONS and open_ and margin <= open_[0].indent:
            found.unclosed += [(brace, token.start) for brace in open_]
            open_.clear()
        if token.kind != "sign":
            continue
        if token.text == "{":
            open_.append(Brace(token, head, margin))
        elif token.text == "}":
            if first and any(brace.indent == margin for brace in open_):
                while open_[-1].indent > margin:
                    found.unclosed.append((open_.pop(), token.start))
            if open_:
                open_.pop()
            else:
                found.extra.append(token)
    found.unclosed += [(brace, len(text)) for brace in open_]
    found.unclosed.sort(key=lambda item: item[0].token.start)
    return found


def first_unclosed(scene: Scene) -> tuple[Brace, int] | None:
    """The first `{` before the scene that has no end, if the whole text has too few `}`."""
    signs = [token.text for token in tokens(scene.text) if token.kind == "sign"]
    if signs.count("{") <= signs.count("}"):
        return None
    found = unmatched(scene.source, scene.text).unclosed
    return next((item for item in found if item[0].token.start < scene.start), None)


def unclosed_block(scene: Scene) -> Diagnostic | None:
    """At the end of the text, or at a declaration inside a block: some `{` has no end."""
    in_block = scene.word in DECLARATIONS and "FLOW" not in scene.expected
    if not (scene.kind == "$END" or in_block) or (missing := first_unclosed(scene)) is None:
        return None
    brace, end = missing
    place = Span(scene.source, brace.token.start, brace.token.end)
    guess = _dedent(scene, brace, end)
    related = [] if guess is None else [Label(guess, "by the indentation it ends before this")]
    return mistake(
        "FLOW102",
        f"this `{{` of `{brace.head.text}` is never closed",
        place,
        related=related,
        helps=["close it with  }  on a line of its own"],
    )


def _dedent(scene: Scene, brace: Brace, end: int) -> Span | None:
    """The first word after the line of `brace` that stands no further to the right than that line."""
    opened = scene.source.position(brace.token.start)[0]
    for line in scene.lines:
        if line.start <= brace.token.start or scene.source.position(line.start)[0] == opened:
            continue
        if indent(scene.source, line.start) <= brace.indent:
            return scene.where(line.tokens[0])
    return None


def unclosed_bracket(scene: Scene) -> Diagnostic | None:
    """A `(` or `[` was still open where a new statement, a block's end or the text's end came."""
    opened = scene.opened
    if opened is None or scene.text[opened] == "{":
        return None
    bracket = scene.text[opened]
    if not (scene.kind in ("$END", "RBRACE") or scene.line.start > opened):
        return None
    return mistake(
        "FLOW102",
        f"this `{bracket}` is never closed",
        scene.span(opened, opened + 1),
        helps=[f"close it with  {_CLOSES[bracket]}"],
    )


def wrong_closer(scene: Scene) -> Diagnostic | None:
    """`]` where `(` is open, or a closing bracket where nothing is."""
    if scene.kind not in ("RPAR", "RSQB", "RBRACE"):
        return None
    opened = scene.opened
    if opened is not None and _CLOSES[scene.text[opened]] == scene.found:
        return None
    if opened is not None and scene.text[opened] != "{" and scene.found != "}":
        right = _CLOSES[scene.text[opened]]
        return mistake(
            "FLOW101",
            f"`{scene.found}` cannot close `{scene.text[opened]}`",
            scene.place,
            related=[Label(scene.span(opened, opened + 1), "opened here")],
            helps=[f"close it with  {right}"],
            edits=[Edit(scene.place, right)],
        )
    return mistake(
        "FLOW101",
        f"this `{scene.found}` closes nothing",
        scene.place,
        helps=["leave it out"],
        edits=[Edit(scene.place, "")],
    )
