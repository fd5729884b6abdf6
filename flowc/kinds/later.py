"""Kinds that are known and checked, and that no target can say yet: `build` refuses them (FLOW901)."""

from __future__ import annotations

from collections.abc import Mapping

from flowc.ir.actions import Action, Arg, Unbuilt
from flowc.ir.types import JSON, PATH, STR, ListOf, MapOf
from flowc.kinds.base import Desk, Formal, Kind
from flowc.syntax import ast

_DBT = (
    Formal("select", STR, required=False, named=True),
    Formal("exclude", STR, required=False, named=True),
    Formal("project", PATH, required=False, named=True),
    Formal("profile", STR, required=False, named=True),
    Formal("vars", MapOf(STR, JSON), required=False, named=True),
)
_CALLS: Mapping[str, Mapping[str, tuple[Formal, ...]]] = {
    "dbt": dict.fromkeys(("build", "run", "test", "seed", "snapshot"), _DBT),
    "sqlmesh": {
        "run": (
            Formal("project", PATH, required=False, named=True),
            Formal("environment", STR, required=False, named=True),
        )
    },
    "dataform": {
        "run": (
            Formal("repository", STR, required=False, named=True),
            Formal("tags", ListOf(STR), required=False, named=True),
        )
    },
    "spark": {
        "submit": (Formal("app", PATH), Formal("args", None, required=False, named=True)),
    },
}


def _check_call(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    kind, call, commands = action.kind.text, action.operand, _CALLS[action.kind.text]
    if not isinstance(call, ast.Invocation) or call.args is None or call.callee.text not in commands:
        desk.report(
            "FLOW215", f"`{kind}` takes a command", call.span, helps=(f"the commands are {', '.join(commands)}",)
        )
        return None
    if kind == "spark" and desk.connection(action.connection, ("spark",), action.span, "FLOW803") is None:
        return None
    command = call.callee.text
    bound = desk.bind(call.args, commands[command], f"{kind} {command}", call.span)
    return Unbuilt(f"{kind} {command}", tuple(Arg(name, value) for name, value in bound.items()))


def _check_container(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    image = desk.text_operand(action.operand, "text")
    return Unbuilt("container", (Arg("image", image),)) if image else None


CONTAINER = Kind("container", "run a container", _check_container, gives="text", has_process=True)
DBT = Kind("dbt", "run dbt", _check_call, gives="nothing", has_process=True)
SQLMESH = Kind("sqlmesh", "run SQLMesh", _check_call, gives="nothing", has_process=True)
DATAFORM = Kind("dataform", "run Dataform", _check_call, gives="nothing", has_process=True)
SPARK = Kind("spark", "submit to Spark", _check_call, gives="text", has_process=True, takes_connection=True)
