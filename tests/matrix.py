"""The outcome matrix: every way to tie up to four tasks together, times every way in which each of them can end.

`shapes` are the flows, `behaviours` what the tasks do, and `statement` says, in the words of the contract and with
nothing of the runner or of the compiler, what comes of it. Many shapes stand in one flow, each a component of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations, product
from random import Random

from attrs import field, frozen

Edge = str
"""How a task follows another: requires it, waits for it, runs if it failed, or takes its value with `??`."""

Behaviour = str
"""What a task does once it may start; `recovers`: its first attempt fails, its second succeeds; `skips`: its `when` is
false."""

EDGES: tuple[Edge, ...] = ("after", "done", "failed", "or")
BEHAVIOURS: tuple[Behaviour, ...] = ("succeeds", "fails", "recovers", "skips")
LETTERS = "abcd"

Edges = tuple[tuple[str, Edge], ...]


@frozen
class Shape:
    """Tasks, each with its edges from tasks before it; `saved` have a fallback, `free` no condition of their own."""

    edges: Mapping[str, Edges] = field(hash=False)
    saved: tuple[str, ...] = ()
    free: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(self.edges)


# ------------------------------------------------------------------ all of them


def shapes(size: int, *, mixed: bool) -> Iterator[Shape]:
    """The connected shapes of that many tasks, of those that are alike but for the names only one.

    `mixed`: a task may follow one by one sort of edge and another by another.
    """
    seen: set[object] = set()
    for ties in product(*(_ties(LETTERS[:place], mixed=mixed) for place in range(size))):
        edges = dict(zip(LETTERS, ties, strict=False))
        if _is_connected(edges) and (form := _form(edges)) not in seen:
            seen.add(form)
            yield Shape(edges)


def _ties(earlier: str, *, mixed: bool) -> Iterator[Edges]:
    """Every way to follow some of the earlier tasks."""
    for count in range(len(earlier) + 1):
        for chosen in combinations(earlier, count):
            sorts = product(EDGES, repeat=count) if mixed else ((edge,) * count for edge in EDGES[: 4 if count else 1])
            yield from (tuple(zip(chosen, each, strict=True)) for each in sorts)


def _is_connected(edges: Mapping[str, Edges]) -> bool:
    found, grown = set(LETTERS[0]), True
    while grown:
        pairs = [(task, other) for task, ties in edges.items() for other, _ in ties]
        more = {end for pair in pairs for end in pair if found & {*pair}} - found
        found, grown = found | more, bool(more)
    return len(found) == len(edges)


def _form(edges: Mapping[str, Edges]) -> object:
    """The same for shapes that are alike but for the names; the order of `??` says which value is taken."""
    forms: list[list[tuple[int, list[tuple[int, str]]]]] = []
    for order in permutations(range(len(edges))):
        number = dict(zip(edges, order, strict=True))
        forms.append(
            sorted(
                (
                    number[task],
                    [(number[other], edge) for other, edge in ties if edge == "or"]
                    + sorted((number[other], edge) for other, edge in ties if edge != "or"),
                )
                for task, ties in edges.items()
            )
        )
    return repr(min(forms))


def with_fallbacks(shape: Shape) -> Iterator[Shape]:
    """The shape as it is, and with a fallback on each of its tasks."""
    yield shape
    yield from (Shape(shape.edges, (task,)) for task in shape.edges)


def behaviours(shape: Shape) -> Iterator[dict[str, Behaviour]]:
    """Every way in which its tasks and fallbacks can behave; a fallback has no condition."""
    tasks = product(BEHAVIOURS, repeat=len(shape.tasks))
    for each in tasks:
        for spare in product(BEHAVIOURS[:3], repeat=len(shape.saved)):
            yield dict(zip(shape.tasks, each, strict=True)) | {
                f"{task}_f": how for task, how in zip(shape.saved, spare, strict=True)
            }


# ------------------------------------------------------------------ as source

WORK = '''\
import functools
import json
from pathlib import Path


def act(name: str, given: str | None = None) -> str:
    """Do what `behaves.json` says: of this component, or of every one."""
    component, _, letter = name.partition("_")
    behaviour = table().get(component, table())[letter]
    tried = Path(f"tried_{name}")
    if behaviour == "recovers" and not tried.exists():
        tried.touch()
        raise RuntimeError("the first attempt")
    if behaviour == "fails":
        raise RuntimeError("every attempt")
    return f"{name}({given})"


@functools.cache
def table() -> dict:
    return json.loads(Path("behaves.json").read_text())
'''


def source(name: str, components: Mapping[str, Shape]) -> str:
    """A flow of many shapes, each under its name; `off` are the tasks whose condition is false."""
    tasks = [line for component, shape in components.items() for line in _tasks(component, shape)]
    return "\n".join([f"flow {name}(off: list[str] = []) {{", *tasks, "}", ""])


def _tasks(component: str, shape: Shape) -> Iterator[str]:
    for task, ties in shape.edges.items():
        own = f"{component}_{task}"
        taken = [f"{component}_{other}" for other, edge in ties if edge == "or"]
        taken += ['"none"'] if len(taken) == 1 else []
        given = f", {' ?? '.join(taken)}" if taken else ""
        clauses = [] if task in shape.free else [f'when "{own}" not in off']
        clauses += _afters(component, ties)
        clauses += [f"fallback {own}_f"] if task in shape.saved else []
        yield f'  task {own} = python matrix_work:act("{own}"{given}) -> str retry 1 {" ".join(clauses)}'
        if task in shape.saved:
            yield f'  task {own}_f = python matrix_work:act("{own}_f") -> str retry 1'


def _afters(component: str, ties: Edges) -> Iterator[str]:
    for edge in EDGES[:3]:
        if named := ", ".join(f"{component}_{other}" for other, tie in ties if tie == edge):
            yield f"after {named}" + ("" if edge == "after" else f", when: {edge}")


# ------------------------------------------------------------------ what the contract says


Ended = tuple[str, int, str | None]
"""An outcome, the attempts, and the value."""


def statement(component: str, shape: Shape, behaves: Mapping[str, Behaviour]) -> dict[str, Ended]:
    """What every instance comes to: rules 1, 2, 4 and 6, and nothing else."""
    found: dict[str, Ended] = {}
    for task, ties in shape.edges.items():
        name = f"{component}_{task}"
        ups = [(found[f"{component}_{other}"], edge) for other, edge in ties]
        early = _before(ups) or ("skipped" if behaves[task] == "skips" else None)
        if early:
            found[name] = (early, 0, None)
            continue
        given = _first(ups)
        found[name] = _attempts(behaves[task], f"{name}({given})")
        if found[name][0] == "failed" and task in shape.saved:
            spare = found[f"{name}_f"] = _attempts(behaves[f"{task}_f"], f"{name}_f(None)")
            if spare[0] == "succeeded":
                found[name] = ("recovered", found[name][1], spare[2])
    return found


def _before(ups: Sequence[tuple[Ended, Edge]]) -> str | None:
    """What a task comes to without starting, its own condition aside."""
    states = {edge: [outcome for (outcome, _, _), tie in ups if tie == edge] for edge in EDGES}
    if any(state in ("failed", "blocked") for edge in ("after", "or") for state in states[edge]):
        return "blocked"
    is_left_without = len(states["or"]) > 1 and set(states["or"]) == {"skipped"}  # a single one has a value behind it
    if "skipped" in states["after"] or is_left_without:
        return "skipped"
    if states["failed"] and not {"failed", "blocked"} & {*states["failed"]}:
        return "skipped"
    return None


def _first(ups: Sequence[tuple[Ended, Edge]]) -> str | None:
    values = [value for (outcome, _, value), edge in ups if edge == "or" and outcome != "skipped"]
    is_single = sum(edge == "or" for _, edge in ups) == 1
    return values[0] if values else "none" if is_single else None


def _attempts(behaviour: Behaviour, value: str) -> Ended:
    match behaviour:
        case "succeeds":
            return "succeeded", 1, value
        case "recovers":
            return "succeeded", 2, value
        case _:
            return "failed", 2, None


def lines(found: Mapping[str, Ended]) -> list[str]:
    """The lines of the trace, and of the run as a whole: rule 3."""
    told = [
        f"{name}  {outcome}  {attempts}" + (f'  "{value}"' if value is not None else "")
        for name, (outcome, attempts, value) in sorted(found.items())
    ]
    is_bad = any(outcome in ("failed", "blocked") for outcome, _, _ in found.values())
    return [*told, f"run  {'failed' if is_bad else 'succeeded'}"]


# ------------------------------------------------------------------ cells


@frozen
class Cell:
    """A shape and what its tasks do."""

    shape: Shape
    behaves: Mapping[str, Behaviour] = field(hash=False)

    def expected(self, component: str) -> dict[str, Ended]:
        return statement(component, self.shape, self.behaves)

    def off(self, component: str) -> list[str]:
        """The tasks whose condition is false."""
        return [f"{component}_{task}" for task, how in self.behaves.items() if how == "skips"]

    def idle(self) -> Iterator[str]:
        """The tasks that come to an end before what they would do is asked for."""
        found = self.expected("x")
        for task, ties in self.shape.edges.items():
            if _before([(found[f"x_{other}"], edge) for other, edge in ties]):
                yield task
        yield from (f"{task}_f" for task in self.shape.saved if f"x_{task}_f" not in found)

    def facts(self) -> set[object]:
        """What it shows: each sort of edge with what the task before it came to and what the one behind it would do."""
        found = self.expected("x")
        pairs = [(task, other, edge) for task, ties in self.shape.edges.items() for other, edge in ties]
        shown: set[object] = {(found[f"x_{other}"][0], edge, self.behaves[task]) for task, other, edge in pairs}
        for task, ties in self.shape.edges.items():
            ends = sorted((found[f"x_{other}"][0], edge) for other, edge in ties)
            shown |= {(found[f"x_{task}"][0], *pair) for pair in combinations(ends, 2)}
        return shown | {("saved", self.behaves[task], self.behaves[f"{task}_f"]) for task in self.shape.saved}


def cells(shape: Shape) -> list[Cell]:
    """Every cell of a shape; of those that differ only in what a task would do that never starts, one."""
    every = (Cell(shape, behaves) for behaves in behaviours(shape))
    return [cell for cell in every if all(cell.behaves[task] == BEHAVIOURS[0] for task in cell.idle())]


def sample(count: int, seed: int) -> list[Cell]:
    """So many cells, the same for a seed: first such as show something that none before them does, then any."""
    random = Random(seed)
    small = [each for size in (2, 3) for shape in shapes(size, mixed=True) for each in with_fallbacks(shape)]
    large = [each for shape in shapes(4, mixed=False) for each in with_fallbacks(shape)]
    drawn = [_any_cell(random.choice(small if random.random() < 0.5 else large), random) for _ in range(20 * count)]
    shown: set[object] = set()
    telling: list[Cell] = []
    for cell in drawn:
        if not cell.facts() <= shown:
            shown |= cell.facts()
            telling.append(cell)
    others = [cell for cell in drawn if not any(cell is each for each in telling)]
    return [*telling, *others][:count]


def _any_cell(shape: Shape, random: Random) -> Cell:
    """Few of its conditions are true: each costs an engine a task or two."""
    behaves = {task: random.choice(BEHAVIOURS) for task in shape.tasks}
    free = tuple(task for task, how in behaves.items() if how != "skips" and random.random() < 0.9)
    spare = {f"{task}_f": random.choice(BEHAVIOURS[:3]) for task in shape.saved}
    return Cell(Shape(shape.edges, shape.saved, free), behaves | spare)
