"""What is written otherwise in other languages and tools: blocks after a colon, other comments, other choices."""

from __future__ import annotations

from flowc.diagnostics import Diagnostic, Edit
from flowc.syntax.mistakes.scene import Scene, mistake
from flowc.syntax.outline import BOTH, DECLARATIONS, STATEMENTS

_METHODS = ("get", "post", "put", "patch", "delete")
_BLOCKS = {
    **dict.fromkeys(["parallel", "concurrent"], "tasks run side by side by themselves, unless one waits for another"),
    **dict.fromkeys(
        ["try", "catch", "except"], "for what may fail: `retry 3`, `fallback other_task`, or  on failure { ... }"
    ),
    **dict.fromkeys(["on_failure", "on_error", "onfailure"], "write  on failure {"),
    **dict.fromkeys(["on_success", "onsuccess"], "write  on success {"),
    **dict.fromkeys(["tasks", "steps", "jobs"], "tasks stand in the flow itself:  task a = ..."),
    **dict.fromkeys(["env", "environment"], 'write  env { NAME: "value" }'),
}
"""Blocks of other tools, and what to write here."""


def way_of_block(word: str) -> str | None:
    """What to write instead of a block that begins with such a word."""
    return _BLOCKS.get(word.lower())


def block_after_colon(scene: Scene) -> Diagnostic | None:
    """`flow f:`, `if n > 1:`, `else:`."""
    after = scene.token(1)
    if scene.kind != "COLON" or scene.word not in (*DECLARATIONS, *STATEMENTS, *BOTH, "else") or scene.before is None:
        return None
    if after is not None and "\n" not in scene.text[scene.end : after.start]:
        return None
    return mistake("FLOW101", "a block stands in braces, not after a colon", scene.place, helps=["write  { ... }"])


def other_comment(scene: Scene) -> Diagnostic | None:
    """`// a remark`, `-- a remark`."""
    mark = next((mark for mark in ("//", "/*", "--") if scene.text.startswith(mark, scene.start)), None)
    if mark is None or scene.kind not in ("MULOP", "MINUS"):
        return None
    place = scene.span(scene.start, scene.start + 2)
    return mistake("FLOW101", "a comment begins with `#`", place, helps=["write  # ..."], edits=[Edit(place, "#")])


def other_operator(scene: Scene) -> Diagnostic | None:
    """`a === b`, `a << b`, `a ? b : c`."""
    before = scene.before
    if before is not None and scene.kind == "EQUAL" and before.text in ("==", "!=") and before.end == scene.start:
        place = scene.span(before.start, scene.end)
        edits = [Edit(place, before.text)]
        return mistake("FLOW101", f"`{place.text}` is written `{before.text}`", place, edits=edits)
    if scene.text.startswith("<<", scene.start):
        place = scene.span(scene.start, scene.start + 2)
        helps = ["write  first >> second"]
        return mistake("FLOW101", "an arrow points from what runs first to what waits for it", place, helps=helps)
    if scene.found == "?" and "_NL" in scene.expected:
        helps = ['write  "a" if n > 1 else "b"', "or for what may be null  x ?? other"]
        return mistake("FLOW101", "a choice is written with `if` and `else`", scene.place, helps=helps)
    return None


def other_shape(scene: Scene) -> Diagnostic | None:
    """`enum Mode {`, `fn f() {`, `flow "my flow"`."""
    if scene.kind == "LBRACE" and scene.expected == frozenset(["EQUAL"]) and scene.word == "enum":
        message, helps = "an enum lists its members after `=`", ['write  enum Mode = "full" | "delta"']
    elif scene.kind == "LBRACE" and scene.word == "fn" and "EQUAL" in scene.expected:
        message, helps = "a function is one expression after `=`", ["write  fn add(a: int, b: int) -> int = a + b"]
    elif scene.kind == "STRING" and scene.index == 1 and scene.word in ("flow", "task", "group", "asset", "template"):
        message, helps = (
            f"the name of a {scene.word} is a word, without quotes",
            [f"write  {scene.word} my_{scene.word}"],
        )
    elif scene.found == "*" and scene.word == "from":
        message, helps = "every name that is imported is listed", ["write  from module import a, b"]
    elif scene.kind == "COMMA" and scene.opened is not None and _is_clause_with_brackets(scene):
        message, helps = "a clause has no brackets around its values", ["write  retry 3, delay: 30s"]
    else:
        return None
    return mistake("FLOW101", message, scene.place, helps=helps)


def _is_clause_with_brackets(scene: Scene) -> bool:
    """`retry(3, delay: 30s)`: a bracket that only groups a value, right after a word of the statement."""
    before = [token for token in scene.line.tokens if token.end == scene.opened]
    return "COMMA" not in scene.expected and bool(before) and before[0].kind == "word" and before[0].text != scene.word


def other_operand(scene: Scene) -> Diagnostic | None:
    """`wait 5m`, `http GET "..."`, `schedule cron "0 6 * * *"`."""
    before, earlier = scene.before, scene.token(-2)
    if before is None:
        return None
    if scene.kind in ("DURATION", "TIME", "DATETIME") and before.text in ("wait", "sleep"):
        helps = [f"write  wait time({scene.found})"]
        return mistake("FLOW101", f"`{before.text}` needs to know for what", scene.place, helps=helps)
    if scene.kind == "STRING" and before.text.lower() in _METHODS and earlier is not None and earlier.text == "http":
        helps = [
            f"write  http {before.text.lower()}({scene.found})" if len(scene.found) < 60 else "write  http get(...)"
        ]
        return mistake("FLOW101", "the URL stands in brackets after the method", scene.place, helps=helps)
    if scene.kind == "STRING" and before.text == "cron" and earlier is not None and earlier.text == "schedule":
        place = scene.where(before)
        helps = [f"write  schedule {scene.found}"] if len(scene.found) < 60 else []
        edits = [Edit(scene.span(before.start, scene.start), "")]
        return mistake("FLOW101", "a cron text stands right after `schedule`", place, helps=helps, edits=edits)
    return None
