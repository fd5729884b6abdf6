"""Nothing is dropped in silence: what lowering reads of a program is watched, and what it left unread stops the build.

    with Ledger(program, target.disregards, target.name) as ledger:
        model = target.lower(program)
    unread = ledger.unread()

Every attribute of every node, need, loop, ... that says something (is not its default) must be read on that very object
while the ledger is open, unless the target names it in `disregards` with a reason. So the ledger takes these attributes
from their objects and gives each back to the first who asks: whoever asks again, or for anything else, is not held up.
A change by `evolve` makes a new object, which is not followed: lowering reads the program itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterator, Sequence
from types import FrameType, TracebackType
from typing import Any, cast

from attrs import Attribute, fields, frozen, has

from flowc.ir import actions, graph, triggers
from flowc.ir.digest import said
from flowc.ir.graph import Override, Program

_WATCHED: tuple[type, ...] = tuple(
    kind
    for module in (graph, triggers, actions)
    for kind in vars(module).values()
    if isinstance(kind, type) and has(kind) and kind.__module__ == module.__name__
)
_EXEMPT = (graph.Origin,)
_SPEAKING = frozenset(_WATCHED) - {*_EXEMPT}
_ANALYSES = frozenset(f"flowc.ir.{name}" for name in ("digest", "later", "reads", "skips", "text", "uses", "verify"))

_COPYING = ("attr._make", "attr._funcs")


@frozen
class Unread:
    """An attribute that says something and that nobody read: of a class, first on the object called `owner`."""

    attribute: str
    owner: str
    value: object

    def __str__(self) -> str:
        return f"{self.attribute} of {self.owner}: {self.value!r}"


class Ledger:
    """Watches what a program's objects say while it is open. One at a time.

    What a `target` block says is the matter of that target alone, and an `accept` that of nobody who lowers.
    """

    def __init__(self, program: Program, disregards: Container[str] = (), target: str = "") -> None:
        self._held: dict[tuple[int, str], tuple[object, object, str]] = {}
        """What nobody has read yet, in the program's order: the object, the attribute's value, whose it is."""
        for thing, owner, told in _things(program, "the program", disregards):
            if not _is_foreign(thing, target):
                for name, value in told:
                    if not (
                        name == "overrides" and all(_is_foreign(each, target) for each in cast(tuple[object], value))
                    ):
                        self._held.setdefault((id(thing), name), (thing, value, owner))

    def __enter__(self) -> Ledger:
        if any("__getattr__" in vars(kind) for kind in _WATCHED):
            raise RuntimeError("two ledgers are open at once")
        for (_, name), (thing, _, _) in self._held.items():
            object.__delattr__(thing, name)
        look = self._look()
        for kind in _WATCHED:
            cast(Any, kind).__getattr__ = look
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for watched in _WATCHED:
            del cast(Any, watched).__getattr__
        for (_, name), (thing, value, _) in self._held.items():
            object.__setattr__(thing, name, value)

    def unread(self) -> tuple[Unread, ...]:
        """What was left unread till it was closed, once for each attribute of a class, in the program's order."""
        found: dict[str, Unread] = {}
        for (_, name), (thing, value, owner) in self._held.items():
            attribute = f"{type(thing).__name__}.{name}"
            found.setdefault(attribute, Unread(attribute, owner, value))
        return tuple(found.values())

    def _look(self) -> Callable[[object, str], object]:
        """What is asked for an attribute that an object does not have: it is given back where the asker uses it."""
        held, caller = self._held, sys._getframe  # pyright: ignore[reportPrivateUsage]
        verdicts: dict[int, bool | None] = {}  # by code, which lives as long as the function that looks

        def look(instance: object, name: str) -> object:
            key = (id(instance), name)
            if key not in held:
                raise AttributeError(f"{type(instance).__name__} has no attribute {name}", name=name, obj=instance)
            frame = caller(1)
            code = id(frame.f_code)
            if code not in verdicts:
                verdicts[code] = _is_always_use(frame)
            is_use = verdicts[code]
            if not (is_use or (is_use is None and _is_use(frame))):
                return held[key][1]
            _, value, _ = held.pop(key)
            object.__setattr__(instance, name, value)
            return value

        return look


def _is_foreign(thing: object, target: str) -> bool:
    return isinstance(thing, Override) and (thing.target != target or thing.word == "accept")


def _is_always_use(reader: FrameType) -> bool | None:
    """Whether a look at an attribute by this code says that somebody uses it; None where its callers tell.

    Comparing, hashing, printing, copying and analysing a value look at all of it, and nothing follows from that.
    """
    if reader.f_code.co_filename.startswith("<attrs"):
        return False
    module = reader.f_globals.get("__name__", "")
    return None if module.startswith("flowc.ir.") or module in _COPYING else True


def _is_use(reader: FrameType | None) -> bool:
    while reader is not None:
        module = reader.f_globals.get("__name__", "")
        if module in _ANALYSES or module in _COPYING:
            return False
        if not module.startswith("flowc.ir."):
            return True
        reader = reader.f_back
    return True


def attributes() -> tuple[str, ...]:
    """Every attribute that a ledger can miss, as `disregards` names it."""
    return tuple(
        f"{kind.__name__}.{attribute.name}" for kind in _WATCHED if kind not in _EXEMPT for attribute in _owed(kind)
    )


def _owed(kind: type) -> Iterator[Attribute[Any]]:
    """Places and indexes are not compared, and nobody owes anything for them."""
    return (attribute for attribute in fields(kind) if attribute.init and attribute.eq)


def _things(
    value: object, owner: str, disregards: Container[str]
) -> Iterator[tuple[object, str, Sequence[tuple[str, object]]]]:
    """Every watched object in a value, with the name of the nearest thing that has one, and what it says.

    What is disregarded is left out, and so is all in it.
    """
    waiting = [(value, owner)]
    while waiting:
        value, owner = waiting.pop()
        if isinstance(value, tuple):
            waiting += [(part, owner) for part in cast(tuple[object, ...], value)[::-1]]
        elif type(value) in _SPEAKING:
            name = getattr(value, "name", None)
            owner = f"`{name}`" if isinstance(name, str) else owner
            shape = type(value).__name__
            told = [(name, part) for name, part in said(value) if f"{shape}.{name}" not in disregards]
            yield value, owner, told
            waiting += [(part, owner) for _, part in told[::-1] if type(part) not in _PLAIN]


_PLAIN = frozenset({str, int, float, bool, type(None)})
