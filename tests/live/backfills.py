"""What backfills of the live engines go over, each asked for twice, and what must come of it.

`days` fails for one window the first time, and is run again for that alone; `weeks` has no schedule; the partitions of
`regions` have names. The traces of each stand beside the flows, one for each partition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.live import examples
from tests.live.servers import Servers
from tests.stories import columns

FILLED = Path(__file__).parent / "filled"
NOTED: Mapping[str, Sequence[str]] = {
    "days": ("2024-03-29", "2024-03-30", "2024-03-31", "2024-03-30"),
    "weeks": ("2024-03-18", "2024-03-25"),
    "regions": ("eu", "us"),
}
"""The partitions of which each run made a note, in the order of the runs."""
RUN: Mapping[str, Sequence[str]] = {**NOTED, examples.SALES: [*examples.SOLD]}
"""The partitions of all runs, of those too that make no note."""
_KEPT = {flow: [f"{name} succeeded" for name in sorted({*names})] for flow, names in RUN.items()}
SAID: Mapping[str, Sequence[Sequence[str]]] = {
    "days": (
        ["2024-03-29 succeeded", "2024-03-30 failed", "2024-03-31 succeeded", "exit 1"],
        [*_KEPT["days"], "exit 0"],
        [*_KEPT["days"], "exit 0"],
    ),
    **{flow: [[*_KEPT[flow], "exit 0"]] * 2 for flow in ("weeks", "regions")},
    examples.SALES: [[*_KEPT[examples.SALES], "exit 0"]] * 3,
}
"""What the scripts of projects say, the last time of a dry run, of each partition: the second words of its lines."""


def traces_of(flow: str) -> list[list[str]]:
    """The traces of the runs of a flow, by the contract, one for each partition."""
    if flow == examples.SALES:
        return examples.traces_of_days()
    found = (FILLED / f"{flow}.traces").read_text("utf-8").split("\n\n")
    return [columns(trace.splitlines()) for trace in found]


def fill_by_script(servers: Servers, python: Path, project: Path, variables: str = "") -> None:
    """Run the project's script as its README says, and compare what it says."""
    text = (project / "README.md").read_text("utf-8")
    for flow, wanted in SAID.items():
        (command,) = re.findall(rf"^python ((?:backfill\.py|-m \w+\.backfill) {flow}\b.*)$", text, re.MULTILINE)
        said = [
            servers.call("sh", "-c", f"{variables} {python} {command} {more} 2>&1; echo exit $?", cwd=project)
            for more in [*[""] * (len(wanted) - 1), "--dry-run"]
        ]
        # each as it ends, where several go on at once
        assert [sorted(map(_without_id, each.splitlines())) for each in said] == [sorted(each) for each in wanted], said


def _without_id(line: str) -> str:
    return " ".join(line.split()[:2])


def noted(project: Path) -> dict[str, list[str]]:
    """The notes that the runs have made, below a project."""
    found = {flow: [*project.rglob(f"out/{flow}")] for flow in NOTED}
    return {
        flow: [line for path in paths for line in path.read_text("utf-8").splitlines()] for flow, paths in found.items()
    }
