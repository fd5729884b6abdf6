"""What holds on which engine, as test runs found it.

A run of every story on every engine (`tests/test_conformance.py`) writes `tests/conformance/results.json`; the table in
the documents is made from it and from the rules that each story names, never by hand. A run on an older version of an
engine (`make conformance ENGINE=... VERSION=...`) writes that version's part of `versions.json`.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.tables import table

ROOT = Path(__file__).parents[1]
STORIES = ROOT / "tests" / "conformance"
FILE = STORIES / "results.json"

VERSIONS = STORIES / "versions.json"

Results = Mapping[str, Mapping[str, bool]]
"""For each engine and story, whether it gives the story's trace."""

Why = Mapping[str, str | None]
"""For each story, why it gives another trace or none; None where it gives the story's."""

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
    return found.keys() >= read().keys() and all(stories.keys() == names_of_stories() for stories in found.values())


def older() -> Mapping[str, Mapping[str, Why]]:
    """For each engine and each older version, what its stories came to when they were last run there."""
    return json.loads(VERSIONS.read_text("utf-8"))


def write_older(engine: str, version: str, found: Why) -> None:
    """Keep what a run of every story on an older version noted."""
    told = {name: dict(each) for name, each in older().items()}
    told.setdefault(engine, {})[version] = found
    VERSIONS.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")


def versions() -> str:
    """A row for each version of each engine: what it needs, and how many of the stories end equal there."""
    from flowc.target.registry import target

    rows: list[tuple[str, ...]] = []
    for engine, stories in sorted(read().items()):
        for version in supported.every if (supported := target(engine).supported) else ():
            told = older().get(engine, {}).get(version.name, {})
            if supported and version == supported.newest:
                told = {name: None if is_equal else _reason(name, engine) for name, is_equal in stories.items()}
            pins = ", ".join(f"`{pin}`" for pin in version.pins)
            rows.append((engine, version.name, _count(told), f"{pins}: {version.because}" if pins else version.because))
    return table(("engine", "version", "stories equal", ""), rows)


def _reason(story: str, engine: str) -> str:
    """Why a story is not equal on the newest version, in its own words."""
    said = tomllib.loads((STORIES / story / "story.toml").read_text("utf-8"))
    return {**said.get("differs", {}), **said.get("refuses", {})}[engine]


def _count(told: Why) -> str:
    """How many of all stories are equal, why others are not, and how many are newer than their last run there."""
    names = names_of_stories()
    found = Counter(told[name] or "" for name in names & told.keys())
    said = [f"{found.pop('', 0)} of {len(names)}", *(f"{count} not: {why}" for why, count in sorted(found.items()))]
    return "; ".join([*said, *([f"{missing} not run"] if (missing := len(names - told.keys())) else [])])


def names_of_stories() -> set[str]:
    """The folders of all stories."""
    return {path.parent.name for path in STORIES.glob("*/story.toml")}


def sameness() -> str:
    """A row for each engine, a column for each part of the contract: how many of its stories end equal there."""
    found = read()
    engines = sorted(found, key=lambda engine: (engine != "native", engine))
    rows = [(f"**{engine}**", *(_cell(found[engine], rules) for rules in SECTIONS.values())) for engine in engines]
    return table(("stories equal", *SECTIONS), rows)


def _cell(stories: Mapping[str, bool], rules: Iterable[object]) -> str:
    results = [holds for story, holds in stories.items() if not set(rules_of(story)).isdisjoint(rules)]
    return f"{sum(results)} of {len(results)}" if results else "-"
