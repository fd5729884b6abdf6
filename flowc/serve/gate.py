"""What every request passes first: which server it is for, how large it is, and whether it has the token.

The token counts in the Authorization header only, which no other site's page can set (CSRF); there are no cookies.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from flowc.serve.token import bears, is_ours

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 1 << 20
"""Bytes of a request's body at most."""
_MOST_UNREAD = 16 * MOST_BODY
_PATIENCE = 30
"""Seconds that a body has to come in."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_SECURITY = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


class Gate:
    """Wraps an app. What lies under /api is for those who bear the token; the app judges webhooks itself."""

    def __init__(self, app: App, token: str, names: frozenset[str]) -> None:
        self.app = app
        self.token = token
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        guarded = _guarded(send)
        if not is_ours(headers.get(b"host", ""), self.names):
            await _refuse(guarded, 421, "this server is not called so: name it with --name")
        elif scope["path"].startswith("/api") and not bears(headers.get(b"authorization", ""), self.token):
            await _refuse(guarded, 401, "the token is missing or wrong: Authorization: Bearer TOKEN")
        else:
            await self._let_in(scope, receive, guarded)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await _body(receive)
        except TimeoutError:
            await _refuse(send, 408, f"the body has not come within {_PATIENCE} seconds")
            return
        if body is None:
            await _refuse(send, 413, f"a body has at most {MOST_BODY} bytes")
        else:
            await self.app(scope, _given(body, receive), send)


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_SECURITY]
        await send(message)

    return guarded


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large.

    What is too much is heard nevertheless, so far: a client that is cut off while it sends reads no answer.
    """
    parts = list[bytes]()
    size = 0
    while size <= _MOST_UNREAD:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= MOST_BODY:
            parts.append(part)
        if not message.get("more_body"):
            break
    return b"".join(parts) if size <= MOST_BODY else None


def _given(body: bytes, receive: Receive) -> Receive:
    left = [body]

    async def given() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return given


async def _refuse(send: Send, status: int, why: str) -> None:
    headers = [(b"content-type", b"application/json")]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"detail": why}).encode()})
