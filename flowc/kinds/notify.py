"""`notify slack(..) | pagerduty(..) | email(..)`: a derived kind, one HTTP request or one mail."""

from __future__ import annotations

from flowc.diagnostics.suggest import closest
from flowc.ir.actions import Action, Email, Http
from flowc.ir.expr import Expr, Lit, Map, Text
from flowc.ir.types import JSON, STR
from flowc.kinds.base import Desk, Formal, Kind
from flowc.syntax import ast

_SAMPLE = 'write `notify slack("#data", "text")`'
_OTHER = 'others are told over HTTP: `http post("https://...", json: {text: "..."})`'
_EVENTS = "https://events.pagerduty.com/v2/enqueue"
_SERVICES = {"slack": ("channel", "text"), "pagerduty": ("service", "text"), "email": ("to", "subject", "text")}
_CONNECTIONS = {"slack": "slack", "pagerduty": "pagerduty", "email": "smtp"}


def _check(action: ast.Action, desk: Desk) -> Action | None:
    assert isinstance(action, ast.KindAction)
    call = action.operand
    if not isinstance(call, ast.Invocation) or call.args is None:
        desk.report("FLOW215", "`notify` takes a service and what to say", call.span, helps=(_SAMPLE,))
        return None
    if call.callee.text not in _SERVICES:
        near = closest(call.callee.text, _SERVICES)
        desk.report(
            "FLOW215",
            f"`notify` knows no service `{call.callee.text}`",
            call.callee.span,
            helps=(f"did you mean `{near}`?",) if near else (f"{_SAMPLE}, `pagerduty(...)` or `email(...)`", _OTHER),
        )
        return None
    service = call.callee.text
    formals = tuple(Formal(name, STR) for name in _SERVICES[service])
    bound = desk.bind(call.args, formals, f"notify {service}", call.span)
    connection = desk.connection(action.connection, (_CONNECTIONS[service],), action.span, "FLOW611")
    if connection is None or len(bound) < len(formals):
        return None
    match service:
        case "slack":
            body = Map((("channel", bound["channel"]), ("text", bound["text"])), JSON)
            return Http("POST", Text(()), connection, json=body)
        case "pagerduty":
            return _page(desk, connection, bound)
        case _:
            return Email(connection, bound["to"], bound["subject"], bound["text"])


def _page(desk: Desk, connection: str, bound: dict[str, Expr]) -> Action | None:
    key = desk.setting(connection, "key")
    if key is None:
        return None
    payload = Map((("summary", bound["text"]), ("source", bound["service"]), ("severity", Lit("error", STR))), JSON)
    body = Map((("routing_key", key), ("event_action", Lit("trigger", STR)), ("payload", payload)), JSON)
    url = desk.setting(connection, "url")
    return Http("POST", Text((url,)) if url else Text((_EVENTS,)), json=body)


NOTIFY = Kind("notify", "tell people", _check, gives="nothing", takes_connection=True)
