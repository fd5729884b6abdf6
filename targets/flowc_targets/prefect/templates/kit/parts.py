"""Parts of a flow that are flows of their own: what their tasks came to, for those of other parts.

The run of the whole and those of its parts are in one process: what a part came to stands here until the whole is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .attempts import Skip
from .errors import TaskFailure
from .facts import CALL, run_id
from .graph import Index
from .judge import Ended

Ends = Mapping[tuple[str, Index], Ended]
_CAME_TO: dict[tuple[str, str], Ends] = {}
"""By the run of the whole and the name of a part: how the instances of its tasks ended."""


def note(whole: str, part: str, ends: Ends) -> None:
    """The tasks of a part have ended."""
    _CAME_TO[whole, part] = ends


def noted() -> Iterator[Ends]:
    """What the tasks of the parts of this run came to, in the order in which these ended."""
    yield from (ends for key, ends in _CAME_TO.items() if key[0] == run_id())


def forget() -> None:
    """The run of the whole is over."""
    for key in [key for key in _CAME_TO if key[0] == run_id()]:
        del _CAME_TO[key]


def of_part(part: str, task: str) -> Any:
    """End as a task of a part did; what it gave."""
    call = CALL.get()
    ended = _CAME_TO.get((call.whole if call and call.whole else run_id(), part), {}).get((task, ()))
    if ended is None or ended.outcome in ("failed", "blocked"):
        raise TaskFailure(f"{task} of {part} {'failed' if ended and ended.outcome == 'failed' else 'was blocked'}")
    if ended.outcome == "skipped":
        raise Skip(f"{task} of {part} was skipped")
    return ended.value
