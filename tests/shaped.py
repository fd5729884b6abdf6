"""Large flows whole and in parts, natively and on an engine: `python -m tests.shaped dagster 20`, as in `make shapes`.

The shapes are plain ones and those of known sciences (`benchmarks/shapes.py`), of 200 to 2,000 tasks, some of which
fail or are skipped. Each trace is held to that of the whole flow on the native runner.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.shapes import Shape, flow, plain, sciences
from flowc.compiler import compile_text, in_parts
from flowc.ir.graph import Program
from flowc.runtime import api
from flowc.target.registry import package_of, target
from flowc_targets.native.load import load
from tests.conftest import engine_python
from tests.stories import columns

NAME = "shaped"
PARTS = 5
"""About so many of each."""
PATIENCE = 3600.0
Lines = list[str]


def shapes() -> Mapping[str, Shape]:
    """Twenty of them, the small ones first."""
    found = {f"{name} 200": shape for name, shape in {**plain(200), **sciences(200)}.items()}
    found |= {f"{name} 500": shape for name, shape in plain(500).items()}
    return found | {"layers 2000": plain(2000)["layers"]}


def programs(shape: Shape, *, nests: bool) -> tuple[Program, Program]:
    """The flow of a shape, whole and in parts."""
    program = compile_text(flow(shape, name=NAME)).program
    assert program is not None
    parts = in_parts(program, len(shape) // PARTS + 1, nests=nests)
    assert any(graph.parts or graph.part_of for graph in parts.graphs)
    return program, parts


def natively(program: Program, folder: Path) -> Lines:
    """The trace of the native runner."""
    folder.mkdir()
    flows = load(program)
    return columns(list(api.run(flows[NAME], {}, root=folder, flows=flows.values()).trace))


def on_engine(engine: str, chosen: Sequence[Program], home: Path) -> list[Lines]:
    """The traces of an engine, one process of which serves all; or why there is none."""
    room = import_module(f"{package_of(engine)}.verify")
    stories = [room.Story(str(number), program, NAME, timeout=PATIENCE) for number, program in enumerate(chosen)]
    results = room.run_many(stories, python=engine_python(engine), home=home, workers=1, timeout=PATIENCE)
    return [columns(list(each.lines)) if each.problem is None else [each.problem] for each in results]


def main(engine: str, count: int) -> int:
    """How many shapes differ."""
    differing = 0
    for name, shape in list(shapes().items())[:count]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="shaped-") as folder:
            home = Path(folder)
            whole, parts = programs(shape, nests=False)
            wanted = natively(whole, home / "whole")
            found = {"native in parts": natively(parts, home / "parts")}
            if engine != "native":
                both = programs(shape, nests=target(engine).nests)
                found |= zip(
                    (f"{engine} whole", f"{engine} in parts"), on_engine(engine, both, home / engine), strict=True
                )
        wrong = {each: lines for each, lines in found.items() if lines != wanted}
        differing += bool(wrong)
        outcomes = [line.split()[1] for line in wanted[:-1]]
        told = ", ".join(f"{outcomes.count(each)} {each}" for each in dict.fromkeys(sorted(outcomes)))
        print(f"{name}: {told}; {time.monotonic() - began:.0f} s; {'equal' if not wrong else 'DIFFERENT'}", flush=True)
        for each, lines in wrong.items():
            print(f"  {each}:", *sorted(set(lines) ^ set(wanted))[:20], sep="\n    ", flush=True)
    return differing


if __name__ == "__main__":
    raise SystemExit(bool(main(sys.argv[1], int(sys.argv[2]))))
