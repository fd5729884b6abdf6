"""What to say about a name that stands for nothing."""

from __future__ import annotations

from flowc.diagnostics import Label, Problems
from flowc.diagnostics.suggest import closest
from flowc.sema.context import Context
from flowc.sema.habits import VALUES
from flowc.sema.place import visible_tasks
from flowc.source import Span
from flowc.syntax import ast

CLOCK = {"now": "run.at", "today": "run.date", "yesterday": "run.date - 1d"}
"""What people call the present, and what a flow has in its place."""


def report_unknown(name: ast.Name, context: Context) -> None:
    """FLOW201, with the likeliest thing that was meant; FLOW218 for what lives in a block alone."""
    hidden = context.world.hidden(name.text)
    if hidden is not None:
        context.problems.add(
            "FLOW218",
            f"`{name.text}` lives inside a loop or a branch, and this stands outside",
            name.span,
            related=[Label(hidden, "it is declared here")],
            helps=("read a task of that block, or move this into it",),
        )
        return
    handled = context.world.handler_task(name.text)
    if handled is not None:
        report_handled(name.text, name.span, handled, context.problems)
        return
    message = f"there is no value `{name.text}` here"
    context.problems.add("FLOW201", message, name.span, helps=_ways(name.text, context))


def report_handled(name: str, span: Span, held: Span, problems: Problems) -> None:
    """FLOW408."""
    problems.add(
        "FLOW408",
        f"`{name}` runs in a handler, after all that could read it or wait for it",
        span,
        related=[Label(held, "it stands in a handler")],
    )


def _ways(name: str, context: Context) -> tuple[str, ...]:
    for task, path in visible_tasks(context.names):
        if task.name == name and path != name:
            group = path.rpartition(".")[0]
            return (f"did you mean the task `{name}` in group `{group}`: `{path}`?",)
    if name in context.world.callables():
        return (f"`{name}` is a function: {name}(...)",)
    if name in CLOCK:
        return (f"a flow does not ask the clock; the time it runs for is {CLOCK[name]}",)
    if name in VALUES:
        return (f"write `{VALUES[name]}`",)
    near = closest(name, [*context.names.visible(), "run"])
    if near:
        return (f"did you mean `{near}`?",)
    paths = {path.rpartition(".")[2]: path for _, path in visible_tasks(context.names)}
    near = closest(name, paths)
    return (f"did you mean `{paths[near]}`?",) if near else ()
