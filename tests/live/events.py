"""What happens outside while the live engines run, and the runs that must come of it, each once.

`old.csv` lies in `landing/` before an engine looks there first, and starts nothing; `new.csv` comes later. The order is
posted twice with one key. `broken` is asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.live import examples

OLD, NEW = "landing/old.csv", "landing/new.csv"
ORDER: Mapping[str, Any] = {"id": 7, "parts": ["a", "b"]}
ORDER_KEY = "order-7"
RUN_ONCE = (
    *("landing", "counting", "closing", "both", "broken", "alarm", "hooked"),
    *("outer", "inner", "after_inner", "deeper"),
)
"""The flows that have one run each in the end. The trace of each stands beside its flow."""
HOW_OFTEN: Mapping[str, int] = {**dict.fromkeys(RUN_ONCE, 1), **examples.HOW_OFTEN, "hearing": 6}
"""How many runs each flow has in the end."""


def lay(project: Path, name: str) -> None:
    """A file lands: whole at once, as one that is moved there."""
    (project / name).parent.mkdir(exist_ok=True)
    draft = project / "draft.csv"
    draft.write_text("1\n2\n", "utf-8")
    shutil.move(draft, project / name)
