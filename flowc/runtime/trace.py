"""A run's normal trace, from its journal: its instances with outcome, attempts and value, then the run's outcome."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .journal import Record
from .texts import compact

_QUOTED = ("$path", "$table")
Key = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Line:
    """One instance; `value` is the one JSON text that carries it, None where there is no value."""

    name: str
    index: tuple[int, ...]
    outcome: str
    attempts: int
    value: str | None = None

    @property
    def label(self) -> str:
        """The name with its index, blanks in it made single."""
        return label(self.name, self.index)


def label(name: str, index: tuple[int, ...]) -> str:
    """`score[3]`, blanks in the name made single."""
    return " ".join(name.split()) + (f"[{','.join(map(str, index))}]" if index else "")


def lines(records: Iterable[Record]) -> tuple[list[Line], str | None]:
    """The instances in the trace's order, and the run's outcome (None where it did not end)."""
    found, outcome = ended(records)
    return sorted(found.values(), key=lambda line: (line.name, line.index)), outcome


def ended(records: Iterable[Record]) -> tuple[dict[Key, Line], str | None]:
    """What ended, by name and index; the end of a resumed run makes void what no longer exists."""
    found: dict[Key, Line] = {}
    outcome: str | None = None
    for record in records:
        if record["event"] == "end":
            if record.get("inner"):
                continue  # stands for a part, or for a task of one
            key = (record["task"], tuple(record["index"]))
            found[key] = Line(*key, record["outcome"], record["attempts"], record.get("value"))
        elif record["event"] == "resume":
            outcome = None
        elif record["event"] == "finish":
            outcome = record["outcome"]
            for name, index in record.get("void", ()):
                found.pop((name, tuple(index)), None)
    return found, outcome


def normal(records: Iterable[Record]) -> list[str]:
    """The lines of the trace, as text."""
    return table(*lines(records))


def table(instances: list[Line], outcome: str | None) -> list[str]:
    """The trace as text: columns apart by two blanks, the run's outcome last."""
    width = max([len(line.label) for line in instances] + [len("run")])
    shown = [
        f"{line.label:{width}}  {line.outcome:9}  {line.attempts}"
        + (f"  {show(line.value)}" if line.value is not None and line.outcome in ("succeeded", "recovered") else "")
        for line in instances
    ]
    return [*shown, f"{'run':{width}}  {outcome or 'unfinished'}"]


def show(value: str) -> str:
    """A value as traces show it: dates, durations, sizes and their like bare, everything else JSON."""
    found: Any = json.loads(value, object_hook=_readable)
    if isinstance(found, _Bare):
        return str(found)
    return compact(found)


class _Bare(str):
    """A text form, which stands bare at the top and quoted below it."""


def _readable(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        ((name, text),) = found.items()
        if name == "$map":
            return dict(text)
        if name in _QUOTED:
            return text
        if name.startswith("$"):
            return _Bare(text)
    return found
