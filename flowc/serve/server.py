"""The server as one value: what it runs, what it knows, and all that it can be asked for from any thread."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Any

from flowc.history import journals
from flowc.runtime.approvals import Answer, Question, answer, open_questions
from flowc.runtime.engine import Engine, Listener
from flowc.runtime.errors import StateError, UsageError
from flowc.runtime.executor import DEFAULT
from flowc.runtime.info import info_of
from flowc.runtime.journal import read
from flowc.runtime.launch import bound, flow_of, is_busy
from flowc.runtime.model import Flow
from flowc.runtime.reading import in_zone
from flowc.runtime.register import Asked, Register, new_id
from flowc.runtime.texts import datetime_text
from flowc.runtime.triggers import Both, OnWebhook
from flowc.runtime.values import encode
from flowc.serve.events import Events, atoms_of
from flowc.serve.files import Files
from flowc.serve.fresh import Freshness
from flowc.serve.keeper import Keeper, finishes, resumed
from flowc.serve.loading import Loading
from flowc.serve.loop import Loop
from flowc.serve.problems import Problems
from flowc.serve.ticker import Ticker, utc_now


class NotThere(UsageError):
    """There is no such run or flow."""


class NotNow(UsageError):
    """What was asked for does not fit what the run is doing."""


class Server:
    """Flows of a project under `root`; journals lie in `state`, what was asked for there too or in a database.

    `broke` is called where the records cannot be kept any more: the server is over then, and loses nothing. `tell` is
    called with what people should hear of.
    """

    def __init__(
        self,
        flows: Mapping[str, Flow],
        *,
        root: Path,
        state: Path,
        database: str | None = None,
        jobs: int | None = None,
        executor: str = DEFAULT,
        store: str | None = None,
        now: Callable[[], datetime] = utc_now,
        broke: Callable[[BaseException], None] = lambda error: None,
        tell: Callable[[str], None] = lambda said: None,
        listener: Listener | None = None,
    ) -> None:
        self.root = root
        self.state = state
        self.now = now
        self._lock = _claim(state)
        self.register = Register(database or state, flows.values())
        self.register.claim()
        self.engine = Engine(
            root, flows=dict(flows), state=state, jobs=jobs, executor=executor, store=store, listener=listener
        )
        self.keeper = Keeper(self.engine, self.register, self._ended, Problems(tell))
        self.ticker = Ticker(self.keeper, list(self.flows.values()), now)
        self.events = Events(self.keeper, list(self.flows.values()), now)
        self.files = Files(self.events, root)
        self.freshness = Freshness(self.keeper, list(self.flows.values()), now, tell)
        self.loop = Loop(self.engine, broke)
        self.loading: Loading | None = None

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows as they are now, by name."""
        return self.engine.flows

    def turn(self, flows: Mapping[str, Flow]) -> None:
        """Go by other flows from now on, all at once; what goes on keeps those with which it began."""

        def turn() -> None:
            if self.keeper.is_closed:
                raise NotNow("the server is stopping")
            self.ticker.turn([*flows.values()])
            self.register.turn(flows.values())
            self.engine.flows = dict(flows)
            self.engine.executor.renew()
            self.events.turn([*flows.values()])
            self.files.start()
            self.freshness.turn([*flows.values()])
            self.keeper.renew()

        self.loop.ask(turn)

    def start(self) -> int:
        """Go on with what was left, then with the schedules; how many runs were left."""
        self.loop.start()
        try:
            left = self.loop.ask(self.keeper.recover)
            self.loop.ask(self.ticker.start)
            self.loop.ask(self.files.start)
            self.loop.ask(self.freshness.start)
        except BaseException:  # the engine's thread would keep the process alive, and nobody would be told
            self.stop(0)
            raise
        return left

    def stop(self, grace: float) -> bool:
        """Begin nothing any more, let runs end for so many seconds and cut the others; whether all have ended."""
        self.keeper.is_closed = True
        done = self.loop.stop(grace)
        self.register.close()
        os.close(self._lock)
        return done

    def flow(self, name: str) -> Flow:
        """The flow of that name; NotThere."""
        if name not in self.flows:
            raise NotThere(f"there is no flow {name}")
        return self.flows[name]

    def begin(self, name: str, params: Mapping[str, Any], *, key: str | None = None, **more: Any) -> tuple[Asked, bool]:
        """Ask for a run by hand; the row of the one that is there where the key was used before, and if it is new.

        `more` are `partition` and `event`, as JSON says them. UsageError where it could not start.
        """
        identity = new_id(self.now())
        row = self.loop.ask(lambda: self._begin(name, identity, key, params, more))
        return row, row.id == identity

    def _begin(
        self, name: str, identity: str, key: str | None, params: Mapping[str, Any], more: Mapping[str, Any]
    ) -> Asked:
        _check(self.flow(name), params, more)
        if self.keeper.is_closed:
            raise NotNow("the server is stopping")
        wanted = Asked(
            name,
            f"manual {key or identity}",
            identity,
            datetime_text(self.now()),
            "manual",
            encode(dict(params)),
            **{field: None if value is None else encode(value) for field, value in more.items()},
        )
        row = self.register.ask([wanted])[0]
        if row.id == wanted.id:
            self.keeper.put([row])
        return row

    def cancel(self, identity: str) -> None:
        """End a run; NotThere, NotNow where it is over."""
        if not self.loop.ask(lambda: self.keeper.cancel(identity)):
            self.records(identity)
            raise NotNow(f"run {identity} is not going on here")

    def resume(self, identity: str) -> None:
        """Go on with a run that has ended without success, or was cut short and nobody works on it.

        NotThere, NotNow where it has succeeded or goes on.
        """
        records = self.records(identity)

        def again() -> None:
            found = finishes(records)
            if self.keeper.has(identity) or is_busy(self.engine, identity):
                raise NotNow(f"run {identity} has not ended")
            if found and found[-1] == "succeeded":
                raise NotNow(f"run {identity} has succeeded")
            self._reopen(identity, records[0], resumed(sum(outcome is not None for outcome in found)))

        self.loop.ask(again)

    def questions(self) -> list[tuple[str, str, Question]]:
        """What the runs ask that go on here, those that others have started too: run, flow, question."""
        going = self.loop.ask(lambda: [(run.info.id, run.flow.name) for run in self.engine.runs if not run.is_over])
        found = [(*run, question) for run in going for question in self.asked(run[0])]
        return sorted(found, key=lambda each: each[0])

    def asked(self, identity: str) -> list[Question]:
        """What a run asks; nothing where it does not go on."""
        path = journals.journal_of(self.state, identity)
        return open_questions(read(path)) if path else []

    def answer(self, identity: str, task: str, index: Sequence[int], said: Answer) -> None:
        """Answer what a run asks; NotThere, NotNow where it does not ask that."""
        self.records(identity)
        key = (task, tuple(index))
        question = next((each for each in self.asked(identity) if (each.task, each.index) == key), None)
        if question is None:
            raise NotNow(f"run {identity} asks nothing of that name")
        answer(self.state / "runs" / identity, question, said)

    def records(self, identity: str) -> list[dict[str, Any]]:
        """The journal of a run; NotThere."""
        path = journals.journal_of(self.state, identity)
        try:
            records = list(read(path)) if path else []
        except OSError as error:
            raise StateError(f"the records of run {identity} cannot be read: {error}") from error
        if not records:
            raise NotThere(f"there is no run {identity}")
        return records

    def waits_for_more(self, paths: Set[str]) -> bool:
        """Whether a flow waits for a webhook on one of these paths together with other events."""
        several = [event for flow in self.events.flows for event in flow.events if isinstance(event, Both)]
        return any(isinstance(atom, OnWebhook) and atom.path in paths for event in several for atom in atoms_of(event))

    def problems(self) -> list[str]:
        """What could not be run, in words."""
        return self.loop.ask(lambda: list(self.keeper.problems))

    def _reopen(self, identity: str, first: Mapping[str, Any], batch: str) -> None:
        if (flow := flow_of(self.flows, first)) is None:
            raise NotThere(f"there is no flow {first['flow']}")
        if first.get("parent"):
            raise NotNow(f"run {identity} belongs to run {first['parent']}: go on with that one")
        row = self.register.of_run(identity)
        if row is None:  # started by `flowc run`
            key = f"manual {identity}"
            wanted = Asked(flow.name, key, identity, str(first["at"]), str(first["trigger"]))
            row = self.register.ask([wanted])[0]
        self.keeper.put([self.register.reopen(row, batch)])

    def _ended(self, identity: str, flow: Flow | None) -> None:
        path = journals.journal_of(self.state, identity)
        assert path is not None
        if self.events.flows:
            self.events.ended(identity, list(read(path)), flow)


def _check(flow: Flow, params: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    """UsageError for what a run of the flow cannot be started with."""
    bound(flow, params)
    moment = in_zone(utc_now(), flow.zone)
    info_of(flow, "", moment, "manual", more.get("partition"), more.get("event"))


def _claim(state: Path) -> int:
    """Lock a state directory for one server; StateError where another has it or it cannot be written."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(state / "serve.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StateError(f"cannot keep state in {state}: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StateError(f"another server works with {state}") from None
    return descriptor
