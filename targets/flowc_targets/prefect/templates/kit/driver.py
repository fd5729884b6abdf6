"""Runs the graph of a flow run on Prefect: submits what may run, records what does not, and ends the run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from copy import deepcopy
from datetime import datetime, time, timedelta, timezone
from typing import Any, cast
from uuid import uuid4

from prefect import State, get_run_logger
from prefect.client.schemas import TaskRun
from prefect.states import Cancelled, Completed, Failed
from prefect.utilities.annotations import quote
from prefect.utilities.engine import emit_task_run_state_change_event

from . import ends, parts, pools
from .errors import failure
from .facts import CALL, flow_name, flow_run
from .failures import failure_of
from .graph import Choice, Index, Item, Loop, Need, Node, Phase, Place, Seen, Told, seen
from .judge import Chosen, Ended, Judge, Reader
from .masks import masked
from .overlap import newer_one_waits
from .rules import Gate, Outcome
from .stopping import ATTEMPT, Attempt, NotBegun, Stopping
from .texts import duration_text

_TOGETHER = 0.05
"""Seconds that those who become ready at once may be apart."""


class Driver(Judge):
    """One run of a graph."""

    def __init__(
        self,
        nodes: Sequence[Node],
        *,
        deadline: timedelta | None = None,
        max_runs: int | None = None,
        late_after: timedelta | time | None = None,
        zone: str = "UTC",
    ) -> None:
        super().__init__()
        self.nodes = nodes
        self.deadline = deadline
        self.max_runs = max_runs
        self.late_after = late_after
        self.zone = zone
        self.began = datetime.now(timezone.utc)
        self.stopping = Stopping(self.began + deadline if deadline is not None else None)
        self.told: dict[str, Any] = {}
        self.log = get_run_logger()
        self._limits: dict[Node, asyncio.Semaphore] = {}

    async def run(self, returns: Callable[..., Any] | None, args: tuple[Any, ...]) -> State[Any]:
        """All tasks, then the handlers that are due."""
        call = CALL.get()
        with call.stopping.handed_on(self.stopping) if call else nullcontext():
            timer, watch = self._at_deadline(), self._at_newer_run()
            await self._phase("main")
            for each in (timer, watch):
                if each:
                    each.cancel()
        if call and call.whole:
            parts.note(call.whole, flow_name(), {key: one for ends in await self._main() for key, one in ends.items()})
        outcome, value = await self._conclude(returns, args)
        lateness = ends.lateness(self.late_after, self.began, self.zone)
        self.told["lateness"] = lateness
        if outcome == "failed":
            await self._phase("failure")
        if outcome == "succeeded":
            await self._phase("success")
        if lateness is not None and outcome != "cancelled":
            await self._phase("late")
        await self._phase("finally")
        parts.forget()
        if outcome == "succeeded":
            return Completed(data=value)
        return Cancelled() if outcome == "cancelled" else Failed(message=masked(str(self.told.get("error"))))

    def _at_deadline(self) -> asyncio.TimerHandle | None:
        if self.deadline is None:
            return None
        said = f"deadline of {duration_text(self.deadline)} passed"
        left = self.deadline - (datetime.now(timezone.utc) - self.began)
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, left.total_seconds()), self.stopping.stop, said)

    def _at_newer_run(self) -> asyncio.Task[None] | None:
        if self.max_runs is None or CALL.get():
            return None
        watch = asyncio.ensure_future(newer_one_waits(self.max_runs))
        watch.add_done_callback(lambda ended: None if ended.cancelled() else self.stopping.stop("cancelled"))
        return watch

    async def _phase(self, phase: Phase) -> None:
        roots = [Reader(node, ()) for node in self.nodes if node.phase == phase]
        await asyncio.gather(*(self.instances(root) for root in roots))

    async def _main(self) -> list[dict[tuple[str, Index], Ended]]:
        """What the instances of each task came to, handlers aside."""
        return [await self.instances(Reader(node, ())) for node in self.nodes if node.phase == "main"]

    # -------------------------------------------------------------- the end

    async def _conclude(self, returns: Callable[..., Any] | None, args: tuple[Any, ...]) -> tuple[str, Any]:
        main = [node for node in self.nodes if node.phase == "main"]
        colours = [await self.colour(seen(node), Reader(node, ())) for node in main]
        outcome, value = ends.outcome(colours, self.stopping.reason), None
        if outcome == "succeeded" and returns:
            try:
                value = returns(*await self._values(args, _NOWHERE))
            except Exception as error:
                outcome, self.told["error"] = "failed", masked(failure(error).message)
        if outcome != "succeeded" and "error" not in self.told:
            self.told |= ends.first_failure([*parts.noted()] or await self._main())
        return outcome, value

    # -------------------------------------------------------------- places

    async def choose(self, choice: Choice, index: Index) -> Chosen:
        reader = Reader(choice, index)
        gate = await self._gate(reader)
        if gate is not Gate.OPEN:
            return Chosen(gate)
        try:
            return Chosen(gate, choice.function(*await self._values(choice.args, reader)))
        except Exception as error:
            return self._misjudged(reader, error)

    async def list(self, loop: Loop, index: Index) -> Chosen:
        reader = Reader(loop, index)
        gate = await self._gate(reader)
        is_there = len(index) == len(loop.loops)
        if gate is not Gate.OPEN and not (loop.static and is_there):
            return Chosen(gate)
        try:
            found = loop.function(*await self._values(loop.args, reader))
            keys = None
            if isinstance(found, dict):
                entries = cast("dict[str, Any]", found)
                keys = sorted(entries)
                found = [entries[key] for key in keys]
            if found is None:
                return Chosen(max(gate, Gate.SKIPPED))
            return Chosen(gate, items=[*found], keys=keys)
        except Exception as error:
            return self._misjudged(reader, error)

    def _misjudged(self, reader: Reader, error: Exception) -> Chosen:
        """An error in a condition or a list counts as a failed upstream of all that it guards."""
        self.log.error("in a condition or a list: %s", masked(failure(error).message))
        return Chosen(Gate.BLOCKED)

    async def _gate(self, reader: Reader) -> Gate:
        gate = await self.gate(reader)
        return Gate.BLOCKED if self._is_stopped(reader.place) else gate

    def _is_stopped(self, place: Place) -> bool:
        return place.phase == "main" and self.stopping.reason is not None

    # -------------------------------------------------------------- tasks

    async def settle(self, node: Node, index: Index) -> Ended:
        reader = Reader(node, index)
        gate = await self._gate(reader)
        if gate is not Gate.OPEN:
            return self._not_run(node, index, "blocked" if gate is Gate.BLOCKED else "skipped")
        async with self._limit(node):
            if self._is_stopped(node):
                return self._not_run(node, index, "blocked")
            ended = await self._attempt(reader)
        if ended.outcome != "failed" or node.fallback is None or self._is_stopped(node):
            return ended
        saved = await self.ended(node.fallback, index)
        if saved.outcome in ("succeeded", "recovered"):
            return Ended("recovered", ended.attempts, saved.value, ended.error, saved.future)
        return ended

    def _limit(self, node: Node) -> Any:
        if node.limit is None:
            return nullcontext()
        return self._limits.setdefault(node, asyncio.Semaphore(node.limit))

    async def _attempt(self, reader: Reader) -> Ended:
        """Let Prefect run the task; it draws the edges from the futures of what succeeded before."""
        node = reader.place
        assert isinstance(node, Node)
        label = _label(node, reader.index)
        values = [quote(value) for value in await self._values(node.args, reader)]
        before = await self._futures(reader)
        async with self._queued(node) as tickets:
            attempt = Attempt(label, self.stopping if node.phase == "main" else Stopping(), tickets)
            token = ATTEMPT.set(attempt)
            try:
                future = node.function.with_options(task_run_name=lambda: label).submit(*values, wait_for=before)
            finally:
                ATTEMPT.reset(token)
            await asyncio.wrap_future(future.wrapped_future)
        future.wait()
        return _ended(future, has_begun=bool(attempt.begun))

    @asynccontextmanager
    async def _queued(self, node: Node) -> AsyncIterator[list[Any]]:
        """Those that become ready at once queue for their pool before any of them is submitted."""
        pool, priority = node.function.fn.pool, node.function.fn.priority
        if pool is None:
            yield []
            return
        ticket = pools.queue(pool, priority)
        await asyncio.sleep(_TOGETHER)
        try:
            yield [ticket]
        finally:
            pools.leave(pool, ticket)

    def _not_run(self, node: Node, index: Index, outcome: Outcome) -> Ended:
        """A task run that never began, so that it can be seen why."""
        state = Completed(name="Skipped") if outcome == "skipped" else Failed(name="UpstreamFailed")
        _record(node, _label(node, index), state)
        return Ended(outcome)

    async def _futures(self, reader: Reader) -> list[Any]:
        found: list[Any] = []
        for need in reader.place.needs:
            for each in need.upstreams:
                if isinstance(each.of, Node):
                    ended = await self.instances(Reader(each.of, reader.at(each.of)))
                    found += [one.future for one in ended.values() if one.future and one.outcome == "succeeded"]
        return found

    # -------------------------------------------------------------- values

    async def _values(self, args: Sequence[Any], reader: Reader) -> list[Any]:
        return [await self._given(arg, reader) for arg in args]

    async def _given(self, arg: Any, reader: Reader) -> Any:
        match arg:
            case Need(upstreams=(upstream, *_)):
                return deepcopy(await self.value(upstream, reader))
            case Node() | Seen():
                return deepcopy(await self.value(seen(arg), reader))
            case Item(loop=loop, role=role):
                entered = await self.entered(loop, reader.at(loop))
                number = reader.index[len(loop.loops)]
                if role == "index":
                    return number
                found = entered.keys if role == "key" else entered.items
                return deepcopy(found[number]) if found is not None else None
            case Told(name=name):
                return self.told.get(name)
            case _:
                return arg


def _ended(future: Any, *, has_begun: bool) -> Ended:
    """What Prefect says of a task run that has ended; `has_begun`: an attempt did, before the run was stopped."""
    state = future.state
    if state.is_completed():
        if state.name == "Skipped":
            return Ended("skipped", 1, future=future)
        return Ended("succeeded", 1, future.result(), future=future)
    error = future.result(raise_on_failure=False)
    if isinstance(error, NotBegun) and not has_begun:
        return Ended("blocked", future=future)
    said = failure_of(error).message if isinstance(error, BaseException) else str(state.message)
    return Ended("failed", 1, error=masked(said), future=future)


def _record(node: Node, label: str, state: State[Any]) -> None:
    """Tell the server of a task run as Prefect's own engine does: by an event."""
    run = TaskRun(
        id=uuid4(),
        name=label,
        flow_run_id=flow_run().id,
        task_key=node.function.task_key,
        dynamic_key=label,
        flow_run_run_count=flow_run().run_count,
        tags=sorted(node.function.tags),
        state=state,
    )
    emit_task_run_state_change_event(task_run=run, initial_state=None, validated_state=state)


def _label(node: Node, index: Index) -> str:
    return ends.label(node.name, index)


_NOWHERE = Reader(Place(None, (), (), (), "main"), ())
