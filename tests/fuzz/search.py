"""Look for random flows that are wrong: `python -m tests.fuzz.search ENGINE N SEED`, as `make fuzz` does.

What is found is made as small as it gets, printed with both traces, and laid under `build/fuzz` as a story would be.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from itertools import count as counted
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.conftest import ROOT, engine_python
from tests.fuzz.reduce import reduced
from tests.fuzz.running import Found, Unwanted, batch, laid, natively, params, project, wanted
from tests.fuzz.source import source
from tests.fuzz.strategy import flows
from tests.fuzz.tree import Flow

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]
PACKED = 30
"""So many run in one process of an engine."""
KEPT = ROOT / "build" / "fuzz"


def sample(count: int, seed: int) -> list[Flow]:
    """So many random flows that compile, the same for a seed."""
    found: list[Flow] = []

    @seeded(seed)
    @settings(
        max_examples=2 * count + 20,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=SLOW,
    )
    @given(flows())
    def collect(flow: Flow) -> None:
        if len(found) < count and flow not in found and _compiles(flow):
            found.append(flow)

    collect()
    return found


def _compiles(flow: Flow) -> bool:
    try:
        with TemporaryDirectory(prefix="fuzz-") as name:
            laid(flow, Path(name))
    except Unwanted:
        return False
    return True


# ------------------------------------------------------------------ on engines


class Searcher:
    """Runs flows on an engine, in processes of its own."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.engine = engine
        self.python = engine_python(engine)
        self.folder = folder
        self.numbers = counted()

    def run(self, chosen: Sequence[Flow]) -> list[Found]:
        """What comes of them, in order."""
        folder = self.folder / f"batch{next(self.numbers)}"
        try:
            return batch(self.engine, self.python, chosen, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def wrong(self, chosen: list[Flow]) -> Iterator[Found]:
        """Those that are wrong, as small as they get."""
        for told in self.run(chosen):
            found = self.run([told.flow])[0] if told.is_unsure else told
            if found.is_wrong:
                print(f"one differs and is made smaller: {difference(found)}", flush=True)
                yield reduced(found, self.run if found.is_built else self.built)

    def built(self, chosen: Sequence[Flow]) -> list[Found]:
        """Those of which there is no project: for them no engine is started."""
        found = (project(self.engine, flow) for flow in chosen)
        return [each for each in found if isinstance(each, Found) and not each.is_built]


def difference(found: Found) -> str:
    """The lines of both that differ."""
    lines, right = found.lines or [], wanted(found.flow)
    missing = [f"- {line}" for line in right if line not in lines]
    return "\n".join(["", *missing, *(f"+ {line}" for line in lines if line not in right)])


def report(engine: str, found: Found) -> str:
    """What is wrong, and where it lies as the beginning of a story."""
    lines, right = found.lines or [], wanted(found.flow)
    folder = kept(engine, found.flow)
    told = {"does": dict(found.flow.does), "off": sorted(found.flow.off), "picks": dict(found.flow.picks)}
    return "\n".join(
        [
            f"{engine} differs:",
            source(found.flow),
            json.dumps(told),
            difference(found),
            "by the contract:",
            *(f"  {line}" for line in right),
            f"on {engine}:",
            *(f"  {line}" for line in lines),
            f"As a story: move {folder} to tests/conformance; tell in main.flow and story.toml what it shows.",
        ]
    )


def kept(engine: str, flow: Flow) -> Path:
    """A folder as those under tests/conformance are."""
    digest = sha256(repr(flow).encode()).hexdigest()[:8]
    folder = KEPT / f"{engine}_{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    laid(flow, folder)
    values = [f"{name} = {_toml(value)}" for name, value in params(flow).items() if value is not None]
    head = [*(["flow = " + json.dumps(flow.called.get("fuzzed", "fuzzed"))] if flow.subs else []), "", "[values]"]
    (folder / "story.toml").write_text("\n".join(["rules = []", *head, *values, ""]))
    (folder / "trace.txt").write_text("\n".join([*wanted(flow), ""]))
    return folder


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {each}' for name, each in value.items())} }}"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


# ------------------------------------------------------------------ by hand


def main(engine: str, count: int, seed: int) -> int:
    """Exit code 1 where something is wrong."""
    print(f"{count} flows on {engine}, SEED={seed}", flush=True)
    chosen, bad, begun = sample(count, seed), 0, time.monotonic()
    if engine == "native":
        wrong = (Found(flow, lines) for flow in chosen if (lines := natively(flow)) != wanted(flow))
        for found in wrong:
            smallest = reduced(found, lambda smaller: [Found(flow, natively(flow)) for flow in smaller], rounds=50)
            print(report(engine, smallest), flush=True)
            bad += 1
    else:
        with TemporaryDirectory(prefix="fuzz-") as name:
            searcher = Searcher(engine, Path(name))
            for start in range(0, len(chosen), PACKED):
                for found in searcher.wrong(chosen[start : start + PACKED]):
                    print(report(engine, found), flush=True)
                    bad += 1
                done = min(start + PACKED, len(chosen))
                print(f"{done} of {len(chosen)}, {bad} differ, {time.monotonic() - begun:.0f}s", flush=True)
    print(f"{len(chosen)} flows on {engine}, {bad} differ; SEED={seed} gives the same again while the code is the same")
    return 1 if bad else 0


if __name__ == "__main__":
    _, name, number, given_seed = sys.argv
    sys.exit(main(name, int(number), int(given_seed) if given_seed else random.randrange(1_000_000)))
