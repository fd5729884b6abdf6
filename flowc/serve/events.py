"""Events become runs, each once: by a webhook, a file, the end of another flow's run, an asset that was written.

An event has a key, and the register one row for each flow and key. Of `a and b` the runner remembers, in the register,
which have come since the last run that they started.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from flowc.runtime.journal import Record
from flowc.runtime.launch import flow_of
from flowc.runtime.model import Flow
from flowc.runtime.register import Asked, event_key, new_id
from flowc.runtime.texts import datetime_text
from flowc.runtime.triggers import Both, Either, Event, OnAsset, OnFile, OnFlow, OnWebhook
from flowc.runtime.values import encode
from flowc.serve.keeper import Keeper, finishes

Atom = OnAsset | OnFile | OnWebhook | OnFlow


@frozen
class Happened:
    """Something that may start flows: what it is about, the key that tells it from others there, `run.event`."""

    kind: str
    name: str
    key: str
    event: Any


class Events:
    """The flows that wait for events, on the engine's thread."""

    def __init__(self, keeper: Keeper, flows: Sequence[Flow], now: Callable[[], datetime]) -> None:
        self.keeper = keeper
        self.now = now
        self.turn(flows)

    def turn(self, flows: Sequence[Flow]) -> None:
        """Go by these flows from now on."""
        self.flows = [flow for flow in flows if flow.events]

    def atoms(self) -> Iterator[tuple[Flow, Atom]]:
        """Each event that a flow waits for."""
        for flow in self.flows:
            for event in flow.events:
                yield from ((flow, atom) for atom in atoms_of(event))

    def take(self, found: Iterable[Happened], *, cursor: tuple[str, str] | None = None) -> list[Asked]:
        """Ask for the runs that these start, and note how far was looked, all or nothing; the rows that are new."""
        full: list[str] = []
        wanted = [self._row(flow, one) for one in found for flow in self.flows if self._starts(flow, one, full)]
        standing = self.keeper.register.ask(wanted, cursor=cursor)
        for name in full:  # after the rows: a kill in between lets the same event come again, which has the same key
            self.keeper.register.ask([], cursor=(name, "[]"))
        new = [row for row, mine in zip(standing, wanted, strict=True) if row.id == mine.id]
        self.keeper.put(new)
        return new

    def ended(self, identity: str, records: Sequence[Record], flow: Flow | None) -> None:
        """What the end of a run may start: flows on it, and on the assets that it wrote.

        A run that was gone on with ends again, which is another end; what it had written before is no news.
        """
        known = flow_of(self.keeper.engine.flows, records[0])
        flow = flow or known
        name, outcome = known.name if known else str(records[0]["flow"]), str(records[-1].get("outcome"))
        count = len(finishes(records))
        found = [Happened("flow", name, f"{identity} {outcome} {count}", {"name": name, "outcome": outcome})]
        facts = {task.name: task.facts for task in flow.tasks} if flow else {}
        own = records[0].get("partition")
        for number, record in enumerate(records):
            if record["event"] == "end" and record["outcome"] == "succeeded" and record["task"] in facts:
                said = facts[record["task"]]
                found += [
                    Happened("asset", asset, f"{identity} {number}", {"name": asset, "partition": partition})
                    for asset in said.writes
                    for partition in [own if asset in said.partitions else None]
                ]
        self.take(found)

    def _starts(self, flow: Flow, one: Happened, full: list[str]) -> bool:
        """Every event is asked, for each remembers what has come."""
        found = [self._is_full(flow, number, event, one, full) for number, event in enumerate(flow.events)]
        return any(found)

    def _is_full(self, flow: Flow, number: int, event: Event, one: Happened, full: list[str]) -> bool:
        """Whether the event starts the flow, with those before it that it waits for; then `full` has its name."""
        if not isinstance(event, Both):
            return any(is_of(atom, one) for atom in atoms_of(event))
        name = f"both {flow.id} {number}"
        kept = self.keeper.register.cursor(name)
        parts = {said(part): part for part in event.events}
        come = parts.keys() & (
            json.loads(kept) if kept else []
        )  # what the flow said before and does not now is forgotten
        come |= {text for text, part in parts.items() if any(is_of(atom, one) for atom in atoms_of(part))}
        if len(come) == len(parts):
            full.append(name)
            return True
        if (place := json.dumps(sorted(come))) != (kept or "[]"):
            self.keeper.register.ask([], cursor=(name, place))
        return False

    def _row(self, flow: Flow, one: Happened) -> Asked:
        key = event_key(one.kind, one.name, one.key)
        moment = datetime_text(self.now())
        return Asked(flow.name, key, new_id(self.now()), moment, one.kind, event=encode(one.event))


def atoms_of(event: Event) -> Iterator[Atom]:
    """The single events of an event."""
    if isinstance(event, Both | Either):
        for part in event.events:
            yield from atoms_of(part)
    else:
        yield event


def is_of(atom: Atom, one: Happened) -> bool:
    """Whether something that happened is what a flow waits for."""
    match atom:
        case OnAsset():
            return one.kind == "asset" and one.name == atom.asset
        case OnFile():
            return one.kind == "file" and one.name == atom.pattern
        case OnWebhook():
            return one.kind == "webhook" and one.name == atom.path
        case OnFlow():
            outcome = one.event["outcome"] if one.kind == "flow" and one.name == atom.flow else None
            return outcome is not None and (atom.when == "done" or outcome == atom.when)


def said(event: Event) -> str:
    """An event as a flow says it."""
    match event:
        case OnAsset():
            return f"asset {event.asset}"
        case OnFile():
            return f"file {event.pattern}"
        case OnWebhook():
            return f"webhook {event.path}"
        case OnFlow():
            return f"flow {event.flow} {event.when}"
        case Both():
            return " and ".join(said(part) for part in event.events)
        case Either():
            return " or ".join(said(part) for part in event.events)
