"""Nothing is dropped in silence: what lowering reads of a program is watched, and what it left unread stops the build.

    with Ledger(program) as ledger:
        model = target.lower(program)
    unread = ledger.unread(target.disregards, target.name)

While the ledger is open the IR's classes note which of their attributes are looked at. Afterwards every attribute of
every node, need, loop, ... that says something (is not its default) must have been read on that very object, unless the
target names it in `disregards` with a reason. A change by `evolve` makes a new object, which is not followed: lowering
reads the program itself.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterator, Mapping, Sequence
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
    """Watches the attributes of a program's objects while it is open. One at a time."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._read: set[tuple[int, str]] = set()

    def __enter__(self) -> Ledger:
        note, look_up, caller = self._read.add, object.__getattribute__, sys._getframe  # pyright: ignore[reportPrivateUsage]
        verdicts: dict[int, bool | None] = {}  # by code, which lives as long as the function that looks

        def look(instance: object, name: str) -> object:
            frame = caller(1)
            code = id(frame.f_code)
            if code not in verdicts:
                verdicts[code] = _is_always_use(frame)
            is_use = verdicts[code]
            if is_use or (is_use is None and _is_use(frame)):
                note((id(instance), name))
            return look_up(instance, name)

        for kind in _WATCHED:
            if "__getattribute__" in vars(kind):
                raise RuntimeError("two ledgers are open at once")
            cast(Any, kind).__getattribute__ = look
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for watched in _WATCHED:
            del cast(Any, watched).__getattribute__

    def unread(self, disregards: Mapping[str, str], target: str = "") -> tuple[Unread, ...]:
        """What was left unread, once for each attribute of a class, in the program's order.

        What a `target` block says is the matter of that target alone, and an `accept` that of nobody who lowers.
        """
        found: dict[str, Unread] = {}
        for thing, owner, told in _things(self._program, "the program", disregards):
            if _is_foreign(thing, target):
                continue
            for name, value in told:
                if (id(thing), name) in self._read:
                    continue
                attribute = f"{type(thing).__name__}.{name}"
                if not (name == "overrides" and all(_is_foreign(each, target) for each in cast(tuple[object], value))):
                    found.setdefault(attribute, Unread(attribute, owner, value))
        return tuple(found.values())


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
