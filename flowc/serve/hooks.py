"""Webhooks: `POST /hooks/PATH` starts the flows that wait for it, for who has the token or signs with the secret."""

import hashlib
import json
import os
import time
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from flowc.runtime.info import info_of
from flowc.runtime.reading import in_zone
from flowc.runtime.triggers import OnWebhook
from flowc.serve.access import BEARER, REFUSALS, TheServer
from flowc.serve.events import Happened
from flowc.serve.server import Server
from flowc.serve.shapes import Hooked
from flowc.serve.token import SECRET, bears, is_signed, message_of

router = APIRouter(responses=REFUSALS | {429: {"description": "Too many at once"}})
RATE = 20.0
"""Webhooks a second that are taken in the long run."""
BURST = 100.0
"""And so many at once."""


class Bucket:
    """How many may come now; on the event loop's thread alone."""

    def __init__(self) -> None:
        self._left = BURST
        self._seen = time.monotonic()

    def take(self) -> bool:
        """Whether one more may come."""
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._seen) * RATE)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


_BODY: dict[str, Any] = {"required": True, "content": {"application/json": {"schema": {}}}}
_HEADERS = [
    {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": what}
    for name, what in (
        ("X-Flowc-Key", "What tells the event from others"),
        ("X-Flowc-Signature", "Instead of the token: t=SECONDS,v1=HEX"),
    )
]


@router.post(
    "/hooks/{path:path}",
    status_code=202,
    dependencies=[BEARER],
    openapi_extra={"requestBody": _BODY, "parameters": _HEADERS},
)
async def hook(server: TheServer, path: str, request: Request) -> Hooked:
    """Start flows with the body as their event. `X-Flowc-Key` tells it from others; a key that came before is a 409."""
    body = await request.body()
    signature = request.headers.get("x-flowc-signature", "")
    is_known = bears(request.headers.get("authorization", ""), request.app.state.token)
    key = request.headers.get("x-flowc-key", "")[:200]
    message = message_of(f"/{path}", key, body)
    if not is_known and not is_signed(signature, message, os.environ.get(SECRET, "")):
        raise HTTPException(401, "neither the token nor a signature that is right and fresh")
    if not request.app.state.bucket.take():
        raise HTTPException(429, "too many webhooks at once", {"Retry-After": "1"})
    # Signed twice at the same time with the same body is the same request, sent again.
    own = f"{time.time_ns()}" if is_known else hashlib.sha256(signature.encode()).hexdigest()
    return await run_in_threadpool(_take, server, f"/{path}", key or own, body)


def _take(server: Server, path: str, key: str, body: bytes) -> Hooked:
    event = _json(body)
    return server.loop.ask(lambda: _start(server, path, key, event))  # there, so that the flows stay the same meanwhile


def _start(server: Server, path: str, key: str, event: Any) -> Hooked:
    waiting = [flow for flow, atom in server.events.atoms() if isinstance(atom, OnWebhook) and _same(atom.path, path)]
    if not waiting:
        raise HTTPException(404, f"no flow waits for {path}")
    for flow in waiting:
        info_of(flow, "", in_zone(server.now(), flow.zone), "webhook", None, event)
    names = {atom.path for _, atom in server.events.atoms() if isinstance(atom, OnWebhook) and _same(atom.path, path)}
    found = [Happened("webhook", name, key, event) for name in sorted(names)]
    rows = server.events.take(found)
    if not rows and not server.waits_for_more(names):
        raise HTTPException(409, "this key has come before")
    return Hooked(runs=[row.id for row in rows])


def _same(said: str, path: str) -> bool:
    """A flow may say the whole path that is asked for, or what comes after /hooks."""
    return said.strip("/").removeprefix("hooks/") == path.strip("/")


def _json(body: bytes) -> Any:
    try:
        found = json.loads(body, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise HTTPException(422, "the body is no JSON") from error
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)
