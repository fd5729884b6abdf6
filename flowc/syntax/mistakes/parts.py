"""Parts of a statement that are missing, doubled or spelled as in another language."""

from __future__ import annotations

from itertools import pairwise

from flowc.diagnostics import Diagnostic, Edit, Label
from flowc.syntax.mistakes.habits import way_of_block
from flowc.syntax.mistakes.scene import Scene, mistake
from flowc.syntax.outline import Line, line_at

_LITERALS = ("INT", "FLOAT", "DURATION", "SIZE", "DATE", "TIME", "DATETIME", "STRING", "TRUE", "FALSE", "NULL")
_VALUES = (*_LITERALS, "NAME", "LSQB", "_INDEX", "LBRACE", "MINUS", "NOT", "CONN")


def stray_doc(scene: Scene) -> Diagnostic | None:
    """`##` behind code or before nothing."""
    doc = scene.doc
    if doc is None:
        return None
    mark = scene.span(doc.start, doc.start + 2)
    return mistake(
        "FLOW101",
        "`##` documents a declaration, and none follows",
        scene.where(doc),
        helps=["for a remark write  # ..."],
        edits=[Edit(mark, "#")],
    )


def missing_colon(scene: Scene) -> Diagnostic | None:
    """`retry 3, delay 30s`, `f(x, delay = 30s)`."""
    name, earlier = scene.before, scene.token(-2)
    if name is None or name.kind != "word" or earlier is None or earlier.text not in (",", "("):
        return None
    if scene.kind == "EQUAL" and "COMMA" in scene.expected:
        return mistake(
            "FLOW106",
            f"`{name.text}` and its value are joined by a colon",
            scene.place,
            helps=[f"write  {name.text}: ..."],
            edits=[Edit(scene.span(name.end, scene.end), ":")],
        )
    if scene.kind not in _VALUES or (earlier.text == "(" and scene.kind not in _LITERALS):
        return None
    if "COMMA" not in scene.expected or scene.start == name.end:
        return None
    return mistake(
        "FLOW106",
        f"a colon is missing after `{name.text}`",
        scene.span(name.start, name.end),
        helps=[f"write  {name.text}: {scene.found}"],
        edits=[scene.insert(name.end, ":")],
    )


def gap_before_bracket(scene: Scene) -> Diagnostic | None:
    """`f (x)`, `xs [0]`, `list [int]`: a call's or an index's bracket touches."""
    wanted = {"LPAR": "_CALL", "LSQB": "_INDEX"}.get(scene.kind)
    before = scene.before
    if wanted is None or wanted not in scene.expected or before is None:
        return None
    if not (before.kind == "word" or before.text in (")", "]")) or before.end == scene.start:
        return None
    return mistake(
        "FLOW110",
        f"the `{scene.found}` of `{before.text}` must touch it",
        scene.place,
        helps=[f"write  {before.text}{scene.found}..."],
        edits=[Edit(scene.span(before.end, scene.start), "")],
    )


def prefix_of_string(scene: Scene) -> Diagnostic | None:
    """`f"..."` of Python."""
    before = scene.before
    if scene.kind != "STRING" or before is None or before.kind != "word" or before.end != scene.start:
        return None
    return mistake(
        "FLOW101",
        f"a string has no prefix `{before.text}`",
        scene.where(before),
        helps=['every string may have holes:  "#{name}"', 'a raw string is written  r"..."'],
        edits=[Edit(scene.where(before), "")],
    )


def angle_brackets(scene: Scene) -> Diagnostic | None:
    """`list<int>` of other languages."""
    before = scene.before
    if scene.found != "<" or before is None or before.text not in ("list", "map", "table", "decimal", "enum"):
        return None
    sign = "()" if before.text in ("decimal", "enum") else "[]"
    rest = scene.line.tokens[scene.index :]
    close = next((token for token in rest if token.text.startswith(">")), None)
    inside = scene.text[scene.end : close.start].strip() if close else "..."
    return mistake(
        "FLOW101",
        f"what a `{before.text}` holds stands in `{sign}`",
        scene.place,
        helps=[f"write  {before.text}{sign[0]}{inside}{sign[1]}"],
    )


def clause_like_yaml(scene: Scene) -> Diagnostic | None:
    """`retry: 3` or `retry = 3` for `retry 3`."""
    before = scene.before
    if scene.kind not in ("COLON", "EQUAL") or before is None or before.kind != "word":
        return None
    if "INT" not in scene.expected or not {"_NL", "RBRACE"} & scene.expected:
        return None
    is_own = scene.kind == "EQUAL" and scene.index == 1
    return mistake(
        "FLOW101",
        f"a clause is its word and its value, without `{scene.found}`",
        scene.place,
        helps=[f"write  {before.text} ...", *([f"for a value of your own  let {before.text} = ..."] if is_own else [])],
        edits=[Edit(scene.place, "" if scene.text[scene.end : scene.end + 1] in " \t" else " ")],
    )


def equals_for_equal(scene: Scene) -> Diagnostic | None:
    """`if a = b`."""
    if scene.kind != "EQUAL" or "CMP" not in scene.expected or scene.word in ("task", "let", "set", "asset"):
        return None
    return mistake(
        "FLOW101",
        "`=` gives a name, two values are compared with `==`",
        scene.place,
        helps=["write  =="],
        edits=[Edit(scene.place, "==")],
    )


def double_equals(scene: Scene) -> Diagnostic | None:
    """`let a == b`."""
    if scene.kind != "CMP" or scene.found != "==" or "EQUAL" not in scene.expected:
        return None
    return mistake(
        "FLOW101",
        "`==` compares, a name is given with `=`",
        scene.place,
        helps=["write  ="],
        edits=[Edit(scene.place, "=")],
    )


def doubled_operator(scene: Scene) -> Diagnostic | None:
    """`a || b`, `a and and b`, `// a remark`."""
    if scene.kind == "MULOP" and scene.text.startswith(("//", "/*"), scene.start - (scene.index > 0)):
        start = scene.start - (scene.text[scene.start - 1 : scene.start] == "/")
        place = scene.span(start, start + 2)
        return mistake("FLOW101", "a comment begins with `#`", place, helps=["write  # ..."], edits=[Edit(place, "#")])
    if scene.kind == "BAR" and scene.text.startswith("||", scene.start):
        place = scene.span(scene.start, scene.start + 2)
        return mistake("FLOW101", "`||` is written `or`", place, helps=["write  or"], edits=[Edit(place, "or")])
    return None


def untyped_param(scene: Scene) -> Diagnostic | None:
    """`flow f(region = "eu")`."""
    name = scene.before
    bracket = scene.opened is not None and scene.text[scene.opened] == "("
    if name is None or name.kind != "word" or scene.expected != frozenset(["COLON"]) or not bracket:
        return None
    if scene.word not in ("flow", "template", "fn") or scene.kind not in ("EQUAL", "COMMA", "RPAR", "NAME"):
        return None
    return mistake(
        "FLOW101",
        f"the parameter `{name.text}` has no type",
        scene.where(name),
        helps=[f"write  {name.text}: str"],
    )


def python_reference(scene: Scene) -> Diagnostic | None:
    """`python shop.etl.extract(x)`, `python "script.py"`."""
    if scene.expected != frozenset(["MODREF"]):
        return None
    if scene.kind == "STRING":
        helps = ["name a function:  python shop.etl:extract(...)", f'or run the file:  sh "python {scene.found[1:-1]}"']
        return mistake("FLOW101", "`python` calls a function, it runs no file", scene.place, helps=helps)
    rest = scene.line.tokens[scene.index :]
    count = next((i for i, token in enumerate(rest) if token.text != "." and token.kind != "word"), len(rest))
    while count > 1 and any(a.end != b.start for a, b in pairwise(rest[:count])):
        count -= 1
    path = rest[:count]
    if len(path) >= 3 and path[-2].text == "." and path[-1].kind == "word":
        spelled = "".join(token.text for token in path[:-2]) + ":" + path[-1].text
        return mistake(
            "FLOW101",
            "a colon stands between a module and its function",
            scene.span(path[0].start, path[-1].end),
            helps=[f"write  python {spelled}(...)"],
            edits=[Edit(scene.where(path[-2]), ":")],
        )
    shown = f"`{path[0].text}`" if path and path[0].kind == "word" else "what `python` calls"
    place = scene.where(path[0]) if path and path[0].kind == "word" else scene.place
    return mistake("FLOW101", f"{shown} names no module", place, helps=["write  python module:function(...)"])


def uncalled(scene: Scene) -> Diagnostic | None:
    """`python shop:load` or `task a = load_table`, without brackets."""
    before = scene.before
    if before is None or before.kind != "word" or "_CALL" not in scene.expected or scene.kind == "LPAR":
        return None
    if scene.expected == frozenset(["_CALL"]):
        message, edits = (
            f"`{before.text}` is called with brackets, even without arguments",
            [scene.insert(before.end, "()")],
        )
    elif scene.at_end and scene.word == "task" and "STRING" in scene.expected:
        message, edits = f"`{before.text}` needs what it works on", []
        return mistake(
            "FLOW101",
            message,
            scene.where(before),
            helps=[f'give it:  {before.text} "..."', f"or call a template:  {before.text}(...)"],
        )
    else:
        return None
    return mistake("FLOW101", message, scene.where(before), helps=[f"write  {before.text}()"], edits=edits)


def late_outputs(scene: Scene) -> Diagnostic | None:
    """`task a = sh "x" retry 3 -> path`."""
    if scene.kind == "ARROW" and scene.word in ("task", "template"):
        return mistake(
            "FLOW101",
            "the outputs of a task stand before its clauses, once",
            scene.place,
            helps=[f'write  {scene.word} a = sh "..." -> path retry 3'],
        )
    if scene.kind in ("FATARROW", "COLON") and "ARROW" in scene.expected:
        return mistake(
            "FLOW101",
            "outputs are written with `->`",
            scene.place,
            helps=["write  -> path"],
            edits=[Edit(scene.place, "->")],
        )
    return None


def arm_arrow(scene: Scene) -> Diagnostic | None:
    """`0 -> skip` in a `match`."""
    if scene.kind not in ("ARROW", "COLON", "EQUAL") or "FATARROW" not in scene.expected:
        return None
    return mistake(
        "FLOW101",
        "an arm of `match` is written with `=>`",
        scene.place,
        helps=["write  =>"],
        edits=[Edit(scene.place, "=>")],
    )


def short_time(scene: Scene) -> Diagnostic | None:
    """`6:00` for `06:00`."""
    hour, minute = scene.before, scene.token(1)
    if scene.kind != "COLON" or hour is None or hour.kind != "number" or minute is None or minute.kind != "number":
        return None
    if hour.end != scene.start or minute.start != scene.end or not (hour.text + minute.text).isdigit():
        return None
    spelled = f"{hour.text:0>2}:{minute.text:0>2}"
    place = scene.span(hour.start, minute.end)
    return mistake(
        "FLOW101",
        "a time of day has two digits on each side",
        place,
        helps=[f"write  {spelled}"],
        edits=[Edit(place, spelled)],
    )


def map_for_block(scene: Scene) -> Line | None:
    """The line `checks {` that opened a map, if what follows it is no entry: it was meant as a block."""
    if scene.opened is None or scene.text[scene.opened] != "{" or scene.expected != frozenset(["COLON"]):
        return None
    line = line_at(scene.lines, scene.opened)
    if line is None or len(line.tokens) != 2 or line.tokens[1].start != scene.opened:
        return None
    after = next((other for other in scene.lines if other.start > line.start), None)
    return line if after is scene.line else None


def statement_in_map(scene: Scene) -> Diagnostic | None:
    """`checks {` for `group checks {`."""
    line = map_for_block(scene)
    if line is None:
        return None
    word = line.tokens[0]
    return mistake(
        "FLOW105",
        f"no statement with a block begins with `{word.text}`",
        scene.where(word),
        related=[Label(scene.where(scene.line.tokens[0]), f"in a map of `{word.text}` this would be  key: value")],
        helps=[way_of_block(word.text) or f"for a group write  group {word.text} {{"],
    )


def missing_comma(scene: Scene) -> Diagnostic | None:
    """`[a b]`, `f(a b)`."""
    before = scene.before
    inside = scene.opened is not None and scene.text[scene.opened] in "(["
    if scene.kind not in _VALUES or "COMMA" not in scene.expected or not inside or before is None:
        return None
    return mistake(
        "FLOW101",
        f"a comma is missing before `{scene.found}`" if len(scene.found) < 40 else "a comma is missing here",
        scene.span(before.end, before.end + 1),
        helps=[f"write  {before.text}, {scene.found}" if len(scene.found) + len(before.text) < 60 else "write  ,"],
        edits=[scene.insert(before.end, ",")],
    )
