"""What the gate hears of a body."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from flowc.serve import gate
from flowc.serve.gate import MOST_BODY, Gate


async def _app(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % len(body)})


def _answered(sent: Iterable[bytes], *, ends: bool = True) -> tuple[int, bytes, int]:
    """Status and body of the answer to a body that comes in these parts, and how many of them were heard."""
    parts = list(sent)
    count = len(parts)
    said = list[Any]()

    async def receive() -> Any:
        if not parts and not ends:
            await asyncio.Event().wait()
        part = parts.pop(0) if parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(parts) or not ends}

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "path": "/hooks/a", "headers": [(b"host", b"localhost")]}
    asyncio.run(Gate(_app, "token", frozenset({"localhost"}))(scope, receive, send))
    return said[0]["status"], said[1]["body"], count - len(parts)


def test_a_body_comes_whole() -> None:
    assert _answered([b"a" * 1000, b"b" * (MOST_BODY - 1000)]) == (200, b"%d" % MOST_BODY, 2)


def test_what_is_too_large_is_heard_so_far_before_it_is_refused() -> None:
    status, _, heard = _answered([b"x" * MOST_BODY] * 5)
    assert (status, heard) == (413, 5)
    status, _, heard = _answered([b"x" * MOST_BODY] * 100)
    assert (status, heard) == (413, 17)


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PATIENCE", 0.05)
    assert _answered([b"{"], ends=False)[0] == 408
