"""The table of methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from flowc.ir.types import BOOL, DATETIME, STR, ListOf, Type
from flowc.sema.context import Formal
from flowc.sema.relations import has_text, is_ordered


@frozen
class Signature:
    """What a method takes, what it gives for an operand of a type (None: not for that one), and which it wants."""

    params: tuple[Formal, ...]
    result: Callable[[Type], Type | None]
    wants: str = ""


def _texts(*names: str) -> tuple[Formal, ...]:
    return tuple(Formal(name, STR) for name in names)


def _gives(type_: Type) -> Callable[[Type], Type | None]:
    return lambda _: type_


def _same_if(test: Callable[[Type], bool]) -> Callable[[Type], Type | None]:
    return lambda type_: type_ if isinstance(type_, ListOf) and test(type_.item) else None


def _joined(type_: Type) -> Type | None:
    return STR if isinstance(type_, ListOf) and has_text(type_.item) else None


_FORMAT = Signature(_texts("pattern"), _gives(STR))
METHODS: Mapping[str, Mapping[str, Signature]] = {
    "str": {
        **{name: Signature((), _gives(STR)) for name in ("lower", "upper", "strip")},
        "replace": Signature(_texts("old", "new"), _gives(STR)),
        "split": Signature(_texts("separator"), _gives(ListOf(STR))),
        **{name: Signature(_texts("part"), _gives(BOOL)) for name in ("starts", "ends")},
    },
    "list": {
        "join": Signature(_texts("separator"), _joined, "a list of values with a text form"),
        "sorted": Signature((), _same_if(is_ordered), "a list of values that have an order"),
        "unique": Signature((), _same_if(lambda item: True)),
        "reversed": Signature((), _same_if(lambda item: True)),
    },
    "date": {"format": _FORMAT},
    "datetime": {"format": _FORMAT, "to": Signature(_texts("zone"), _gives(DATETIME))},
}
"""Every method by the shape of what it is called on."""
