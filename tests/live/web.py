"""Requests to the APIs of engines: JSON there and back."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

PATIENCE = 120  # seconds for an answer: a server on SQLite stands still for a minute where writers meet


class Refused(Exception):
    """The server answered with a status that is no success; the text is what it said."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status}: {said}")
        self.status = status


def ask(method: str, url: str, body: object = None, token: str | None = None) -> Any:
    """What the server answers; a text where it is no JSON."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode("utf-8", "replace")[:2000]) from error
    try:
        return json.loads(text)
    except ValueError:
        return text
