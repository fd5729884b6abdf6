"""What a worker is asked to do for an attempt: the task's action with everything evaluated, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .actions import Action, Email, Http, Python, Shell, Sql, WaitFile, WaitUntil, words
from .model import Task
from .texts import text
from .view import View

WORKER_KINDS = (Python, Shell, Sql, Http, Email)


def request(task: Task, v: View, out: str) -> dict[str, Any]:
    """The request for one attempt. What fails here is a failed attempt of the task."""
    env: Mapping[str, Any] = task.env(v) if task.env else {}
    return {
        **_action(task.action, v),
        "output": task.output,
        "out": out,
        "env": {name: text(value) for name, value in env.items()},
    }


def _action(action: Action, v: View) -> dict[str, Any]:
    if isinstance(action, Python):
        call = action.arguments(v)
        return {"kind": "python", "function": action.function, "args": list(call.args), "named": dict(call.named)}
    if isinstance(action, Shell):
        return {"kind": "shell", "script": words(action.script, v)}
    if isinstance(action, Sql):
        statement = action.statement(v) if callable(action.statement) else action.statement
        parts = [statement] if isinstance(statement, str) else statement.parts
        return {"kind": "sql", "connection": v.connection(action.connection), "parts": parts, "table": action.table}
    if isinstance(action, Http):
        return {"kind": "http", "http": _http(action, v)}
    assert isinstance(action, Email)
    mail = {name: words(getattr(action, name), v) for name in ("to", "subject", "text")}
    return {"kind": "email", "mail": {"connection": v.connection(action.connection), **mail}}


def look(action: WaitFile | WaitUntil, v: View) -> dict[str, Any]:
    """The request for one look at what a wait waits for; its answer is false, or null, where that is not there yet."""
    if isinstance(action, WaitFile):
        asked: dict[str, Any] = {"kind": "match", "pattern": words(action.path, v), "output": "path?"}
    else:
        given = _action(action.look, v)
        asked = {**given, "kind": "finds" if given["kind"] == "sql" else "answers", "output": "bool"}
    return {**asked, "env": {}}


def _http(action: Http, v: View) -> dict[str, Any]:
    parts = {name: getattr(action, name) for name in ("headers", "params", "json", "body")}
    return {
        "method": action.method,
        "url": words(action.url, v),
        "connection": v.connection(action.connection) if action.connection else None,
        **{name: part(v) for name, part in parts.items() if part is not None},
    }
