"""What a Python module does when it is imported: engines import it again and again, so it should only define things.

Only what is certain is told: calls of this list, and calls of the module's own functions for nothing but their effect.
What stands under `if __name__ == "__main__"` or `if TYPE_CHECKING` does not run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from flowc.sema.outside.annotations import dotted
from flowc.sema.outside.symbols import FunctionDef, Module, Value, blocks

_HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_WHY: dict[str, str] = {
    **{f"{library}.{verb}": "sends a request" for library in ("requests", "httpx") for verb in _HTTP},
    "urllib.request.urlopen": "sends a request",
    "urllib.request.urlretrieve": "sends a request",
    **{f"subprocess.{name}": "starts a process" for name in ("run", "call", "check_call", "check_output", "Popen")},
    "os.system": "starts a process",
    "os.popen": "starts a process",
    **{f"os.{name}": "changes files" for name in ("remove", "unlink", "rename", "replace", "rmdir", "removedirs")},
    **{f"os.{name}": "changes files" for name in ("mkdir", "makedirs", "truncate")},
    **{f"shutil.{name}": "changes files" for name in ("rmtree", "move", "copy", "copy2", "copyfile", "copytree")},
    **{f"{name}.connect": "opens a connection" for name in ("sqlite3", "duckdb", "psycopg", "psycopg2", "pymysql")},
    "socket.create_connection": "opens a connection",
    "smtplib.SMTP": "opens a connection",
    "time.sleep": "waits",
    "builtins.input": "waits for a person",
    "builtins.exit": "ends the process",
    "builtins.quit": "ends the process",
    "sys.exit": "ends the process",
    "os._exit": "ends the process",
    "os.chdir": "changes the working directory",
}
_WRITING = frozenset("wax+")
_WRITERS = ("write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "rename", "symlink_to")


@frozen
class Effect:
    """A call that runs on import: `call` as written, `why` it matters (`sends a request`)."""

    line: int
    call: str
    why: str


def import_effects(module: Module) -> tuple[Effect, ...]:
    """The calls at the top of a module that do more than define things, in order."""
    return tuple(
        Effect(call.lineno, ast.unparse(call.func) + "(...)", why)
        for statement, call in _top_level_calls(module.body)
        if (why := _why(module, statement, call))
    )


def _top_level_calls(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.Call]]:
    for statement in body:
        if isinstance(statement, ast.If) and _never_runs_on_import(statement.test):
            yield from _top_level_calls(statement.orelse)
            continue
        yield from ((statement, call) for call in _own_calls(statement))
        for block in blocks(statement):
            yield from _top_level_calls(block)


def _own_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """Calls that the statement itself makes, those of its inner blocks and of what it defines aside."""
    inner = {id(item) for block in blocks(statement) for item in block}
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) or id(node) in inner:
            continue
        if isinstance(node, ast.Call):
            yield node
        todo.extend(reversed(list(ast.iter_child_nodes(node))))


def _never_runs_on_import(test: ast.expr) -> bool:
    text = ast.unparse(test)
    return "__name__" in text or text.rpartition(".")[2] == "TYPE_CHECKING"


def _why(module: Module, statement: ast.stmt, call: ast.Call) -> str | None:
    name = dotted(call.func, module) or ""
    if name in _WHY:
        return _WHY[name]
    if name == "builtins.open" and _WRITING & set(_mode(call)):
        return "writes a file"
    if _is_path_writer(module, call):
        return "changes files"
    is_for_effect = isinstance(statement, ast.Expr) and statement.value is call
    if is_for_effect and isinstance(call.func, ast.Name) and isinstance(module.names.get(call.func.id), FunctionDef):
        return "runs"
    return None


def _mode(call: ast.Call) -> str:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[1:2]
    return given[0].value if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else "r"


def _is_path_writer(module: Module, call: ast.Call) -> bool:
    """`Path("x").mkdir()`, or the same of a name that is assigned a `Path(...)` in this module."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _WRITERS:
        return False
    base = call.func.value
    if isinstance(base, ast.Name) and isinstance(found := module.names.get(base.id), Value) and found.node:
        base = found.node
    while isinstance(base, ast.BinOp):  # Path("data") / "out"
        base = base.left
    return isinstance(base, ast.Call) and dotted(base.func, module) == "pathlib.Path"
