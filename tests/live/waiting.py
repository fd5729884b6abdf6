"""What the live engines are asked about waits and about assets that grow old, each over its own API.

An asset is written, is late, and is written again. A run waits for an asset that another one writes later. Two runs ask
whether they may go on: one is told yes, the other no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import frozen

from tests.live.asked import Asked
from tests.live.servers import Servers

ASKED = {"waiting": "waiting", "yes": "asking", "no": "asking"}
"""The flow of each run that waits."""
FLOWS = ("aging", "writing", *dict.fromkeys(ASKED.values()))
AGES = ("early", "never", "steady")
LATE = [
    {"early": "late", "never": "unknown", "steady": "fresh"},
    {"early": "fresh", "never": "unknown", "steady": "fresh"},
]
"""What is told of each asset a minute after it was written, and once it was written again."""
TRACES = {
    "waiting": ["ready  succeeded  1", 'told  succeeded  1  "ready"', "run  succeeded"],
    "yes": ["ask  succeeded  1", 'done  succeeded  1  "yes"', "run  succeeded"],
    "no": ["ask  failed  1", "done  blocked  0", "run  failed"],
}
PATIENCE = 480.0


class Engine(Protocol):
    """A live engine that runs these flows."""

    def start(self, asked: Asked, /) -> str: ...
    def wait(self, flow: str, run: str, /) -> None: ...
    def ages(self) -> Mapping[str, str]: ...
    def asks(self, run: str) -> bool: ...
    def answer(self, run: str, *, yes: bool) -> None: ...


@frozen
class Waited:
    """What a live engine told of its assets, when one was late and when it was fresh again; the runs as in `ASKED`."""

    ages: list[Mapping[str, str]]
    ids: Mapping[str, str]


def grow_old_and_wait(servers: Servers, engine: Engine) -> Waited:
    """Hardly anything goes on meanwhile, and it takes minutes: something to be done beside all else."""
    ids = {"waiting": engine.start(Asked("waiting"))}
    ids |= {said: engine.start(Asked("asking", {"what": said})) for said in ("yes", "no")}
    _age(engine)
    for said in ("yes", "no"):
        servers.until(lambda said=said: engine.asks(ids[said]) or None, f"nobody asks about {said}", PATIENCE)
        engine.answer(ids[said], yes=said == "yes")
    engine.wait("writing", engine.start(Asked("writing")))
    engine.wait("waiting", ids["waiting"])
    for said in ("yes", "no"):
        engine.wait("asking", ids[said])
    ages = [_when(servers, engine, "late")]
    _age(engine)
    return Waited([*ages, _when(servers, engine, "fresh")], ids)


def _age(engine: Engine) -> None:
    engine.wait("aging", engine.start(Asked("aging")))


def _when(servers: Servers, engine: Engine, state: str) -> Mapping[str, str]:
    """What is said of each asset once `early` is so."""

    def seen() -> Mapping[str, str] | None:
        ages = engine.ages()
        return ages if ages.get("early") == state else None

    return servers.until(seen, f"`early` is not {state}", PATIENCE)
