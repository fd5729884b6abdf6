"""What `run.` has: the facts of the run, and where each may be read."""

from __future__ import annotations

from flowc.diagnostics.suggest import closest
from flowc.ir.expr import Expr, Run
from flowc.ir.types import DATE, DATETIME, DURATION, STR, Enum, Optional, Type
from flowc.sema.context import Context
from flowc.sema.infer import poison
from flowc.source import Span
from flowc.syntax import ast

TRIGGER = Enum(("manual", "schedule", "backfill", "run", "test", "asset", "file", "webhook", "flow"))
EVERYWHERE: dict[str, Type] = {"id": STR, "flow": STR, "at": DATETIME, "date": DATE, "trigger": TRIGGER}
HANDLERS_ONLY = ("error", "failed_task", "lateness")
_PLACES = {
    "partition": "a flow with `partition`",
    "event": "a flow that starts `on` something",
    "error": "a handler (`on failure`, `finally`)",
    "failed_task": "a handler (`on failure`, `finally`)",
    "lateness": "`on late`",
}


def read_run(name: ast.Name, context: Context, span: Span) -> Expr:
    """`run.name`, whose type may hang on where it is read."""
    word = name.text
    type_ = EVERYWHERE.get(word) or _here(word, context)
    if type_ is not None:
        return Run(word, type_, span)
    if word in _PLACES:
        context.problems.add("FLOW212", f"`run.{word}` is known only in {_PLACES[word]}", span)
    elif word in ("now", "today"):
        context.problems.add(
            "FLOW513", f"there is no `run.{word}`: a flow that asks the clock cannot be run again", span,
            helps=("the instant that the run is for is run.at, its day run.date",),
        )  # fmt: skip
    else:
        near = closest(word, (*EVERYWHERE, *_PLACES))
        helps = (
            (f"did you mean `run.{near}`?",) if near else ("it has " + ", ".join(f"`{known}`" for known in EVERYWHERE),)
        )
        context.problems.add("FLOW204", f"`run` has no `{word}`", name.span, helps=helps)
    return poison(span)


def _here(word: str, context: Context) -> Type | None:
    match word:
        case "partition":
            return context.partition
        case "event":
            return context.event
        case "error" | "failed_task" if context.phase != "main":
            return STR if context.phase == "failure" else Optional(STR)
        case "lateness" if context.phase == "late":
            return DURATION
        case _:
            return None
