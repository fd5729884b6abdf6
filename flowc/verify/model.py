"""What is asked of an engine, what it answers, and what a target brings so that it can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from attrs import field, frozen

from flowc.ir.graph import Program
from flowc.runtime.facts import Span


@frozen
class Request:
    """One run of one flow: its program, its params as Python values, the instant it stands for, the user's folder.

    `env` are variables of the run; `event` is what starts it, as JSON, `partition` the one that it works on, by its
    text; `name` tells the requests of one call apart.
    """

    program: Program
    flow: str
    root: Path
    params: Mapping[str, Any] = field(factory=dict[str, Any])
    at: datetime | None = None
    env: Mapping[str, str] = field(factory=dict[str, str])
    name: str = "run"
    event: Any = None
    partition: str | None = None
    nested: Program | None = None
    """The program as a target has it that nests the parts of large flows in one run, where they are split."""


@frozen
class Answer:
    """The lines of an engine's normal trace; `problem` says why there are none.

    `is_refused`: there was no run, for its params were not good (rule 17). `broken` are the facts of the raw events
    that do not hold (order, pools and limits, pauses), in words.
    """

    engine: str
    lines: tuple[str, ...] = ()
    problem: str | None = None
    is_refused: bool = False
    broken: tuple[str, ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether the run itself succeeded."""
        return bool(self.lines) and self.lines[-1].split() == ["run", "succeeded"]


class Told(Protocol):
    """What an engine tells of a run: the lines of its trace, or why there are none; `record` holds its own records.

    `spans` are the attempts with their times, by the names of the trace. They come from one machine's clock, and an
    upstream's end is written down before anything that waits for it is started: so what must hold of them is asked with
    the little that clocks are coarse by (`flowc.runtime.facts.SLACK`), and no more.
    """

    @property
    def lines(self) -> Sequence[str]: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def is_refused(self) -> bool: ...
    @property
    def spans(self) -> Sequence[Span]: ...
    @property
    def record(self) -> Mapping[str, Any]:
        """`runs` is the run and all that it started, each with its `run_id`; `error` what the engine complained of."""
        ...


class Engine(Protocol):
    """The room `verify` of a target: writes programs as projects, runs them on the real engine, reads its records."""

    def Story(  # noqa: N802 - a class of the target's own
        self,
        name: str,
        program: Program,
        flow: str,
        params: Mapping[str, Any],
        at: datetime | None,
        env: Mapping[str, str],
        prepare: Callable[[Path], None],
        *,
        event: Any,
        partition: str | None,
    ) -> Any: ...

    def run_many(self, stories: Sequence[Any], *, python: Path, home: Path) -> Sequence[Told]:
        """Run all in one go, for engines are slow to start; what each told, in the order of the stories."""
        ...
