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
from collections.abc import Container, Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any, cast

from attrs import Attribute, fields, frozen, has

from flowc.ir import actions, graph, triggers
from flowc.ir.digest import telling
from flowc.ir.graph import Override, Program

_WATCHED: tuple[type, ...] = tuple(
    kind
    for module in (graph, triggers, actions)
    for kind in vars(module).values()
    if isinstance(kind, type) and has(kind) and kind.__module__ == module.__name__
)
_EXEMPT = (graph.Origin,)
_ANALYSES = frozenset(f"flowc.ir.{name}" for name in ("digest", "later", "reads", "skips", "text", "uses", "verify"))


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
        read = self._read

        def look(instance: object, name: str) -> object:
            if _is_use(sys._getframe(1)):  # pyright: ignore[reportPrivateUsage]
                read.add((id(instance), name))
            return object.__getattribute__(instance, name)

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
        for thing, owner in _things(self._program, "the program", disregards):
            if _is_foreign(thing, target):
                continue
            for attribute in telling(thing):
                name = f"{type(thing).__name__}.{attribute.name}"
                value = getattr(thing, attribute.name)
                if name in disregards or (id(thing), attribute.name) in self._read:
                    continue
                if not (attribute.name == "overrides" and all(_is_foreign(each, target) for each in value)):
                    found.setdefault(name, Unread(name, owner, value))
        return tuple(found.values())


def _is_foreign(thing: object, target: str) -> bool:
    return isinstance(thing, Override) and (thing.target != target or thing.word == "accept")


def _is_use(reader: FrameType | None) -> bool:
    """Whether a look at an attribute says that somebody uses it.

    Comparing, hashing, printing, copying and analysing a value look at all of it, and nothing follows from that.
    """
    if reader is None or reader.f_code.co_filename.startswith("<attrs"):
        return False
    while reader is not None:
        module = reader.f_globals.get("__name__", "")
        if module in _ANALYSES or module in ("attr._make", "attr._funcs"):
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


def _things(value: object, owner: str, disregards: Container[str]) -> Iterator[tuple[object, str]]:
    """Every watched object in a value, with the name of the nearest thing that has one; none in what is disregarded."""
    if isinstance(value, tuple):
        for part in cast(tuple[object, ...], value):
            yield from _things(part, owner, disregards)
    elif type(value) in _WATCHED and not isinstance(value, _EXEMPT):
        name = getattr(value, "name", None)
        owner = f"`{name}`" if isinstance(name, str) else owner
        yield value, owner
        for attribute in telling(value):
            if f"{type(value).__name__}.{attribute.name}" not in disregards:
                yield from _things(getattr(value, attribute.name), owner, disregards)
