"""What happens outside while the live engines run, and the runs that must come of it, each once.

`old.csv` lies in `landing/` before an engine looks there first, and starts nothing; `new.csv` comes later. The order is
posted twice with one key. `broken` is asked for.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.live import examples
from tests.live.servers import Servers

OLD, NEW = "landing/old.csv", "landing/new.csv"
ORDER: Mapping[str, Any] = {"id": 7, "parts": ["a", "b"]}
ORDER_KEY = "order-7"
RUN_ONCE = (
    *("landing", "counting", "closing", "both", "broken", "alarm", "hooked"),
    *("outer", "inner", "after_inner", "deeper", "pealing"),
)
"""The flows that have one run each in the end. The trace of each stands beside its flow."""
HOW_OFTEN: Mapping[str, int] = {
    **dict.fromkeys(RUN_ONCE, 1),
    **examples.HOW_OFTEN,
    "answering": 3,
    "taking": 2,
    "hearing": 6,
}
"""How many runs each flow has in the end."""
PATIENCE = 300.0


def lay(project: Path, name: str) -> None:
    """A file lands: whole at once, as one that is moved there."""
    (project / name).parent.mkdir(exist_ok=True)
    draft = project / "draft.csv"
    draft.write_text("1\n2\n", "utf-8")
    shutil.move(draft, project / name)


def all_started(
    servers: Servers, runs: Callable[[str], Sequence[tuple[str, bool]]], *, rest: float
) -> Mapping[str, Sequence[str]]:
    """The runs of each flow, once all have as many as they should, which are over, and nothing more comes.

    `runs` tells the id of each run of a flow, and whether it is over; `rest` are the seconds in which the engine looks
    again, and starts what it would start twice.
    """

    def seen() -> dict[str, Sequence[tuple[str, bool]]]:
        return {flow: runs(flow) for flow in HOW_OFTEN}

    def over() -> dict[str, list[str]] | None:
        found = seen()
        if not all(is_over for those in found.values() for _, is_over in those):
            return None
        if any(len(found[flow]) < times for flow, times in HOW_OFTEN.items()):
            return None
        return {flow: [run for run, _ in those] for flow, those in found.items()}

    def missing() -> str:
        told = [(flow, len(those), sum(is_over for _, is_over in those)) for flow, those in seen().items()]
        short = [
            f"{flow}: {count} runs, {ended} over, wanted {HOW_OFTEN[flow]}"
            for flow, count, ended in told
            if ended < count or count < HOW_OFTEN[flow]
        ]
        return f"not all events have started a run ({'; '.join(short)})"

    servers.until(over, missing, PATIENCE)
    time.sleep(rest)
    return servers.until(over, "a further run has not ended", PATIENCE)
