"""What holds on which engine, as test runs found it.

A run of every story on every engine (`tests/test_conformance.py`) writes `tests/conformance/results.json`; the table in
the documents is made from it and from the rules that each story names, never by hand.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.tables import table

ROOT = Path(__file__).parents[1]
STORIES = ROOT / "tests" / "conformance"
FILE = STORIES / "results.json"

Results = Mapping[str, Mapping[str, bool]]
"""For each engine and story, whether it gives the story's trace."""

SECTIONS: dict[str, Iterable[object]] = {
    "outcomes": range(1, 4),
    "attempts": range(4, 8),
    "branches": range(8, 10),
    "mapping": range(10, 13),
    "ends": range(13, 15),
    "values": range(15, 18),
    "time": range(18, 22),
    "reruns": range(22, 25),
    "traces": ["traces"],
}
"""The parts of the contract and the rules in them, as the stories name these."""


def rules_of(story: str) -> list[object]:
    """The rules that a story shows."""
    return tomllib.loads((STORIES / story / "story.toml").read_text("utf-8"))["rules"]


def read() -> Results:
    """What the stories' tests noted."""
    return json.loads(FILE.read_text("utf-8"))


def write(found: Results) -> None:
    """Keep what they noted."""
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")


def is_whole(found: Results) -> bool:
    """Whether every story was run on every engine that the file knows."""
    names = {path.parent.name for path in STORIES.glob("*/story.toml")}
    return found.keys() >= read().keys() and all(stories.keys() == names for stories in found.values())


def sameness() -> str:
    """A row for each engine, a column for each part of the contract: how many of its stories end equal there."""
    found = read()
    engines = sorted(found, key=lambda engine: (engine != "native", engine))
    rows = [(f"**{engine}**", *(_cell(found[engine], rules) for rules in SECTIONS.values())) for engine in engines]
    return table(("stories equal", *SECTIONS), rows)


def _cell(stories: Mapping[str, bool], rules: Iterable[object]) -> str:
    results = [holds for story, holds in stories.items() if not set(rules_of(story)).isdisjoint(rules)]
    return f"{sum(results)} of {len(results)}" if results else "-"
