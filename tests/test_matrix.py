"""The outcome matrix on the native runner, all of it, and a sample of it on every engine.

The statement of the rules that they are held to (`tests/matrix.py`) shares no code with the runner.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from flowc.compiler import compile_paths
from flowc.diagnostics.render import render
from flowc.ir.graph import Program
from flowc.runtime import api
from flowc.verify import Request, on_engine
from flowc_targets.native.load import load
from tests.conftest import engine_python, engine_with_others
from tests.matrix import WORK, Cell, Shape, cells, lines, sample, shapes, source, with_fallbacks
from tests.stories import ENGINES, columns

PARTS = 6
SAMPLE, PACKED = int(os.environ.get("FLOWC_CELLS", "24")), 12
"""How many cells run on an engine: few here, 300 with `make matrix`; and how many of them in one flow."""
MIXED, ALL_MIXED = 400, 11_320
"""So many of the shapes of four tasks whose edges are of several sorts run in one test, of so many."""
WHOLE = os.environ.get("FLOWC_SHAPES") == "all"
"""Whether they all run, in every cell: with `make matrix ENGINE=native`, not every time."""
SMALL = [each for size in (1, 2, 3) for shape in shapes(size, mixed=True) for each in with_fallbacks(shape)]
LARGE = list(shapes(4, mixed=False))


def test_the_matrix_is_whole() -> None:
    """By hand: two tasks are tied in one of four ways."""
    assert [len(list(shapes(size, mixed=True))) for size in (1, 2)] == [1, 4]
    assert len(SMALL) == 2 + 4 * 3 + 100 * 4
    assert len(LARGE) == 1026
    assert len(sample(SAMPLE, 1)) == SAMPLE


# ------------------------------------------------------------------ natively


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_cell_of_up_to_three_tasks(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _natively(_part(SMALL, part), tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_cell_of_four_tasks(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _natively(_part(LARGE, part), tmp_path, monkeypatch)


@pytest.mark.slow
def test_fallbacks_among_four_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some cells of every shape, the fallback now on one task, now on another."""
    random = Random(4)
    every = [cells(Shape(shape.edges, (random.choice("abcd"),))) for shape in LARGE]
    _natively([random.sample(found, min(12, len(found))) for found in every], tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(3600 if WHOLE else 300)
@pytest.mark.parametrize("part", range(-(-ALL_MIXED // MIXED) if WHOLE else 1))
def test_mixtures_of_edges_among_four_tasks(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some cells of some shapes whose edges are of several sorts, without fallbacks and with one or two.

    With `make matrix ENGINE=native` every cell of every shape without, and 64 of each with fallbacks.
    """
    random = Random(5)
    every = list(shapes(4, mixed=True))
    random.shuffle(every)
    assert len(every) == ALL_MIXED
    some = every[part * MIXED : (part + 1) * MIXED]
    saved = [Shape(each.edges, tuple(random.sample("abcd", random.choice((1, 2))))) for each in some]
    for found, most in ((some, 256 if WHOLE else 2), (saved, 64 if WHOLE else 2)):
        _natively([random.sample(each, min(most, len(each))) for each in map(cells, found)], tmp_path, monkeypatch)


def _part(found: Sequence[Shape], part: int) -> list[list[Cell]]:
    """The cells of some of the shapes: of such as have about as many, for all of them run as often as one."""
    every = sorted(map(cells, found), key=len)
    size = -(-len(every) // PARTS)
    return every[part * size : (part + 1) * size]


def _natively(every: Sequence[Sequence[Cell]], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the cells of many shapes: the first of each in one run, then the second ..."""
    names = [f"s{number}" for number in range(len(every))]
    flow = load(_program({name: found[0].shape for name, found in zip(names, every, strict=True)}, folder))["matrix"]
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "matrix_work", raising=False)
    for number in range(max(map(len, every))):
        given = {name: found[number % len(found)] for name, found in zip(names, every, strict=True)}
        Path("behaves.json").write_text(json.dumps({name: cell.behaves for name, cell in given.items()}))
        if "matrix_work" in sys.modules:
            sys.modules["matrix_work"].table.cache_clear()
        off = [task for name, cell in given.items() for task in cell.off(name)]
        result = api.run(flow, {"off": off}, root=folder, state=folder / f"run{number}", sync=False, executor="inline")
        assert columns(result.trace) == _expected(given)
        for tried in folder.glob("tried_*"):
            os.unlink(tried)


# ------------------------------------------------------------------ on the engines


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(3600)  # it waits for the other batches
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "native"])
def test_a_sample_on(engine: str, tmp_path: Path, shared: Path) -> None:
    packs = list(_packs(sample(SAMPLE, 1)))
    requests = [_request(number, pack, tmp_path / f"pack{number}") for number, pack in enumerate(packs)]
    with engine_with_others(shared):
        answers = on_engine(engine, engine_python(engine), requests, tmp_path / "home")
    wrong: list[str] = []
    for pack, answer in zip(packs, answers, strict=True):
        wanted, got = _expected(pack), columns(list(answer.lines))
        if answer.problem or answer.broken or got != wanted:
            wrong += [str(answer.problem), *answer.broken, *(f"- {each}" for each in wanted if each not in got)]
            wrong += [f"+ {each}" for each in got if each not in wanted]
            wrong += [f"  in {name}: {cell}" for name, cell in pack.items()]
    assert not wrong, "\n".join(wrong)


def _packs(found: Sequence[Cell]) -> Iterator[dict[str, Cell]]:
    named = [(f"s{number}", cell) for number, cell in enumerate(found)]
    for start in range(0, len(named), PACKED):
        yield dict(named[start : start + PACKED])


def _request(number: int, pack: Mapping[str, Cell], folder: Path) -> Request:
    folder.mkdir()
    (folder / "behaves.json").write_text(json.dumps({name: cell.behaves for name, cell in pack.items()}))
    program = _program({name: cell.shape for name, cell in pack.items()}, folder)
    off = [task for name, cell in pack.items() for task in cell.off(name)]
    return Request(program, "matrix", folder, {"off": off}, name=f"pack{number}")


# ------------------------------------------------------------------ for both


def _program(components: Mapping[str, Shape], folder: Path) -> Program:
    (folder / "matrix_work.py").write_text(WORK)
    (folder / "matrix.flow").write_text(source("matrix", components))
    compilation = compile_paths([folder / "matrix.flow"])
    assert compilation.program is not None, render(list(compilation.diagnostics), "oneline")
    return compilation.program


def _expected(given: Mapping[str, Cell]) -> list[str]:
    return columns(
        lines({name: end for component, cell in given.items() for name, end in cell.expected(component).items()})
    )
