"""Nothing is quadratic: at four times the size, no function of the compiler does six times the work.

Operations are counted, not seconds: the lines of each function, on flows of many shapes: of the whole of a compilation,
and from the graph on of each pass, each analysis, and what each target makes of it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from attrs import evolve

from flowc.compiler import compile_text
from flowc.diagnostics import Problems
from flowc.ir.graph import Graph, Program
from flowc.ir.skips import Skips
from flowc.ir.uses import uses_of
from flowc.ir.verify import verify
from flowc.passes.base import Look
from flowc.passes.pipeline import PIPELINE, told
from flowc.passes.split.division import split
from flowc.target.legalise import answers
from flowc.target.registry import target
from flowc_targets import BUILTIN
from tests.growth import TIMES, Place, grown, lines_of

pytestmark = pytest.mark.slow
SIZE = 32


def layered(size: int) -> Iterator[str]:
    for number in range(size):
        ups = {(number // 8 - 1) * 8 + (number * 3 + way * 5) % 8 for way in (0, 1)} if number >= 8 else set[int]()
        yield f'task t{number} = sh "echo {" ".join(f"#{{t{up}}}" for up in sorted(ups))}" -> str'


def chain(size: int) -> Iterator[str]:
    for number in range(size):
        after = f" after t{number - 1}" + (f", t{number - 2}" if number > 1 else "") if number else ""
        yield f'task t{number} = sh "true" retry 2, delay: 1s{after}  # flow: allow(after-redundant)'


def fan(size: int) -> Iterator[str]:
    yield 'task first = sh "echo 1" -> int'
    yield from (f'task t{number} = sh "echo #{{first}}" -> int' for number in range(size))
    yield f'task last = sh "echo {" ".join(f"#{{t{number}}}" for number in range(size))}" -> str'


def groups(size: int) -> Iterator[str]:
    for number in range(size // 4):
        yield f"group g{number} {{"
        yield from [f"after g{number - 1}"] if number else []
        yield from (f'task t{place} = sh "true"' for place in range(4))
        yield "}"


def loops(size: int) -> Iterator[str]:
    for number in range(size // 4):
        yield f"for x{number} in xs {{"
        yield f'task a{number} = sh "echo #{{x{number}}}" -> str'
        yield f'task b{number} = sh "echo #{{a{number}}}" -> str'
        yield "}"
        yield f'task c{number} = sh "echo #{{len(b{number})}}" -> int'


def one_loop(size: int) -> Iterator[str]:
    yield "for x in xs {"
    yield from (f'task t{number} = sh "echo #{{x}}" -> str' for number in range(size // 2))
    yield "}"
    yield from (f'task c{number} = sh "echo #{{len(t{number})}}" -> int' for number in range(size // 2))


def branches(size: int) -> Iterator[str]:
    yield 'task j0 = sh "echo 1" -> int'
    for number in range(1, size // 3):
        yield f"if j{number - 1} > {number} {{"
        yield f'task a{number} = sh "echo 1" -> int'
        yield "} else {"
        yield f'task b{number} = sh "echo 1" -> int'
        yield "}"
        yield f'task j{number} = sh "echo #{{a{number} ?? b{number}}}" -> int'


def one_branch(size: int) -> Iterator[str]:
    yield "if n > 3 {"
    for number in range(size):
        yield f'task t{number} = sh "true"' + (f" after t{number - 1} when n > {number + 4}" if number else "")
    yield "}"


def conditions(size: int) -> Iterator[str]:
    for number in range(size):
        yield f'task t{number} = sh "true" when n > {number}' + (f" after t{number - 1}" if number else "")


def settled(size: int) -> Iterator[str]:
    yield "if true {"
    yield from (f'task a{number} = sh "echo 1" -> int' for number in range(size // 3))
    yield "} else {"
    yield from (f'task b{number} = sh "echo 1" -> int' for number in range(size // 3))
    yield "}"
    yield from (f'task c{number} = sh "echo #{{a{number} ?? b{number}}}"' for number in range(size // 3))


def checks(size: int) -> Iterator[str]:
    for number in range(size // 2):
        yield f'task t{number} = sh "echo {f"#{{t{number - 1}}}" if number else ""}" -> int'
        yield f'check t{number} > {number}, fail: "no"'


def fallbacks(size: int) -> Iterator[str]:
    for number in range(size // 2):
        after = f" after t{number - 1}" if number else ""
        yield f'task t{number} = sh "true" retry 1 fallback f{number}{after}'
        yield f'task f{number} = sh "true"'


def handled(size: int) -> Iterator[str]:
    yield from (f'task t{number} = sh "echo 1" -> int' for number in range(size // 2))
    yield "finally {"
    yield from (f'task f{number} = sh "echo #{{t{number} ?? 0}}"' for number in range(size // 2))
    yield "}"


def declared(size: int) -> Iterator[str]:
    """Each task reads a param and an asset of its own; `text` declares them."""
    yield from (
        f'task t{number} = sh "cp #{{a{number}}} #{{p{number}}}" reads a{number}' for number in range(size // 2)
    )


SHAPES: tuple[Callable[[int], Iterator[str]], ...] = (
    *(layered, chain, fan, groups, loops, one_loop, branches, one_branch, conditions, settled),
    *(checks, fallbacks, handled, declared),
)


def text(shape: Callable[[int], Iterator[str]], size: int) -> str:
    lines = "\n".join(f"  {line}" for line in shape(size))
    own = range(size // 2) if shape is declared else range(0)
    assets = "".join(f'asset a{number}: path = "in/{number}.csv"\n' for number in own)
    params = ", ".join(["xs: list[str] = []", "n: int = 0", *(f'p{number}: str = "x"' for number in own)])
    return f"{assets}flow f({params}) {{\n{lines}\n}}\n"


@cache
def graphs(shape: Callable[[int], Iterator[str]], size: int) -> tuple[Graph, Graph]:
    """The flow of a shape before the passes, and after."""
    compiled = compile_text(text(shape, size))
    assert compiled.program is not None, [str(each) for each in compiled.diagnostics]
    [whole], [lean] = compiled.graphs, compiled.program.graphs
    return whole, lean


Work = Callable[[Graph, Graph], object]


def _step(name: str) -> Work:
    step = next(step for step in PIPELINE if step.name == name)
    if isinstance(step, Look):
        return lambda whole, lean: step.report(whole, Problems())
    return lambda whole, lean: step.change(whole)


def _answers(name: str) -> Work:
    return lambda whole, lean: answers(target(name), Program("p", (lean,)))


def _lower(name: str) -> Work:
    def work(whole: Graph, lean: Graph) -> object:
        found = target(name)
        return found.lower(found.prepare(Program("p", (lean,))))

    return work


def _asked(graph: Graph) -> None:
    skips = Skips(graph)
    for node in graph.nodes:
        skips.can_skip(node.name)
        skips.is_mixed(node.name)


WORK: dict[str, Work] = {
    **{step.name: _step(step.name) for step in PIPELINE},
    "told": lambda whole, lean: list(told(whole)),
    "uses": lambda whole, lean: uses_of(lean),
    "skips": lambda whole, lean: _asked(lean),
    "verify": lambda whole, lean: verify(lean),
    "split": lambda whole, lean: split(Program("p", (lean,)), 8),
    **{f"answers of {name}": _answers(name) for name in BUILTIN},
    **{f"lower to {name}": _lower(name) for name in BUILTIN},
}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("name", WORK)
def test_work_grows_with_the_flow(name: str, shape: Callable[[int], Iterator[str]]) -> None:
    flows = [graphs(shape, size) for size in (SIZE, SIZE * TIMES)]
    fresh = [(evolve(whole), evolve(lean)) for whole, lean in flows]  # which remember no analysis
    small, large = (lines_of(lambda flow=flow: WORK[name](*flow)) for flow in fresh)
    assert grown(small, large) == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_compiling_grows_with_the_text(shape: Callable[[int], Iterator[str]]) -> None:
    # From twenty `else` on, or so many tokens of a head, the parser looks how deep a text goes.
    first = SIZE * 3 if shape in (branches, declared) else SIZE
    small, large = (lines_of(lambda size=size: compile_text(text(shape, size))) for size in (first, first * TIMES))
    assert grown(small, large) == []


@pytest.mark.parametrize("name", BUILTIN)
def test_a_chain_may_be_longer_than_a_stack_is_deep(name: str) -> None:
    _, lean = graphs(chain, sys.getrecursionlimit() + 100)
    assert WORK[f"lower to {name}"](lean, lean)


def test_a_function_that_looks_at_all_for_each_is_found() -> None:
    def quadratic(size: int) -> Counter[Place]:
        numbers = range(size)
        return lines_of(lambda: [any(number < other for other in numbers) for number in numbers[::-1]])

    assert [line.split()[1] for line in grown(quadratic(SIZE * 4), quadratic(SIZE * 16))] == ["<genexpr>:"]
