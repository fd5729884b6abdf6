"""Random flows laid into folders, compiled, and run: natively in this process, and many at once on an engine."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import frozen

from flowc.cli.compiling import judged
from flowc.compiler import compile_paths, in_parts
from flowc.diagnostics.render import render
from flowc.ir.graph import Program
from flowc.runtime import api
from flowc.runtime.facts import broken, spans
from flowc.runtime.journal import read
from flowc.target.registry import target
from flowc.verify import Answer, Request, on_engine
from flowc_targets.native.load import load
from tests.fuzz.source import source
from tests.fuzz.statement import GIVEN, Statement
from tests.fuzz.tree import Flow
from tests.stories import columns

UNWISE = {
    "FLOW413",  # what is required of both arms never comes
}
"""Errors of a flow that has a meaning all the same, but none that anybody wants."""
WORK = (Path(__file__).parent / "work.py").read_text("utf-8")


class Unwanted(Exception):
    """A flow that does not compile for a reason that is good."""


def laid(flow: Flow, folder: Path, text: str | None = None) -> Program:
    """Put a flow and what belongs to it in a folder, and compile it; `text` is its source where it is another one."""
    text = source(flow) if text is None else text
    folder.mkdir(exist_ok=True)
    (folder / "fuzz_work.py").write_text(WORK)
    (folder / "does.json").write_text(json.dumps(flow.does))
    (folder / "main.flow").write_text(text)
    compilation = compile_paths([folder / "main.flow"])
    if any(found.code.number in UNWISE for found in compilation.diagnostics):
        raise Unwanted
    assert compilation.program is not None, text + render(list(compilation.diagnostics), "oneline")
    return compilation.program


def params(flow: Flow) -> dict[str, object]:
    """What the run is given."""
    return {**GIVEN, "off": sorted(flow.off), "picks": dict(flow.picks)}


# ------------------------------------------------------------------ natively


@contextmanager
def at_home(folder: Path) -> Generator[None]:
    """In the folder, with its Python and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.syspath_prepend(folder)
        patch.delitem(sys.modules, "fuzz_work", raising=False)
        yield


def traced(flow: Flow, program: Program, folder: Path) -> list[str]:
    """The trace of a run in this process and what is broken of the facts; the folder holds what belongs to the flow."""
    with at_home(folder):
        for tried in folder.glob("tried_*"):
            tried.unlink()
        flows = load(program)
        main = flows[flow.called.get("fuzzed", "fuzzed")]
        given = params(flow)
        result = api.run(main, given, root=folder, flows=flows.values(), sync=False, executor="inline")
        return [*columns(result.trace), *broken(main, spans(read(result.folder / "journal")))]


def natively(flow: Flow, text: str | None = None) -> list[str]:
    """The trace of a flow; Unwanted where it has none."""
    with TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        return traced(flow, laid(flow, folder, text), folder)


# ------------------------------------------------------------------ on engines


@frozen
class Found:
    """What came of a flow on an engine: None where it is refused, and its lines otherwise."""

    flow: Flow
    lines: list[str] | None
    is_built: bool = True

    @property
    def is_wrong(self) -> bool:
        return self.lines is not None and self.lines != wanted(self.flow)

    @property
    def is_unsure(self) -> bool:
        """Whether the engine had not ended in time or gave up, which says little where many run at once."""
        return any(line.startswith(("timeout:", "crashed:")) for line in self.lines or ())


def wanted(flow: Flow) -> list[str]:
    """The trace that the contract gives it."""
    return Statement(flow).lines()


def project(engine: str, flow: Flow, folder: Path | None = None, *, most: int | None = None) -> Found | Program:
    """A program that is not refused and of which a project can be made; else what is to be said of it.

    In parts of `most` tasks, if that is given.
    """
    with TemporaryDirectory(prefix="fuzz-") as name:
        program = laid(flow, folder or Path(name))
    try:
        program = in_parts(program, most, nests=target(engine).nests) if most else program
        if any(found.severity.value == "error" for found in judged(program, engine)):
            return Found(flow, None)
        target(engine).lower(program)
    except Exception as error:  # a bug of ours, and no reason to run none of the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Found(flow, [f"no project: {error!r} at {where}"], is_built=False)
    return program


def batch(engine: str, python: Path, chosen: Sequence[Flow], folder: Path, *, most: int | None = None) -> list[Found]:
    """What comes of flows on an engine, all of them in one process of it; `folder` is made."""
    folder.mkdir(parents=True)
    found: dict[int, Found] = {}
    requests: dict[int, Request] = {}
    for number, flow in enumerate(chosen):
        home = folder / f"flow{number}"
        match project(engine, flow, home, most=most):
            case Found() as told:
                found[number] = told
            case program:
                main = flow.called.get("fuzzed", "fuzzed")
                requests[number] = Request(program, main, home, params(flow), name=home.name)
    answers = on_engine(engine, python, list(requests.values()), folder / "home")
    for number, answer in zip(requests, answers, strict=True):
        found[number] = Found(chosen[number], _lines(answer))
    return [found[number] for number in range(len(chosen))]


def _lines(answer: Answer) -> list[str]:
    """The trace and what is said against it; of a long complaint the end."""
    problem = [] if answer.problem is None else [answer.problem.split("\n")[0], *answer.problem.split("\n")[1:][-9:]]
    return [*columns(list(answer.lines)), *answer.broken, *problem]
