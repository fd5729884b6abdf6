"""What a task declares to give: `-> T`, `-> (a: T, b: U)`."""

from __future__ import annotations

from flowc.ir.types import ANY, Record, Type
from flowc.kinds import Kind
from flowc.sema.context import Context
from flowc.sema.types import strip, transportable, type_from
from flowc.syntax import ast


def declared_output(outputs: ast.Type, kind: Kind | None, context: Context) -> tuple[Type | None, bool]:
    """The type behind `->`; True second: several outputs, each with its name."""
    found = type_from(outputs, context)
    several = isinstance(outputs, ast.RecordType)
    if kind is not None and kind.gives == "nothing":
        context.problems.add("FLOW301", f"a `{kind.name}` task gives no value", outputs.span, helps=("leave out `->`",))
        return None, False
    if kind is not None and kind.outputs and strip(found) not in (*kind.outputs, ANY):
        ways = ", ".join(str(type_) for type_ in kind.outputs)
        context.problems.add("FLOW301", f"`{kind.name}` gives one of {ways}, found {found}", outputs.span)
        return ANY, False
    reason = transportable(found)
    if reason is not None:
        context.problems.add(
            "FLOW314",
            f"{found} cannot cross from task to task: {reason}",
            outputs.span,
            helps=("give a path or plain data instead",),
        )
        return ANY, False
    return found, several and isinstance(found, Record)
