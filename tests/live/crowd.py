"""Runs that are asked for all at once, and must come one after another (rule 21)."""

from __future__ import annotations

from pathlib import Path

CROWD = Path(__file__).parent / "crowd"
ASKED = {"alone": 2, "left": 1, "right": 1}
"""How many runs of each flow are asked for."""
_SHARED = {"alone": ("alone",), "shared": ("left", "right")}
WANTED = {name: ["begin", "end"] * sum(ASKED[flow] for flow in flows) for name, flows in _SHARED.items()}
"""What the runs note, by the files that they share: each has ended before the next one begins."""


def noted(project: Path) -> dict[str, list[str]]:
    """What the runs have noted by now."""
    paths = {name: [*project.rglob(f"out/{name}")] for name in WANTED}
    return {name: [line for path in paths[name] for line in path.read_text("utf-8").split()] for name in WANTED}


def is_over(project: Path) -> bool | None:
    """True once all have ended, None before."""
    return {name: len(lines) for name, lines in noted(project).items()} == {
        name: len(lines) for name, lines in WANTED.items()
    } or None
