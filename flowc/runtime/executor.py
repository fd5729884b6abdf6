"""What runs the attempts of tasks: the contract that an executor keeps, and how one is found by its name.

The runner decides what runs when, and what follows from how it ends; an executor is told of one attempt at a time and
tells what it came to. Ours are `processes` (worker processes and scripts of this machine), `dask` (on the workers of a
Dask cluster) and `inline` (in the runner's own process, for tests). A package brings another one by an entry point of
the group `flowc.executors`: its name, and a `Maker`.
"""

from __future__ import annotations

import selectors
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .attempts import Result
from .clock import Timer
from .errors import UsageError
from .logs import OutputFile

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "flowc.executors"
DEFAULT = "processes"


class Turn(Protocol):
    """An attempt that runs. It ends by itself, with a result, or is stopped, with none."""

    def stop(self) -> None:
        """End it with all that it started; back once nothing of it is left."""
        ...


@dataclass(frozen=True, eq=False)
class Work:
    """One attempt of a task, or one look of a wait: all that is said of it.

    `request` is what `execute` does, as plain values. What is printed goes to `log`, which the executor closes. `over`
    is to be called once, in the runner's thread, unless the attempt was stopped.
    """

    flow: str
    run: str
    task: str
    attempt: int
    request: dict[str, Any]
    log: OutputFile
    over: Callable[[Result], None]
    timeout: float | None = None
    """Seconds after which it is to be stopped, for executors that keep the time themselves."""
    priority: int = 0


class Executor(Protocol):
    """Runs attempts. All is called in the runner's thread, and nothing but `stop` and `close` may take long."""

    keeps_time: bool
    """Whether it ends an attempt itself once its `timeout` is over, counted from when it really began, as TIMED_OUT."""

    about: str | None
    """Where attempts run, in words for the user, where that is elsewhere."""

    @property
    def slots(self) -> int:
        """How many attempts it can have at once; asked for anew each time."""
        ...

    def start(self, work: Work) -> Turn:
        """Begin an attempt. What is raised is its failure."""
        ...

    def stop(self, turns: Sequence[Turn]) -> None:
        """End those of its own among these, all at once, as `Turn.stop` does one."""
        ...

    def renew(self) -> None:
        """What begins from now on sees the project's modules as these are now."""
        ...

    def close(self) -> None:
        """End what goes on, and give back what is open."""
        ...


@dataclass(frozen=True)
class Place:
    """Where an executor works, and with what.

    `mark` is the runner's own and nobody else's. The loop waits on `selector` and calls what is registered there;
    `later` calls a function after so many seconds. `jobs` is what a user has said; `store` is where large values and
    files go, by a URL or a folder, where they are not handed over.
    """

    root: Path
    state: Path
    mark: str
    selector: selectors.BaseSelector
    later: Callable[[float, Callable[[], None]], Timer]
    jobs: int | None = None
    store: str | None = None


Maker = Callable[[Place, "str | None"], Executor]
"""Makes an executor; the text is what a user wrote behind its name, `ADDRESS` of `dask=ADDRESS`. UsageError where it
cannot be made so."""

_OURS = {"processes": "Processes", "inline": "Inline", "dask": "Dask"}


def made(said: str, place: Place) -> Executor:
    """The executor that a user names, `NAME` or `NAME=ARGUMENT`; UsageError where there is none, or it cannot be."""
    name, _, argument = said.partition("=")
    return _maker(name)(place, argument or None)


def names() -> list[str]:
    """The names of all executors, without loading any."""
    return sorted({*_OURS, *_offers()})


def _maker(name: str) -> Maker:
    offers = {} if name == DEFAULT else _offers()  # to look costs more than a small run
    if name in _OURS:
        if name in offers:
            raise UsageError(f"`{name}` is an executor of ours, and {_whose(offers[name])} brings another one")
        return getattr(import_module(f"{__package__}.executor_{name}"), _OURS[name])
    if name not in offers:
        raise UsageError(f"there is no executor {name}: there are {', '.join(names())}")
    try:
        found: Maker = offers[name].load()
    except Exception as error:  # whatever a stranger's module raises when it is imported
        raise UsageError(f"{_whose(offers[name])} does not load: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise UsageError(f"the executor {name} of {_whose(offers[name])} is not callable")
    return found


def _offers() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for offer in entry_points(group=GROUP):
        other = found.setdefault(offer.name, offer)
        # The same package can be seen twice, through two entries of the path.
        if (other.value, _whose(other)) != (offer.value, _whose(offer)):
            raise UsageError(f"both {_whose(other)} and {_whose(offer)} bring the executor {offer.name}")
    return found


def _whose(offer: EntryPoint) -> str:
    return f"the package {offer.dist.name}" if offer.dist else f"`{offer.value}`"
