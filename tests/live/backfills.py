"""What backfills of the live engines go over, each asked for twice, and what must come of it.

`days` fails for one window the first time, and is run again for that alone; `weeks` has no schedule; the partitions of
`regions` have names. The traces of each stand beside the flows, one for each partition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.stories import columns

FILLED = Path(__file__).parent / "filled"
NOTED: Mapping[str, Sequence[str]] = {
    "days": ("2024-03-29", "2024-03-30", "2024-03-31", "2024-03-30"),
    "weeks": ("2024-03-18", "2024-03-25"),
    "regions": ("eu", "us"),
}
"""The partitions of which each run made a note, in the order of the runs."""


def traces_of(flow: str) -> list[list[str]]:
    """The traces of the runs of a flow, by the contract, one for each partition."""
    found = (FILLED / f"{flow}.traces").read_text("utf-8").split("\n\n")
    return [columns(trace.splitlines()) for trace in found]


def noted(project: Path) -> dict[str, list[str]]:
    """The notes that the runs have made, below a project."""
    found = {flow: [*project.rglob(f"out/{flow}")] for flow in NOTED}
    return {
        flow: [line for path in paths for line in path.read_text("utf-8").splitlines()] for flow, paths in found.items()
    }
