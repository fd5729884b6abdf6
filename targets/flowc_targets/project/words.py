"""Words of a target's own, in `target NAME { ... }` of a flow or a task: all of them are texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from flowc.ir.expr import Expr, Lit
from flowc.ir.graph import Override, Program
from flowc.ir.types import STR
from flowc.target.contract import Word


def text_word(name: str, doc: str, *places: Literal["flow", "task"]) -> Word:
    """A word whose value is a text that says something."""
    return Word(name, frozenset(places), STR, doc, _misfit)


def _misfit(value: Expr) -> str | None:
    if not isinstance(value, Lit):
        return "is written out"
    return None if str(value.value).strip() else "is empty"


def all_said(program: Program, target: str, word: str) -> list[str]:
    """All that a word says anywhere, each once."""
    blocks = [thing.overrides for graph in program.graphs for thing in (graph, *graph.nodes)]
    return sorted({value for block in blocks if (value := said(block, target, word)) is not None})


def said(overrides: Iterable[Override], target: str, word: str) -> str | None:
    """What a word says; the last one holds."""
    found: str | None = None
    for override in overrides:
        if (override.target, override.word) == (target, word) and isinstance(override.value, Lit):
            found = str(override.value.value)
    return found
