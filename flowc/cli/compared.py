"""Two runs beside each other: what became of the same tasks, with which values, and how long they took."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from flowc.cli.progress.live import duration
from flowc.runtime.journal import Record, read
from flowc.runtime.parts import folders
from flowc.runtime.trace import Key, label, lines, show

MUCH = 1.5
"""By which factor a task took longer, or less long, to be told of."""
LONG = 0.5
"""And by how many seconds at least."""


@frozen
class Side:
    """An instance in one of the runs: `value` as traces show it, `seconds` from its first attempt to its end."""

    outcome: str
    attempts: int
    value: str | None
    message: str | None
    seconds: float | None

    @property
    def text(self) -> str:
        """`failed after 3 attempts: exit 3`."""
        more = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        said = self.value if self.message is None else self.message.partition("\n")[0]
        return f"{self.outcome}{more}" + ("" if said is None else f": {said}")

    def is_like(self, other: Side) -> bool:
        """Whether it ended in the same way; what a failure says may differ in a number or a time."""
        return (self.outcome, self.attempts, self.value) == (other.outcome, other.attempts, other.value)


@frozen
class Pair:
    """What is in both runs, or in one of them."""

    name: str
    before: Side | None
    after: Side | None

    @property
    def differs(self) -> bool:
        return self.before is None or self.after is None or not self.before.is_like(self.after)

    @property
    def seconds(self) -> tuple[float, float] | None:
        """How long both took, where that is known."""
        if self.before is None or self.after is None:
            return None
        found = self.before.seconds, self.after.seconds
        return None if found[0] is None or found[1] is None else (found[0], found[1])


@frozen
class Comparison:
    """Two runs of a flow."""

    flow: str
    params: Mapping[str, tuple[Any, Any]]
    """Those that differ; None where a run has none of that name."""
    outcome: tuple[str, str]
    pairs: Sequence[Pair]
    """All instances, in the trace's order."""

    @property
    def is_same(self) -> bool:
        """Whether both did the same, however long it took."""
        return self.outcome[0] == self.outcome[1] and not any(pair.differs for pair in self.pairs)

    def as_json(self) -> dict[str, Any]:
        """What differs, and how long each instance took."""
        return {
            "flow": self.flow,
            "outcome": self.outcome,
            "params": self.params,
            "differs": [asdict(pair) for pair in self.pairs if pair.differs],
            "seconds": {pair.name: pair.seconds for pair in self.pairs if pair.seconds},
        }

    def as_text(self) -> Iterator[str]:
        """A line for each difference."""
        yield f"{self.flow}  {_arrow(*self.outcome)}"
        for name, (before, after) in self.params.items():
            yield f"param    {name} = {_arrow(_json(before), _json(after))}"
        changed = [pair for pair in self.pairs if pair.differs]
        if changed:
            yield ""
        width = max((len(pair.name) for pair in changed), default=0)
        for pair in changed:
            before, after = (side.text if side else "not there" for side in (pair.before, pair.after))
            yield f"{pair.name:{width}}  {before} -> {after}"
        timed = sorted((pair for pair in self.pairs if _is_slow(pair)), key=_gap, reverse=True)
        if timed:
            yield ""
        width = max((len(pair.name) for pair in timed), default=0)
        for pair in timed:
            assert pair.seconds
            yield f"{pair.name:{width}}  took {_arrow(*map(duration, pair.seconds))}"
        if not changed and self.is_same:
            yield "every task ended alike"


def compare(before: Path, after: Path) -> Comparison:
    """The runs of two folders, which must be of one flow."""
    first, second = (next(read(folder / "journal")) for folder in (before, after))
    given: list[Mapping[str, Any]] = [first["params"], second["params"]]
    names = dict.fromkeys(name for params in given for name in params)
    params = {name: (given[0].get(name), given[1].get(name)) for name in names}
    (one, first_outcome), (other, second_outcome) = _sides(before), _sides(after)
    return Comparison(
        flow=first["flow"],
        params={name: pair for name, pair in params.items() if pair[0] != pair[1]},
        outcome=(first_outcome or "unfinished", second_outcome or "unfinished"),
        pairs=[Pair(label(*key), one.get(key), other.get(key)) for key in sorted(one.keys() | other.keys())],
    )


def _sides(folder: Path) -> tuple[dict[Key, Side], str | None]:
    """The instances of a run and of its parts, and how it ended."""
    found: dict[Key, Side] = {}
    outcomes: list[str | None] = []
    for each in folders(folder):
        records = list(read(each / "journal"))
        took, said = _seconds(records), _messages(records)
        instances, outcome = lines(records)
        outcomes.append(outcome)
        for line in instances:
            key = (line.name, line.index)
            value = None if line.value is None else show(line.value)
            found[key] = Side(line.outcome, line.attempts, value, said.get(key), took.get(key))
    return found, outcomes[0]


def _seconds(records: Iterable[Record]) -> dict[Key, float]:
    began: dict[Key, float] = {}
    took: dict[Key, float] = {}
    for record in records:
        if record["event"] == "start" and record["attempt"] == 1:
            began[_key(record)] = record["time"]
        elif record["event"] == "end" and _key(record) in began:
            took[_key(record)] = round(record["time"] - began[_key(record)], 3)
    return took


def _messages(records: Iterable[Record]) -> dict[Key, str]:
    return {_key(record): record["message"] for record in records if record["event"] == "end" and "message" in record}


def _key(record: Record) -> Key:
    return record["task"], tuple(record["index"])


def _is_slow(pair: Pair) -> bool:
    return pair.seconds is not None and _gap(pair) >= LONG and max(pair.seconds) >= MUCH * min(pair.seconds)


def _gap(pair: Pair) -> float:
    return abs(pair.seconds[0] - pair.seconds[1]) if pair.seconds else 0.0


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} -> {after}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
