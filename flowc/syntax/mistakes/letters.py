"""Characters that begin nothing: other quotes, odd numbers, strings that do not end, signs of other languages."""

from __future__ import annotations

import re

from flowc.diagnostics import Diagnostic, Edit
from flowc.syntax.lexer import DEEPEST
from flowc.syntax.mistakes.scene import Scene, mistake

_NUMBER = re.compile(r"(\d[\d_]*)([A-Za-z_]\w*)", re.ASCII)
_UNITS = {
    **dict.fromkeys(["sec", "secs", "second", "seconds", "S"], "s"),
    **dict.fromkeys(["min", "mins", "minute", "minutes", "M"], "m"),
    **dict.fromkeys(["hr", "hrs", "hour", "hours", "H"], "h"),
    **dict.fromkeys(["day", "days", "D"], "d"),
    **dict.fromkeys(["wk", "week", "weeks", "W"], "w"),
    **dict.fromkeys(["msec", "millis"], "ms"),
    **{
        wrong: f"{letter.upper()}iB"
        for letter in "kmgt"
        for wrong in (f"{letter.upper()}i", f"{letter}ib", f"{letter}i")
    },
    "K": "kB",
    "k": "kB",
    "KB": "kB",
    "kb": "kB",
    "mb": "MB",
    "Mb": "MB",
    "G": "GB",
    "gb": "GB",
    "Gb": "GB",
    "g": "GB",
    "T": "TB",
    "tb": "TB",
    "Tb": "TB",
    "b": "B",
    "bytes": "B",
}
_SINGLE = "'\u2018\u2019"
_SIGNS = {
    "!": ("not", "not"),
    "&": ("and", "and"),
    "“": ("a typographic quote", '"'),
    "”": ("a typographic quote", '"'),
    "„": ("a typographic quote", '"'),
    "\u2013": ("a dash", "-"),
    "\u2014": ("a dash", "-"),
    "\u2212": ("a typographic minus", "-"),
    "…": ("a typographic ellipsis", ".."),
    "→": ("a typographic arrow", "->"),
    "≥": ("a typographic sign", ">="),
    "≤": ("a typographic sign", "<="),
    "≠": ("a typographic sign", "!="),
}


def explain(scene: Scene) -> Diagnostic:
    """Why no token begins where the scene is."""
    char = scene.text[scene.start : scene.start + 1]
    if scene.reason == "too deep":
        return mistake(
            "FLOW101",
            f"brackets nest more than {DEEPEST} deep here",
            scene.span(scene.start, scene.start + 1),
            helps=["name an inner part:  let part = ..."],
        )
    if char == '"' or scene.text.startswith('r"', scene.start):
        return _string(scene)
    if char in _SINGLE:
        return _single_quotes(scene)
    if number := _NUMBER.match(scene.text, scene.start):
        return _number(scene, number)
    if char == ";":
        return _semicolon(scene)
    return _sign(scene, char)


# ---------------------------------------------------------------------------------------------------- strings


def _string(scene: Scene) -> Diagnostic:
    """A string that has no end, or a hole in it that is none."""
    text, start = scene.text, scene.start
    raw = text[start] == "r"
    triple = text.startswith('"""', start + raw)
    at = start + raw + (3 if triple else 1)
    while at < len(text) and (triple or text[at] != "\n"):
        if not raw and text.startswith("#{", at):
            if broken := _hole(scene, at, triple=triple):
                return broken
            at = text.index("}", at)
        at += 2 if text[at] == "\\" and not raw else 1
    opening = scene.span(start, start + raw + (3 if triple else 1))
    end = min(at, len(text))
    if triple:
        return mistake(
            "FLOW103",
            'this string has no closing `"""`',
            opening,
            helps=['end it with  """'],
        )
    return mistake(
        "FLOW103",
        "this string does not end on its line",
        scene.span(start, end),
        helps=['close it with  "', 'or write a string of several lines:  """ ... """'],
    )


def _hole(scene: Scene, start: int, *, triple: bool) -> Diagnostic | None:
    """What is wrong with the hole at `start`, if anything: braces in it, or no end."""
    text = scene.text
    at, depth = start + 2, 1
    brace: int | None = None
    while at < len(text) and depth and (triple or text[at] != "\n"):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        brace = at if brace is None and text[at] == "{" else brace
        at += 1
    if not depth and brace is None:
        return None
    if brace is not None:
        return mistake(
            "FLOW108",
            "a hole cannot hold braces",
            scene.span(brace, brace + 1),
            helps=['name the value first, and use its name:  let value = ...   "#{value}"'],
        )
    return mistake(
        "FLOW109",
        "this hole has no closing `}`",
        scene.span(start, start + 2),
        helps=["a hole is written  #{name}", "for the two characters themselves write  \\#{"],
    )


def _single_quotes(scene: Scene) -> Diagnostic:
    end = scene.text.find("\n", scene.start)
    end = len(scene.text) if end < 0 else end
    close = next((i for i in range(scene.start + 1, end) if scene.text[i] in _SINGLE), None)
    if close is None:
        quote = scene.span(scene.start, scene.start + 1)
        return mistake("FLOW104", "strings are written with double quotes", quote, helps=['write  "..."'])
    inside = scene.text[scene.start + 1 : close]
    written = f'r"{inside}"' if "\\" in inside and '"' not in inside else '"' + inside.replace('"', '\\"') + '"'
    place = scene.span(scene.start, close + 1)
    return mistake(
        "FLOW104",
        "strings are written with double quotes",
        place,
        helps=[f"write  {written}"],
        notes=["single quotes mean nothing here, so SQL needs no escapes:  \"name = 'x'\""],
        edits=[Edit(place, written)],
    )


# ---------------------------------------------------------------------------------------------------- numbers and signs


def _number(scene: Scene, number: re.Match[str]) -> Diagnostic:
    place = scene.span(number.start(), number.end())
    unit = _UNITS.get(number[2])
    if unit:
        written = number[1].replace("_", "") + unit
        return mistake(
            "FLOW101",
            f"`{number[0]}` has no unit that is known",
            place,
            helps=[f"write  {written}"],
            edits=[Edit(place, written)],
        )
    if number[2].lower() in ("am", "pm") and int(number[1].replace("_", "")) <= 12:
        hour = int(number[1].replace("_", "")) % 12 + (12 if number[2].lower() == "pm" else 0)
        written = f"{hour:02}:00"
        edits = [Edit(place, written)]
        return mistake("FLOW101", "a time of day has 24 hours", place, helps=[f"write  {written}"], edits=edits)
    return mistake(
        "FLOW101",
        f"`{number[0]}` is neither a number nor a name",
        place,
        notes=["durations end in us ms s m h d w, sizes in B kB MB GB TB KiB MiB GiB TiB", "names begin with a letter"],
    )


def _semicolon(scene: Scene) -> Diagnostic:
    place = scene.span(scene.start, scene.start + 1)
    after = scene.token(1)
    if after is None:
        return mistake(
            "FLOW101",
            "a statement ends with its line, without `;`",
            place,
            helps=["leave it out"],
            edits=[Edit(place, "")],
        )
    return mistake(
        "FLOW107",
        "two statements stand on one line",
        scene.where(after),
        helps=["begin a new line here"],
        edits=[Edit(scene.span(scene.start, after.start), _new_line(scene))],
    )


def _new_line(scene: Scene) -> str:
    line = scene.source.line(scene.source.position(scene.line.start)[0])
    return "\n" + line[: len(line) - len(line.lstrip(" \t"))]


def _sign(scene: Scene, char: str) -> Diagnostic:
    width = 2 if char == "&" and scene.text.startswith("&&", scene.start) else 1
    place = scene.span(scene.start, scene.start + width)
    if char in _SIGNS:
        what, instead = _SIGNS[char]
        words = what == instead
        edits = [Edit(place, instead + (" " if char == "!" else ""))]
        closing = scene.text.find("\u201d", scene.start + 1, (scene.text + "\n").find("\n", scene.start))
        if instead == '"' and closing > 0:
            edits.append(Edit(scene.span(closing, closing + 1), '"'))
        message = f"`{place.text}` is written `{instead}`" if words else f"`{char}` is {what}"
        return mistake("FLOW101", message, place, helps=[f"write  {instead}"], edits=edits)
    if char == "$":
        helps = ["name the variable as it is:  region", 'in a string, in a hole:  "#{region}"']
        return mistake("FLOW101", "`$` means nothing outside a string", place, helps=helps)
    if char == "@":
        return mistake("FLOW101", "a connection's name is missing after `@`", place, helps=["write  @warehouse"])
    if char.isalpha():
        note = "names are made of the letters A to Z and a to z, digits and `_`"
        return mistake("FLOW101", f"`{char}` cannot stand in a name", place, notes=[note])
    if char == "`":
        return mistake("FLOW101", "strings are written with double quotes", place, helps=['write  "..."'])
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    notes = ["names are made of the letters A to Z and a to z, digits and `_`"] if ord(char) > 127 else []
    return mistake("FLOW101", f"`{shown}` means nothing outside a string", place, notes=notes)
