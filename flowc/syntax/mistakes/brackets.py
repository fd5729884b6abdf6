"""Brackets that are never closed, close nothing, or close another kind: told by indentation."""

from __future__ import annotations

from flowc.diagnostics import Diagnostic, Edit, Label
from flowc.source import Span
from flowc.syntax.mistakes.braces import Brace, stray_closer, unclosed_before
from flowc.syntax.mistakes.scene import Scene, mistake
from flowc.syntax.outline import BOTH, DECLARATIONS, Token, indent

_CLOSES = {"(": ")", "[": "]", "{": "}"}


def unclosed_block(scene: Scene) -> Diagnostic | None:
    """At the end of the text, or at a declaration inside a block: some `{` has no end."""
    if (missing := unclosed_before(scene)) is None:
        return None
    brace, _ = missing
    place = Span(scene.source, brace.token.start, brace.token.end)
    guess = _dedent(scene, brace)
    related = [] if guess is None else [Label(guess, "by the indentation it ends before this")]
    return mistake(
        "FLOW102",
        f"this `{{` of `{brace.head.text}` is never closed",
        place,
        related=related,
        helps=["close it with  }  on a line of its own"],
    )


def _dedent(scene: Scene, brace: Brace) -> Span | None:
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


def stray_brace(scene: Scene) -> Diagnostic | None:
    """A `}` too many has closed a block early, and what follows stands outside."""
    if "FLOW" not in scene.expected and scene.kind != "RBRACE" and not (scene.before and scene.before.text == "}"):
        return None
    stray = stray_closer(scene.source, scene.text, scene.end)
    if stray is None:
        return None
    place = scene.where(stray)
    return mistake("FLOW101", "this `}` closes nothing", place, helps=["leave it out"], edits=[Edit(place, "")])


def missing_brace(scene: Scene) -> Diagnostic | None:
    """Lines further to the right than a declaration that opened no block."""
    head = headless(scene)
    if head is None:
        return None
    end = head[-1].end
    return mistake(
        "FLOW101",
        f"a `{{` is missing at the end of this line of `{head[0].text}`",
        scene.span(end, end),
        edits=[scene.insert(end, " {")],
    )


def headless(scene: Scene) -> list[Token] | None:
    """The tokens of the declaration whose block was never opened, if the scene is the first line of that block."""
    first = scene.line.tokens[0]
    if "FLOW" not in scene.expected or not indent(scene.source, first.start):
        return None
    before = [line for line in scene.lines if line.start < first.start]
    if not before or indent(scene.source, before[-1].start) or before[-1].tokens[-1].text in ("{", "}"):
        return None
    head = before[-1].tokens
    return head if head[0].text in (*DECLARATIONS, *BOTH) and head[0].text not in ("from", "import") else None
