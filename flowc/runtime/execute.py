"""One attempt of a task, in the process that it runs in: from a request of plain values to the value's text."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from .environment import held
from .values import Mismatch, conform, encode


def execute(request: dict[str, Any]) -> str | None:
    """Do what a request asks; the value's text, or None where the task has no value."""
    value = _KINDS[request["kind"]](request)
    return None if request["output"] is None else fit(value, request)


def fit(value: Any, request: dict[str, Any]) -> str:
    """A value as the text of what the request declares; Mismatch where it is none, or holds a secret."""
    output: str = request["output"]
    found = conform(value, output)
    if request["secrets"] and (name := held(found, request["secrets"])):
        raise Mismatch(f"the value holds secret {name}")
    return encode(found, output)


def _python(request: dict[str, Any]) -> Any:
    return function(request["function"])(*request["args"], **request["named"])


def function(name: str) -> Any:
    """`package.module:function`, or a method of a class there."""
    module, _, path = name.partition(":")
    found = sys.modules.get(module) or import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _shell(request: dict[str, Any]) -> Any:
    from . import shell

    return shell.run(request["script"], output=request["output"], out=request["out"])


def _sql(request: dict[str, Any]) -> Any:
    from . import sql

    statement = sql.Statement(request["parts"])
    return sql.run(
        request["connection"], statement, output=request["output"], table=request["table"], out=request["out"]
    )


def _http(request: dict[str, Any]) -> Any:
    from . import http

    return http.request(**request["http"], output=request["output"], out=request["out"])


def _mail(request: dict[str, Any]) -> Any:
    from . import mail

    mail.send(**request["mail"])


def _finds(request: dict[str, Any]) -> bool:
    from . import looks, sql

    return looks.finds(request["connection"], sql.Statement(request["parts"]))


def _answers(request: dict[str, Any]) -> bool:
    from . import looks

    asked = request["http"]
    return looks.answers(asked["url"], connection=asked["connection"], headers=asked.get("headers"))


def _match(request: dict[str, Any]) -> Any:
    from .files import first_match

    return first_match(request["pattern"])


_KINDS = {
    "python": _python,
    "shell": _shell,
    "sql": _sql,
    "http": _http,
    "email": _mail,
    "finds": _finds,
    "answers": _answers,
    "match": _match,
}
