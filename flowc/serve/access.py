"""What the endpoints share: the server behind them, the token as OpenAPI describes it, and how they refuse."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer

from flowc.serve.server import Server
from flowc.serve.shapes import RUN_ID, Problem

_REASONS = {
    400: "The body is no JSON",
    401: "No token",
    404: "There is no such thing",
    408: "The body did not come",
    409: "It does not fit what the run is doing",
    413: "The body is too large",
    422: "What was given cannot be used",
    503: "The records cannot be kept",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": why} for status, why in _REASONS.items()
}
BEARER = Depends(HTTPBearer(auto_error=False))
"""For the description; the gate has checked the token before."""


def _server(request: Request) -> Server:
    return request.app.state.server


TheServer = Annotated[Server, Depends(_server)]
RunId = Annotated[str, Path(pattern=RUN_ID)]
