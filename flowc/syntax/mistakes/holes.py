"""Holes in strings that hold no expression."""

from __future__ import annotations

from flowc.diagnostics import Diagnostic
from flowc.syntax.mistakes.expectation import wanted
from flowc.syntax.mistakes.scene import Scene, mistake


def explain_hole(scene: Scene, start: int, end: int) -> Diagnostic:
    """Why the hole from `start` to `end` cannot be read."""
    inside = scene.text[start + 2 : end - 1]
    if not inside.strip():
        return mistake(
            "FLOW109",
            "this hole is empty",
            scene.span(start, end),
            helps=["write a value into it:  #{name}", "for the characters themselves write  \\#{}"],
        )
    if "'" in inside and scene.found == "'":
        return mistake(
            "FLOW104",
            "strings are written with double quotes, in holes too",
            scene.place,
            helps=['write  #{names.join(", ")}'],
        )
    if scene.found in ("|", ":", "!"):
        return mistake(
            "FLOW109",
            f"a hole is one value, without `{scene.found}` and a format or filter",
            scene.place,
            helps=['call a method:  #{name.upper()}  #{run.date.format("%Y%m%d")}'],
        )
    if not scene.kind:
        return mistake("FLOW109", f"`{scene.found}` means nothing in a hole", scene.place)
    if scene.start >= end - 1:
        return mistake("FLOW109", "the value in this hole is not finished", scene.span(start, end))
    want = wanted(scene.expected)
    only = f", only {want}" if want else ""
    return mistake("FLOW109", f"`{scene.found.strip()}` cannot stand in this hole{only}", scene.place)
