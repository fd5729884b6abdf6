"""The runner's side of a cluster of Dask: a thread of its own that hands attempts over and hears what they come to."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import CancelledError
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any, TypeVar

from . import dask_bootstrap, shipping
from .attempts import Result, Success
from .cargo import Cargo
from .dask_words import BROKEN, LOST, OVER, STOPPED, TIMEOUT, UNSEEN
from .errors import TIMED_OUT, Failure, UsageError, failure
from .executor import Place, Work

_T = TypeVar("_T")
_CONNECT = 5.0
_PATIENCE = 15.0
"""Seconds until a scheduler has to answer; until a worker that is asked has to, or a lost connection is back."""
_FAREWELL = 3.0
_LOOK = 1.0
"""Seconds between looks at how many threads there are."""
_LOST = (OSError, RuntimeError)
"""What calls raise over a connection that is lost."""
GONE = Failure("process ended: the worker of Dask that ran it is gone", ("ProcessEnded",))


class DaskTurn:
    """An attempt that was handed over."""

    def __init__(self, link: Link, work: Work, number: int) -> None:
        self.link = link
        self.work = work
        self.id = f"{work.run}.{work.task}.{work.attempt}.{number}"
        self.claim = link.name(self.id)
        self.future: Any = None
        self.is_stopped = False
        self.is_over = False

    @property
    def key(self) -> str:
        """As Dask's own pages show it: flow and task first, by which they count."""
        task, _, index = self.work.task.partition("[")
        number = self.id.rpartition(".")[2]
        return f"{self.work.flow}.{task}-{number}-{self.work.run}[{index.rstrip(']')}].{self.work.attempt}"

    def stop(self) -> None:
        self.link.stop([self])


class Link:
    """A connection to a scheduler.

    `tell` is given, in the thread of the connection, functions that the runner is to call in its own; None where the
    connection is lost for good.
    """

    def __init__(self, place: Place, cargo: Cargo, given: dict[str, Any], tell: Callable[[Any], None]) -> None:
        self.place = place
        self.cargo = cargo
        self.given = given
        self.tell = tell
        self.threads = 0
        self.for_all = False
        self.generation = 0
        self.client: Any = None
        self._distributed: Any = import_module("distributed")
        self._numbers = count(1)
        self._turns: set[DaskTurn] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._copies: dict[int, str] = {}
        self._code, self._data = shipping.modules()
        self._attempt, self._ask, self._clients = (
            dask_bootstrap.attempt(),
            dask_bootstrap.ask(),
            dask_bootstrap.clients(),
        )
        self._loop = asyncio.new_event_loop()
        # Dask leaves futures behind whose failures nobody asks for; what is ours is told of where it is kept.
        self._loop.set_exception_handler(lambda loop, context: None)
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._thread = threading.Thread(target=self._loop.run_forever, name="dask", daemon=True)
        self._thread.start()

    # -------------------------------------------------------------- called in the runner's thread

    def connect(self, address: str) -> dict[str, bool]:
        """Reach the scheduler; of each worker whether it sees the project's folder. UsageError."""
        return self._wait(self._connect(address))

    def submit(self, work: Work) -> DaskTurn:
        """Hand an attempt over."""
        turn = DaskTurn(self, work, next(self._numbers))
        self._loop.call_soon_threadsafe(self._begin, turn)
        return turn

    def stop(self, turns: Iterable[DaskTurn]) -> None:
        """End attempts, all at once; back once nothing of them is left."""
        going = [turn for turn in turns if not turn.is_stopped and not turn.is_over]
        for turn in going:
            turn.is_stopped = True
        if going:
            self._wait(self._stop(going))

    def close(self) -> None:
        """End what goes on, and leave the cluster as it was."""
        self.stop(self._wait(self._going()))
        try:
            self._wait(self._close())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def name(self, what: str) -> str:
        """A name at the scheduler: whose it is can be told from it."""
        return f"flowc {self.client.id} {what}"

    def _wait(self, what: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()

    # -------------------------------------------------------------- called in the thread of the connection

    async def _connect(self, address: str) -> dict[str, bool]:
        try:
            client = self._distributed.Client(address, asynchronous=True, timeout=_CONNECT, name="flowc")
            await client
        except (OSError, ValueError, TypeError, ImportError) as error:
            said = str(error).strip().splitlines()
            raise UsageError(f"no scheduler of Dask answers at {address}: {said[0] if said else error!r}") from error
        self.client = client
        try:
            seen = await self._introduced()
        except Exception as error:  # whatever another version of Dask, or of Python, has against it
            raise UsageError(f"the cluster of Dask at {address} cannot run tasks: {error!r}") from error
        known = {name: found for name, found in seen.items() if isinstance(found, bool)}
        if not all(known.values()):
            self.for_all = True
            await self._copy()
        self._keep(self._look())
        return known

    async def _introduced(self) -> dict[str, Any]:
        """Bring the code, and ask each worker whether it sees the project's folder."""
        await self._sweep()
        await self.client.publish_dataset(self._data, name=self.name("code"))
        self.threads = sum((await self.client.nthreads()).values())
        seen = await self._ask_all("probe", self.given)
        for each in seen.values():
            if isinstance(each, Exception) and not isinstance(each, OSError):  # it has died meanwhile
                raise each
        return seen

    async def _going(self) -> list[DaskTurn]:
        return list(self._turns)

    def _begin(self, turn: DaskTurn) -> None:
        self._turns.add(turn)
        self._keep(self._run(turn))

    def _keep(self, what: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._kept)

    def _kept(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.tell(partial(_raise, error))

    async def _run(self, turn: DaskTurn) -> None:
        try:
            told = await self._told(turn)
        except CancelledError:  # Dask's: an attempt that was stopped, or a connection that is lost
            if turn.is_stopped or not await self._is_back():
                return
            await self._ask_all("stop", [turn.id])  # what follows must not find it at work
            told = {"end": LOST}
        except Exception as error:
            told = {"end": LOST} if isinstance(error, self._distributed.KilledWorker) else {"error": error}
        if turn.is_stopped:
            return
        try:
            result = await asyncio.to_thread(self._result, turn.work, told)
        except Exception as error:  # of the store
            result = failure(error)
            turn.work.log.write(f"{result.message}\n".encode())
            turn.work.log.close()
        turn.is_over = True
        self._turns.discard(turn)
        self.tell(lambda: None if turn.is_stopped else turn.work.over(result))
        await self._forget([turn])

    async def _told(self, turn: DaskTurn) -> dict[str, Any]:
        """What a worker told of an attempt. One that has no project is sent it, and asked again."""
        while True:
            for_all = self.for_all
            place = {**self.given, "generation": self.generation, "copy": await self._copy() if for_all else None}
            packed = await asyncio.to_thread(self.cargo.pack, turn.work.request, for_all=for_all)
            work = {**packed, "id": turn.id, "claim": turn.claim, "timeout": turn.work.timeout, "place": place}
            if turn.is_stopped:
                raise CancelledError
            turn.future = self.client.submit(
                self._attempt,
                self._code,
                self.name("code"),
                work,
                key=turn.key,
                pure=False,
                retries=0,
                priority=turn.work.priority,
            )
            told = await turn.future
            if told["end"] != UNSEEN:
                return told
            turn.future.release()
            turn.future = None
            self.for_all = True

    def _result(self, work: Work, told: dict[str, Any]) -> Result:
        """What an attempt came to; what it printed is in its log then."""
        for piece in told.get("printed", ()):
            work.log.write(piece)
        if "error" in told:
            raise told["error"]
        end = told["end"]
        if end in (LOST, OVER, STOPPED):
            work.log.write(f"{GONE.message}, with what it printed\n".encode())
        work.log.close()
        if end == "answer":
            return self._answered(work, told)
        if end == TIMEOUT:
            return TIMED_OUT
        if end == BROKEN:
            return Failure(f"the worker of Dask cannot do it: {told['said']}", ("WorkerBroken",))
        return GONE if end != "gone" else Failure(f"process ended: {told['status']}", ("ProcessEnded",))

    def _answered(self, work: Work, told: dict[str, Any]) -> Result:
        answer = told["answer"]
        if "message" in answer:
            return Failure(answer["message"], tuple(answer["names"]), answer["code"])
        self.cargo.bring_home(told.get("made", []), work.run)
        return Success(self.cargo.value(answer))

    async def _stop(self, turns: list[DaskTurn]) -> None:
        """Claim them ourselves, so that none begins any more; those that have begun are ended where they are."""
        if self.client.status != "running":
            return
        begun = [turn for turn in turns if turn.future is not None and not await self._claim(turn)]
        await self.client.cancel([turn.future for turn in turns if turn.future is not None])
        if begun:
            ends = await self._ask_all("stop", [turn.id for turn in begun])
            told: list[dict[str, list[bytes]]] = [end for end in ends.values() if isinstance(end, dict)]
            for turn in begun:
                for piece in (piece for end in told for piece in end.get(turn.id, ())):
                    turn.work.log.write(piece)
        for turn in turns:
            turn.work.log.close()
            self._turns.discard(turn)
        await self._forget(turns)

    async def _claim(self, turn: DaskTurn) -> bool:
        try:
            await self.client.publish_dataset({}, name=turn.claim)
        except KeyError:
            return False
        return True

    async def _forget(self, turns: list[DaskTurn]) -> None:
        """Let the scheduler forget attempts, and then their claims: in this order, or Dask could do one again."""
        for turn in turns:
            if turn.future is not None:
                turn.future.release()
        try:
            await asyncio.gather(*(self.client.unpublish_dataset(turn.claim) for turn in turns))
        except _LOST:  # the connection, and with it all that the scheduler knows of us
            return

    async def _ask_all(self, function: str, *args: Any, patience: float = _PATIENCE) -> dict[str, Any]:
        """Call a function on all workers; what each gives, its exception where it raises one."""
        asked = self.client.run(self._ask, self._code, self._data, function, args, on_error="return")
        try:
            return await asyncio.wait_for(asked, patience)
        except asyncio.TimeoutError:  # a worker that does not answer: it is gone, or will be
            return {}

    async def _copy(self) -> str:
        """The name at the scheduler of the project's copy, which lies there then."""
        generation = self.generation
        if generation not in self._copies:
            self._copies[generation] = name = self.name(f"project {generation}")
            _, data = await asyncio.to_thread(shipping.packed, self.place.root)
            await self.client.publish_dataset(data, name=name, override=True)
        return self._copies[generation]

    async def _is_back(self) -> bool:
        """Whether a lost connection comes back. Where it does not, the runner is told to give up."""
        for _ in range(int(_PATIENCE / 0.5)):
            if self.client.status == "running":
                # who came meanwhile may have swept it away
                await self.client.publish_dataset(self._data, name=self.name("code"), override=True)
                self._copies.clear()
                return True
            if self.client.status in ("closing", "closed"):
                break
            await asyncio.sleep(0.5)
        self.tell(None)
        return False

    async def _look(self) -> None:
        """How many threads there are, again and again."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                threads = sum((await self.client.nthreads()).values())
            except _LOST:
                if not await self._is_back():
                    return
                continue
            if threads != self.threads:
                self.threads = threads
                self.tell(lambda: None)

    async def _sweep(self) -> None:
        """Take away what runners have left that are gone."""
        there = await self.client.run_on_scheduler(self._clients)
        names = [name for name in await self.client.list_datasets() if isinstance(name, str)]
        for name in names:
            if name.startswith("flowc ") and name.split(" ")[1] not in there:
                await self.client.unpublish_dataset(name)

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self.client is None:
            return
        if self.client.status == "running":
            await self._ask_all("leave", self.place.mark, patience=_FAREWELL)
            for name in (self.name("code"), *self._copies.values()):
                await self.client.unpublish_dataset(name)
        await self.client.close(timeout=2)


def _raise(error: BaseException) -> None:
    raise error
