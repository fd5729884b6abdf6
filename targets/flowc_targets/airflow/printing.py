"""Functions, loops and groups as lines of a DAG file.

Not in a template: a string of several lines must not be indented with the code around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.target.literals import string
from flowc.target.templates import doc
from flowc_targets.airflow.model import Frame, Function, Group, Item

STEP = "    "


def source(items: Iterable[Item], margin: str = STEP) -> str:
    """The lines of all items."""
    return "\n".join(line for item in items for line in _item(item, margin))


def _item(item: Item, margin: str) -> Iterator[str]:
    match item:
        case Function():
            yield from _function(item, margin)
        case Group(id=id_, doc=said, items=items):
            tooltip = f", tooltip={string(said)}" if said else ""
            yield f"{margin}with TaskGroup({string(id_)}{tooltip}):"
            yield source(items, margin + STEP)
        case Frame(name=name, element=element, over=over, comment=comment, items=items):
            yield f"{margin}@task_group(prefix_group_id=False)"
            yield f"{margin}def {name}({element}):  # {comment}"
            yield source(items, margin + STEP)
            yield f"{margin}{name}.expand({element}={over})"


def _function(function: Function, margin: str) -> Iterator[str]:
    inside = margin + STEP
    yield f"{margin}@{function.decorated}"
    comment = f"  # {function.comment}" if function.comment else ""
    yield f"{margin}def {function.name}({function.signature}):{comment}"
    if function.doc:
        yield inside + doc(function.doc, len(inside))
    for line in function.body or (() if function.doc else ("pass",)):
        yield inside + line if line else ""
    yield ""
    for line in function.wiring:
        yield margin + line
    yield ""
