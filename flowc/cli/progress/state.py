"""Where a run stands, from its events: what runs, what has ended, what waits and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from flowc.ir.graph import Accepts, Awaits, Graph, InArm, Need, Requires, Scope

Event = Mapping[str, Any]

_INDEX = re.compile(r"\[\d+(,\d+)*\]$")


@frozen
class Attempt:
    """An attempt that runs, or the pause after one that failed; `since` on the clock of who follows."""

    number: int
    since: float
    is_pause: bool = False


@frozen
class Ended:
    """An instance that has ended."""

    outcome: str
    attempts: int
    seconds: float
    message: str | None = None


@define
class Progress:
    """One run. `waits` are the tasks that each task of the flow waits for."""

    waits: Mapping[str, frozenset[str]]
    started: float = 0.0
    running: dict[str, Attempt] = field(factory=dict[str, Attempt])
    ended: dict[str, Ended] = field(factory=dict[str, Ended])
    run: str | None = None
    outcome: str | None = None
    _begun: dict[str, float] = field(factory=dict[str, float])

    def take(self, event: Event, now: float) -> bool:
        """Take in an event at the moment `now`; whether it is one of this run and not of a subflow's."""
        if self.run is None and event["event"] in ("run", "resume"):
            self.run, self.started = event["run"], now
        if event["run"] != self.run:
            return False
        name = event.get("task", "")
        match event["event"]:
            case "start":
                self._begun.setdefault(name, now)
                self.running[name] = Attempt(event["attempt"], now)
            case "failure" if event.get("retries"):
                self.running[name] = Attempt(event["attempt"], now, is_pause=True)
            case "end":
                self.running.pop(name, None)
                seconds = now - self._begun.pop(name, now)
                self.ended[name] = Ended(event["outcome"], event["attempts"], seconds, event.get("message"))
            case "finish":
                self.outcome = event["outcome"]
            case _:
                pass
        return True

    def waiting(self) -> Iterator[tuple[str, str]]:
        """Each task of which nothing has started or ended, and why."""
        met = {self._task(name) for name in (*self.running, *self.ended)}
        busy = {self._task(name) for name in self.running}
        for name, upstreams in self.waits.items():
            if name not in met:
                open_ = sorted(upstream for upstream in upstreams if upstream in busy or upstream not in met)
                yield name, f"waits for {_listed(open_)}" if open_ else "waits for its turn"

    def failures(self) -> Iterator[tuple[str, Ended]]:
        """What failed, in the order in which it did."""
        yield from ((name, end) for name, end in self.ended.items() if end.outcome == "failed")

    def _task(self, instance: str) -> str:
        return instance if instance in self.waits else _INDEX.sub("", instance)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def waits_of(graph: Graph) -> dict[str, frozenset[str]]:
    """Which tasks each task of the flow waits for, handlers and fallbacks left out: they may not be due."""
    fallbacks = {node.fallback for node in graph.nodes}
    found: dict[str, frozenset[str]] = {}
    for node in graph.nodes:
        if node.phase == "main" and node.name not in fallbacks:
            needs = [*node.needs, *_around(graph, node.scope)]
            found[node.name] = frozenset(name for need in needs for name in _names(graph, need)) - {node.name}
    return found


def _around(graph: Graph, scope: Scope) -> Iterator[Need]:
    for place in scope:
        holder = graph.decision(place.decision) if isinstance(place, InArm) else graph.loop(place.loop)
        yield from holder.needs


def _names(graph: Graph, need: Need) -> Iterable[str]:
    upstreams = (need.upstream,) if isinstance(need, Requires | Accepts | Awaits) else need.upstreams
    for upstream in upstreams:
        yield from graph.group(upstream.name).members if upstream.is_group else (upstream.name,)
        yield from upstream.checks
