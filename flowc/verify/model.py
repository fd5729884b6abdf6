"""What is asked of an engine, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from flowc.ir.graph import Program


@frozen
class Request:
    """One run of one flow: its program, its params as Python values, the instant it stands for, the user's folder."""

    program: Program
    flow: str
    root: Path
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    at: datetime | None = None


@frozen
class Answer:
    """The lines of an engine's normal trace; `problem` says why there are none."""

    engine: str
    lines: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the run itself succeeded."""
        return bool(self.lines) and self.lines[-1].split() == ["run", "succeeded"]
