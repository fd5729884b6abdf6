"""A random flow in the language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from tests.fuzz.tree import Flow, For, Group, If, Item, Match, Place, Sub, Task, blocks, loops, returns_maybe

TYPES = {
    "names": "list[str]",
    "text": "str",
    "map": "map[str, int?]",
    "decimal": "decimal(6, 2)",
    "null": "list[str]?",
    "pair": "(n: int, s: str)",
}
"""The types of the kinds that are not called as their type is."""

PARAMS = 'given: list[str]? = null, n: int = 5, day: date = 2024-02-29, label: str = "l"'
TAKES = "off: list[str] = [], picks: map[str, int] = {}"

Declared = list[str]
"""The lines of one declaration."""

Order = Callable[[list[Declared]], list[Declared]]


def source(flow: Flow, *, order: Order = lambda found: found) -> str:
    """The file. `order` puts the declarations of a block, whose order means nothing, into another order."""
    files = [_flow(flow, "fuzzed", flow.body, order, f"{TAKES}, {PARAMS}", "", _handlers(flow))]
    for sub in flow.subs:
        returned = _returned(flow, sub)
        files.append(_flow(flow, sub.name, sub.body, order, f"key: str, {TAKES}, {PARAMS}", *returned))
    return "\n".join(line for declared in order(files) for line in declared) + "\n"


def _flow(
    flow: Flow, name: str, body: Sequence[Item], order: Order, params: str, gives: str, rest: list[Declared]
) -> Declared:
    printer = _Printer(flow, body, order, is_sub=name != "fuzzed")
    inside = [line for each in order([*printer.declared(body, ()), *rest]) for line in each]
    return [f"flow {flow.called.get(name, name)}({params}){gives} {{", *(f"  {line}" for line in inside), "}"]


def _returned(flow: Flow, sub: Sub) -> tuple[str, list[Declared]]:
    """The type of what a flow returns, and its `return`."""
    found: list[tuple[str, str]] = []
    for name in sub.returns:
        task, place = next((task, place) for task, place in blocks(sub.body) if task.name == name)
        assert isinstance(task, Task)
        is_maybe = returns_maybe(task, place)
        value = flow.full(name, place) + _field(task) + (" ?? null" if is_maybe else "")
        found.append((value, typed(task, as_read=True).removesuffix("?") + ("?" if is_maybe else "")))
    match found:
        case []:
            return "", []
        case [(value, kind)]:
            return f" -> {kind}", [[f"return {value}"]]
        case _:
            kinds = ", ".join(f"{letter}: {kind}" for letter, (_, kind) in zip("ab", found, strict=False))
            values = ", ".join(f"{letter}: {value}" for letter, (value, _) in zip("ab", found, strict=False))
            return f" -> ({kinds})", [[f"return {values}"]]


def typed(task: Task, *, as_read: bool = False) -> str:
    """The type of what a task gives, or of what is read of it."""
    if task.kind == "pair" and as_read:
        return "int"
    return "list[str]" if task.kind.isdigit() else TYPES.get(task.kind, task.kind)


def _field(task: Task) -> str:
    return ".n" if task.kind == "pair" and not task.runs else task.field


def _handlers(flow: Flow) -> list[Declared]:
    places = {item.name: (item, place) for item, place in blocks(flow.body) if isinstance(item, Task)}
    read = {name: flow.full(name, place) + _field(task) for name, (task, place) in places.items()}
    found: list[Declared] = []
    for moment, reads in flow.handlers.items():
        given = "".join(f", {read[name]} ?? null" for name in reads)
        head = moment if moment == "finally" else f"on {moment}"
        name = flow.called.get(f"on_{moment}", f"on_{moment}")
        call = f'python fuzz_work:act("on_{moment}", "names"{given}) -> list[str]'
        found.append([f"{head} {{", f"  task {name} = {call}", "}"])
    return found


class _Printer:
    """Writes the blocks of one flow."""

    def __init__(self, flow: Flow, body: Sequence[Item], order: Order, *, is_sub: bool) -> None:
        self.flow = flow
        self.order = order
        self.key = "#{key}:" if is_sub else ""
        self.tasks = {item.name: item for item, _ in blocks(body) if isinstance(item, Task)}
        self.full = {item.name: flow.full(item.name, place) for item, place in blocks(body)}

    def name(self, name: str) -> str:
        return self.flow.called.get(name, name)

    def read(self, name: str) -> str:
        return self.full[name] + _field(self.tasks[name])

    def declared(self, items: Sequence[Item], around: Place) -> Iterator[Declared]:
        for item in items:
            match item:
                case Task():
                    yield from ([line] for line in self.task(item, around))
                case If(arms=(first, second)):
                    yield [
                        f"if {self.condition(item, around)} {{",
                        *self.body(first, (*around, (item, 0))),
                        *(["} else {", *self.body(second, (*around, (item, 1)))] if second else []),
                        "}",
                    ]
                case Match():
                    yield self.match(item, around)
                case For(body=body):
                    yield [f"{self.loop(item)} {{", *self.body(body, (*around, (item, 0))), "}"]
                case Group(body=body):
                    clauses = [[f"after {self.full[item.after]}"]] if item.after else []
                    clauses += [[f"when {self.is_on(item.name, around)}"]] if item.is_guarded else []
                    yield [f"group {self.name(item.name)} {{", *self.body(body, (*around, (item, 0)), clauses), "}"]
                case _:
                    raise TypeError(item)

    def body(self, items: Sequence[Item], around: Place, clauses: Sequence[Declared] = ()) -> Iterator[str]:
        for declared in self.order([*clauses, *self.declared(items, around)]):
            yield from (f"  {line}" for line in declared)

    def is_on(self, name: str, around: Place) -> str:
        if name in self.flow.settled:
            return "true"
        return f'"{name}{self.index(around)}" not in off'

    def condition(self, choice: If, around: Place) -> str:
        also = f"{self.read(choice.asks)} != null and " if choice.asks else ""
        return also + self.is_on(choice.name, around)

    def match(self, choice: Match, around: Place) -> Declared:
        last = len(choice.arms) - 1
        picked = f'picks["{choice.name}"]'
        subject = f"{picked} if {self.read(choice.asks)} != null else {last}" if choice.asks else picked
        lines = [f"match {subject} {{"]
        for number, arm in enumerate(choice.arms):
            head = "  _ =>" if number == last else f"  {number} =>"
            match arm:
                case ():
                    lines.append(f"{head} skip")
                case (Task() as task,) if task.is_verdict:
                    lines.append(f"{head} {task.name}")
                case _:
                    lines += [
                        f"{head} {{",
                        *(f"  {line}" for line in self.body(arm, (*around, (choice, number)))),
                        "  }",
                    ]
        return [*lines, "}"]

    def loop(self, loop: For) -> str:
        listed = self.read(loop.over) if isinstance(loop.over, str) else json.dumps([*map(str, range(loop.over))])
        name = self.name(loop.name)
        given = f"{name}_i, {name}" if loop.is_numbered else name
        clauses = f" limit {loop.limit}" if loop.limit else ""
        clauses += f" tolerate {loop.tolerate}" if loop.tolerate != "0" else ""
        return f"for {given} in {listed}{' ?? []' if loop.is_maybe else ''}{clauses}"

    def index(self, around: Place) -> str:
        found = [self.name(loop.name) + ("_i" if loop.is_numbered else "") for loop in loops(around)]
        return "".join(f"/#{{{name}}}" for name in found)

    def task(self, task: Task, around: Place) -> Iterator[str]:
        """The task and its fallbacks."""
        if task.is_verdict:
            return
        called = f'"{self.key}{task.name}{self.index(around)}"'
        given = self.given(task)
        if task.runs:
            values = ["off: off", "picks: picks", "n: 2", *(f"given: {each}" for each in given)]
            action = f"run {self.name(task.runs)}({', '.join(['key: ' + called, *values])})"
        else:
            gives = "" if task.kind == "silent" else f" -> {typed(task)}"
            action = f"python fuzz_work:act({', '.join([called, json.dumps(task.kind), *given])}){gives}"
        yield " ".join([f"task {self.name(task.name)} = {action}", *self.clauses(task, around)])
        if task.fallback:
            yield from self.task(task.fallback, around)

    def given(self, task: Task) -> list[str]:
        found = [self.read(edge.task) for edge in task.edges if edge.sort == "read"]
        either = [self.read(edge.task) for edge in task.edges if edge.sort == "or"]
        found += [" ?? ".join([*either, *(["null"] if len(either) == 1 else [])])] if either else []
        return [*found, *([task.param] if task.param else [])]

    def clauses(self, task: Task, around: Place) -> Iterator[str]:
        if task.retry:
            yield f"retry {task.retry}"
        if task.is_guarded:
            yield f"when {self.is_on(task.name, around)}"
        for sort in ("after", "done", "failed"):
            if named := ", ".join(self.full[edge.task] for edge in task.edges if edge.sort == sort):
                yield f"after {named}" + ("" if sort == "after" else f", when: {sort}")
        if task.fallback:
            yield f"fallback {self.name(task.fallback.name)}"
