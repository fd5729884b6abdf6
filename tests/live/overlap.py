"""Runs of flows of which only so many go on at once: a further one is dropped, or the oldest ends for it (rule 21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.live.servers import Servers
from tests.stories import columns

OVERLAP = Path(__file__).parent / "overlap"
WANTED = {
    "dropping": ("dropping", None, "dropping"),
    "yielding": ("yielding.cancelled", "yielding", "yielding"),
    "lasting": ("lasting.cancelled", "lasting", "lasting"),
    "overtaken": ("overtaken.cancelled", "overtaken"),
}
"""The traces of the runs of each flow, in the order in which they were asked for; none of one that was dropped."""
PATIENCE = 480.0


def traces_of(flow: str) -> list[list[str]]:
    """The traces of its runs, by the contract."""
    paths = [OVERLAP / f"{name}.trace" if name else None for name in WANTED[flow]]
    return [columns(path.read_text("utf-8").splitlines()) if path else [] for path in paths]


def play(
    servers: Servers,
    start: Callable[[str, Mapping[str, str]], str],
    wait: Callable[[str, str], object],
    project: Path,
) -> dict[str, list[str]]:
    """Ask for runs one after another, each where the ones before have come so far; their ids by their flows."""
    out = project / "out"

    def ask(flow: str, name: str) -> str:
        return start(flow, {"name": name})

    def noted(flow: str, name: str) -> None:
        def is_there() -> bool | None:
            return ((out / flow).exists() and name in (out / flow).read_text("utf-8").split()) or None

        servers.until(is_there, f"{flow} {name} has not begun", PATIENCE)

    one, old = ask("dropping", "one"), ask("yielding", "old")
    noted("yielding", "old")
    noted("lasting", "asleep")  # the run that `old` has started is the first of its flow, and goes on
    mid = ask("yielding", "mid")
    noted("dropping", "one")
    two = ask("dropping", "two")
    noted("yielding", "mid")
    new = ask("yielding", "new")
    noted("yielding", "new")  # for which `old` has ended
    wait("dropping", two)  # while `one` goes on
    for name in ("let_go", "release"):
        (out / name).touch()
    wait("dropping", one)
    three = ask("dropping", "three")
    asked = {"dropping": [one, two, three], "yielding": [old, mid, new]}
    for flow, runs in asked.items():
        for run in runs:
            wait(flow, run)
    return asked


def first_over(servers: Servers, runs: Callable[[str], Sequence[tuple[str, bool | None]]]) -> dict[str, list[str]]:
    """The first run of the flows that nobody asked for by hand, and those after it that ended well, once they are over.

    `runs` tells all in order: whether each ended well, None while it goes on. On a busy machine some more may give way.
    """

    def over(flow: str) -> list[str] | None:
        first, *others = [*runs(flow), ("", None)]
        found = [first[0], *(run for run, is_good in others if is_good)][: len(WANTED[flow])]
        return found if first[1] is not None and len(found) == len(WANTED[flow]) else None

    return {
        flow: servers.until(lambda flow=flow: over(flow), f"{flow} has not ended", PATIENCE)
        for flow in ("lasting", "overtaken")
    }
