"""Smaller flows than one that is wrong: what hypothesis does natively, for engines, where many are tried at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from tests.fuzz.running import Found, Unwanted, natively
from tests.fuzz.source import source
from tests.fuzz.tree import Flow, For, Group, If, Item, Match, Sub, Task, blocks

AT_ONCE = 16
"""So many are tried in one process of an engine."""

Items = tuple[Item, ...]
Try = Callable[[Sequence[Flow]], Sequence[Found]]


def reduced(found: Found, run: Try, *, rounds: int = 12) -> Found:
    """The smallest that is wrong as well; `run` says what comes of flows."""
    for _ in range(rounds):
        smaller = sorted(_sound(found.flow), key=lambda flow: len(source(flow)))
        wrong: Sequence[Found] = []
        for start in range(0, len(smaller), AT_ONCE):
            wrong = [each for each in run(smaller[start : start + AT_ONCE]) if each.is_wrong]
            if wrong:
                break
        if not wrong:
            return found
        found = min(wrong, key=lambda each: len(source(each.flow)))
    return found


def _sound(flow: Flow) -> list[Flow]:
    """The simpler flows that compile, without those that are alike."""
    kept: dict[str, Flow] = {}
    for each in simpler(flow):
        try:
            text = source(each) + repr((each.does, each.off, each.picks, each.called))
            if text not in kept:
                natively(each)
                kept[text] = each
        except (AssertionError, Unwanted, KeyError):
            continue  # what is gone is read
    return list(kept.values())


def simpler(flow: Flow) -> Iterator[Flow]:
    """The flow with one thing less."""
    for body in _bodies(flow.body):
        yield _mended(evolve(flow, body=body))
    for number, sub in enumerate(flow.subs):
        others = [evolve(sub, body=body) for body in _bodies(sub.body)]
        others += [evolve(sub, returns=sub.returns[:-1])] if sub.returns else []
        for other in others:
            yield _mended(evolve(flow, subs=(*flow.subs[:number], other, *flow.subs[number + 1 :])))
        yield _mended(evolve(flow, subs=(*flow.subs[:number], *flow.subs[number + 1 :])))
    for moment in flow.handlers:
        yield evolve(flow, handlers={name: reads for name, reads in flow.handlers.items() if name != moment})
    for name in flow.does:
        yield evolve(flow, does={other: how for other, how in flow.does.items() if other != name})
    yield from (evolve(flow, off=flow.off - {name}) for name in flow.off)
    yield from (evolve(flow, called={}) for _ in flow.called)
    for name in flow.called:
        yield evolve(flow, called={other: called for other, called in flow.called.items() if other != name})


def _bodies(items: Items) -> Iterator[Items]:
    for number, item in enumerate(items):
        before, after = items[:number], items[number + 1 :]
        yield (*before, *after)
        yield from ((*before, *instead, *after) for instead in _instead(item))


def _instead(item: Item) -> Iterator[Items]:
    """What can stand for an item."""
    match item:
        case Task():
            yield from ((each,) for each in _tasks(item))
        case If(arms=arms) | Match(arms=arms):
            yield tuple(each for arm in arms for each in arm if not (isinstance(each, Task) and each.is_verdict))
            yield (evolve(item, asks=None),)
            for number, arm in enumerate(arms):
                for other in _bodies(arm):
                    yield (evolve(item, arms=(*arms[:number], other, *arms[number + 1 :])),)
        case For(body=body) as loop:
            yield body
            yield (evolve(loop, tolerate="0", limit=None, is_numbered=False),)
            yield (evolve(loop, over=1, is_maybe=False),)
            yield (
                evolve(loop, over=loop.over - 1 if isinstance(loop.over, int) and loop.over > 1 else 2, is_maybe=False),
            )
            yield from ((evolve(loop, body=other),) for other in _bodies(body))
        case Group(body=body) as group:
            yield body
            yield (evolve(group, after=None),)
            yield (evolve(group, is_guarded=False),)
            yield from ((evolve(group, body=other),) for other in _bodies(body))


def _tasks(task: Task) -> Iterator[Task]:
    if task.is_verdict:
        return
    for edge in task.edges:
        yield evolve(task, edges=tuple(other for other in task.edges if other is not edge))
    yield evolve(task, retry=0)
    yield evolve(task, is_guarded=False)
    yield evolve(task, param=None)
    yield evolve(task, kind="names", field="", runs=None, may_be_null=False)
    if task.fallback:
        yield evolve(task, fallback=None)
        yield from (evolve(task, fallback=spare) for spare in _tasks(task.fallback))


# ------------------------------------------------------------------ after that


def _mended(flow: Flow) -> Flow:
    """Without what names something that is gone, and without blocks that are empty: as often as one is emptied."""
    mended = _mended_once(flow)
    return flow if mended == flow else _mended(mended)


def _mended_once(flow: Flow) -> Flow:
    subs: list[Sub] = []
    for sub in flow.subs:
        if body := _without(sub.body, _names(sub.body), {each.name for each in subs}):
            subs.append(evolve(sub, body=body, returns=tuple(name for name in sub.returns if name in _names(body))))
    names = _names(flow.body)
    body = _without(flow.body, names, {each.name for each in subs})
    handlers = {moment: tuple(name for name in reads if name in names) for moment, reads in flow.handlers.items()}
    return evolve(flow, body=body, subs=tuple(subs), handlers=handlers)


def _names(items: Items) -> set[str]:
    return {item.name for item, _ in blocks(items) if isinstance(item, Task | Group)}


def _without(items: Items, names: set[str], flows: set[str]) -> Items:
    found: list[Item] = []
    for item in items:
        match item:
            case Task():
                found.append(_task(item, names, flows))
            case If(arms=arms) | Match(arms=arms):
                inside = tuple(_without(arm, names, flows) for arm in arms)
                if inside[0 if isinstance(item, If) else -1]:
                    found.append(evolve(item, arms=inside, asks=item.asks if item.asks in names else None))
            case For(body=body, over=over):
                if inside := _without(body, names, flows):
                    is_gone = isinstance(over, str) and over not in names
                    found.append(evolve(item, body=inside, **({"over": 1, "is_maybe": False} if is_gone else {})))
            case Group(body=body, after=after):
                if inside := _without(body, names, flows):
                    found.append(evolve(item, body=inside, after=after if after in names else None))
    return tuple(found)


def _task(task: Task, names: set[str], flows: set[str]) -> Task:
    edges = tuple(edge for edge in task.edges if edge.task in names)
    spare = _task(task.fallback, names, flows) if task.fallback else None
    if task.runs and task.runs not in flows:
        return evolve(task, edges=edges, fallback=spare, runs=None, kind="names", field="", may_be_null=False)
    return evolve(task, edges=edges, fallback=spare)
