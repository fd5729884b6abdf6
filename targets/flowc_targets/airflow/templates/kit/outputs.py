"""Files that tasks make for those who read them: the same path wherever the flow runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def place_for(context: Mapping[str, Any], task: str) -> str:
    """Where a task's file is made, an attempt over the one before."""
    ti = context["ti"]
    return f".flowc/out/{ti.run_id}/{task}" + (f"[{ti.map_index}]" if ti.map_index >= 0 else "")
