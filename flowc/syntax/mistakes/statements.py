"""Statements that begin with the wrong word, in the wrong place, or beside another one."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.diagnostics import Diagnostic, Edit, Label
from flowc.diagnostics.suggest import closest
from flowc.source import Span
from flowc.syntax.mistakes.scene import Scene, mistake
from flowc.syntax.outline import BOTH, DECLARATIONS, STATEMENTS, Token

_BEGINNERS = {*STATEMENTS, *BOTH}
_ELSE_IF = ("elif", "elseif", "elsif")
_WITH_BLOCK = ("group", "if", "for", "match", "on", "finally", "target", "policy", "defaults", "connection", "else if")
_OTHER_WORDS = {
    **dict.fromkeys(_ELSE_IF, "else if"),
    "def": "fn",
    "func": "fn",
    "function": "fn",
    "dag": "flow",
    "pipeline": "flow",
    "workflow": "flow",
    "job": "task",
    "step": "task",
    "node": "task",
    "switch": "match",
    "foreach": "for",
    "while": "for",
    "var": "let",
    "const": "let",
    "include": "import",
    "use": "import",
    "record": "schema",
    "struct": "schema",
    "type": "schema",
    "dataset": "asset",
    "conn": "connection",
    "env": "profile",
    "default": "defaults",
}


def task_without_word(scene: Scene) -> Diagnostic | None:
    """`load = sh "x"`, `rows: int = sh "x"`."""
    name, *rest = scene.line.tokens
    if scene.index != 1 or name.kind != "word" or name.text in _BEGINNERS or scene.kind not in ("EQUAL", "COLON"):
        return None
    at = next((number for number, token in enumerate(rest) if token.text == "="), len(rest))
    if not _is_action(rest[at + 1 :]):
        return None
    type_ = rest[1:at]
    if not type_:
        here = scene.span(name.start, name.start)
        return mistake(
            "FLOW101",
            f"the task `{name.text}` begins without `task`",
            scene.where(name),
            helps=[f"write  task {name.text} = ..."],
            edits=[Edit(here, "task ")],
        )
    said = scene.text[type_[0].start : type_[-1].end]
    return mistake(
        "FLOW101",
        f"the type of what `{name.text}` gives stands behind `->`",
        scene.span(name.start, type_[-1].end),
        helps=[f"write  task {name.text} = ... -> {said}"],
    )


def _is_action(tokens: Sequence[Token]) -> bool:
    """Whether this does something and is no value: `sh "x"`, `sql @wh "x"`, `python a:b(c)`."""
    if len(tokens) < 2 or tokens[0].kind != "word":
        return False
    return tokens[1].kind == "string" or tokens[1].text.startswith("@") or tokens[0].text in ("python", "http", "wait")


def two_on_a_line(scene: Scene) -> Diagnostic | None:
    """`task a = sh "x" task b = sh "y"`, or a statement right after `}`."""
    beginner = _second_beginner(scene)
    if beginner is None:
        return None
    before = max(token.end for token in scene.line.tokens if token.end <= beginner.start)
    gap = Span(scene.source, before, beginner.start)
    return mistake(
        "FLOW107",
        f"two statements stand on one line: `{beginner.text}` begins another",
        scene.where(beginner),
        helps=["begin a new line here"],
        edits=[Edit(gap, "\n" + _margin(scene))],
    )


_JOINTS = {
    "=": ("task", "let", "asset"),
    "{": ("group",),
    "in": ("for",),
    ":": ("connection",),
}
"""What stands after the name that follows such a word: `task a =`, `for x in`."""


def _second_beginner(scene: Scene) -> Token | None:
    """The word that begins the second statement of the line."""
    here, before = scene.token(0), scene.before
    if here is None or before is None or here.kind not in ("word", "sign"):
        return None
    word = scene.token(-2)
    if word and scene.index > 2 and word.text in _JOINTS.get(here.text, ()):
        return word
    if before.text == "}" and here.kind == "word" and "_NL" in scene.expected:
        return here if here.text not in ("else", *_ELSE_IF) else None
    return here if here.text in _BEGINNERS and "_NL" in scene.expected else None


def _margin(scene: Scene) -> str:
    line = scene.source.line(scene.source.position(scene.line.start)[0])
    return line[: len(line) - len(line.lstrip(" \t"))]


def wrong_place(scene: Scene) -> Diagnostic | None:
    """`task` at the top of a file, `schema` in a block."""
    word = scene.line.tokens[0]
    if "FLOW" in scene.expected and scene.start == word.start:
        return _not_at_the_top(scene, word)
    if word.text in DECLARATIONS and "FLOW" not in scene.expected and scene.start > word.start:
        opened = scene.opened
        if opened is not None and scene.text[opened] == "{" and opened < word.start:
            return mistake(
                "FLOW105",
                f"`{word.text}` stands at the top of a file, not in a block",
                scene.where(word),
                helps=["move it out of the braces", "or close the block before it with  }"],
            )
    return None


def _not_at_the_top(scene: Scene, word: Token) -> Diagnostic | None:
    if word.text in STATEMENTS:
        return mistake(
            "FLOW105",
            f"`{word.text}` stands in a flow, not at the top of a file",
            scene.where(word),
            helps=[f"put it into one:  flow my_flow {{ {word.text} ... }}"],
        )
    if word.kind != "word":
        return None
    return _unknown(scene, word, (*DECLARATIONS, *BOTH), "no declaration begins with")


def unknown_word(scene: Scene) -> Diagnostic | None:
    """`taks load = ...`: the first word is close to one that would make the statement right."""
    shape = [token for token in scene.line.tokens if token.text != "}"]
    if not shape or shape[0].kind != "word" or scene.start < shape[0].start:
        return None
    word = shape[0]
    if word.text in {*_BEGINNERS, *DECLARATIONS, "else"} or not _meant(word.text, _fitting(shape)):
        return None
    return _unknown(scene, word, _fitting(shape), "no statement begins with")


def _fitting(shape: list[Token]) -> tuple[str, ...]:
    """The words that may begin a statement of this shape."""
    joint = shape[2].text if len(shape) > 2 and shape[1].kind == "word" else ""
    ends_with_block = shape[-1].text == "{"
    words = {"=": ("task", "let", "asset", "set"), ":": ("let", "asset", "connection"), "in": ("for",)}.get(joint, ())
    if shape[0].text in _ELSE_IF:
        return ("else if",)
    return (*words, *(_WITH_BLOCK if ends_with_block and joint != "=" else ()))


def _unknown(scene: Scene, word: Token, candidates: tuple[str, ...], what: str) -> Diagnostic:
    meant = _meant(word.text, candidates)
    place = scene.where(word)
    if meant is None:
        return mistake("FLOW105", f"{what} `{word.text}`", place, helps=_how_to_begin(candidates))
    return mistake(
        "FLOW105",
        f"{what} `{word.text}`, did you mean `{meant}`?",
        place,
        helps=[f"write  {meant}"],
        edits=[Edit(place, meant)],
    )


def _how_to_begin(candidates: tuple[str, ...]) -> list[str]:
    if "flow" not in candidates:
        return []
    return ["a file declares flows and what they share:  flow my_flow { ... }"]


def _meant(word: str, candidates: tuple[str, ...]) -> str | None:
    other = _OTHER_WORDS.get(word)
    return other if other in candidates else closest(word, candidates)


def block_on_next_line(scene: Scene) -> Diagnostic | None:
    """`flow a` and the `{` below it; or no block at all."""
    before = scene.before
    if (
        "LBRACE" not in scene.expected
        or "INT" in scene.expected
        or before is None
        or scene.word not in (*DECLARATIONS, *STATEMENTS)
    ):
        return None
    if scene.kind == "_NL" and scene.text[scene.end : scene.end + 1] == "{":
        brace = scene.span(scene.end, scene.end + 1)
        return mistake(
            "FLOW101",
            f"the `{{` of `{scene.word}` stands on its line",
            brace,
            helps=[f"write  {scene.word} ... {{"],
            edits=[Edit(scene.span(before.end, scene.end), " ")],
        )
    if not scene.at_end or "_NL" in scene.expected:
        return None
    return mistake(
        "FLOW101",
        f"`{scene.word}` needs a block",
        scene.where(scene.line.tokens[0]),
        label="" if scene.word != "on" else "or an event:  on asset orders",
        helps=[
            f"write  {scene.text[scene.line.start : before.end]} {{ ... }}"
            if before.end - scene.line.start < 60
            else "write  { ... }"
        ],
    )


def lone_else(scene: Scene) -> Diagnostic | None:
    """`else` without an `if` before it."""
    if scene.found != "else" or "_ELSE" in scene.expected:
        return None
    after = scene.token(1)
    if after is not None and after.text in ("=>", "="):
        helps = ["write  _ => ..."]
        return mistake("FLOW101", "the arm that takes all others is `_`", scene.place, helps=helps)
    return mistake("FLOW101", "this `else` follows no `if`", scene.place, helps=["write  if ... { ... } else { ... }"])


def dashed_name(scene: Scene) -> Diagnostic | None:
    """`task load-orders = ...`."""
    before, after = scene.before, scene.token(1)
    if scene.kind != "MINUS" or before is None or after is None or scene.index != 2 or after.kind != "word":
        return None
    if scene.word not in (*DECLARATIONS, *_BEGINNERS) or before.end != scene.start or after.start != scene.end:
        return None
    place = scene.span(before.start, after.end)
    return mistake(
        "FLOW101",
        f"a name has no dash: `{place.text}`",
        place,
        helps=[f"write  {before.text}_{after.text}"],
        edits=[Edit(scene.place, "_")],
    )


def joined_by_comma(scene: Scene) -> Diagnostic | None:
    """`retry 3,` and a clause on the next line: the comma joins them."""
    name, comma = scene.before, scene.token(-2)
    if name is None or comma is None or comma.text != "," or name.kind != "word":
        return None
    if "\n" not in scene.text[comma.end : name.start] or (scene.opened is not None and scene.text[scene.opened] != "{"):
        return None
    place = scene.where(comma)
    return mistake(
        "FLOW101",
        f"this comma joins the next line to `{scene.word}`",
        place,
        related=[Label(scene.where(name), "read as an argument of it")],
        helps=["leave the comma out"],
        edits=[Edit(place, "")],
    )
