"""What to say about a name that stands for nothing."""

from __future__ import annotations

from flowc.diagnostics.suggest import closest
from flowc.sema.context import Context
from flowc.sema.place import visible_tasks
from flowc.syntax import ast

_CLOCK = {"now": "run.at", "today": "run.date", "yesterday": "run.date - 1d"}


def report_unknown(name: ast.Name, context: Context) -> None:
    """FLOW201, with the likeliest thing that was meant."""
    message = f"there is no value `{name.text}` here"
    context.problems.add("FLOW201", message, name.span, helps=_ways(name.text, context))


def _ways(name: str, context: Context) -> tuple[str, ...]:
    for task, path in visible_tasks(context.names):
        if task.name == name and path != name:
            group = path.rpartition(".")[0]
            return (f"did you mean the task `{name}` in group `{group}`: `{path}`?",)
    if name in context.world.callables():
        return (f"`{name}` is a function: {name}(...)",)
    if name in _CLOCK:
        return (f"a flow does not ask the clock; the time it runs for is {_CLOCK[name]}",)
    near = closest(name, [*context.names.visible(), "run"])
    if near:
        return (f"did you mean `{near}`?",)
    paths = {path.rpartition(".")[2]: path for _, path in visible_tasks(context.names)}
    near = closest(name, paths)
    return (f"did you mean `{paths[near]}`?",) if near else ()
