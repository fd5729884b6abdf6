"""Lists that are written in the source: their elements, where these are constants, and their length."""

from __future__ import annotations

from datetime import date, timedelta
from operator import itemgetter
from typing import cast

from flowc.ir.expr import Between, Lit
from flowc.ir.expr import List as ListExpr
from flowc.ir.expr import Map as MapExpr
from flowc.ir.graph import Loop


def constants(loop: Loop) -> list[object] | None:
    """The elements of a list, a range or a map that is written in the source, if they are constants.

    Those of a map are its values, in the order of its keys.
    """
    match loop.items:
        case MapExpr(entries=entries) if all(isinstance(item, Lit) and "{" not in key for key, item in entries):
            found = [cast(Lit, item).value for _, item in sorted(entries, key=itemgetter(0))]
        case ListExpr(items=items) if all(isinstance(item, Lit) for item in items):
            found = [cast(Lit, item).value for item in items]
        case Between(low=Lit(value=int() as low), high=Lit(value=int() as high)):
            found = list(range(low, high + 1))
        case Between(low=Lit(value=date() as first), high=Lit(value=date() as last)):
            count = last.toordinal() - first.toordinal() + 1
            found = [first + timedelta(days=days) for days in range(count)]
        case _:
            return None
    # Airflow takes a text for a template wherever it stands in a DAG.
    return None if any(isinstance(value, str) and "{" in value for value in found) else list[object](found)


def is_literal(loop: Loop) -> bool:
    """An outermost loop over constants in the source, entered in any case."""
    return not loop.scope and not loop.needs and constants(loop) is not None


def written_length(loop: Loop) -> int | None:
    """The length of a list that is written in the source."""
    found = constants(loop)
    if not (loop.is_static or is_literal(loop)):
        return None
    match loop.items:
        case ListExpr(items) | MapExpr(items):
            return len(items)
        case _:
            return None if found is None else len(found)
