"""`http` tasks: one request; a status of 400 or more fails, and so does no answer.

http.request("GET", f"{base(api)}/rates?d={encoded(day)}", output="json")
"""

from __future__ import annotations

import base64
import json as json_text
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, cast

from .errors import HttpStatus, TaskFailure
from .shell import clear, is_path
from .texts import compact, plain, text
from .values import Mismatch


def encoded(value: Any, type: str | None = None) -> str:
    """A value in a URL: percent-encoded, slashes too."""
    return urllib.parse.quote(text(value, type), safe="")


def base(value: Any) -> str:
    """A base URL at the very start of a URL: as it is, if it is one."""
    said = text(value)
    parts = urllib.parse.urlsplit(said)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(char <= " " for char in said):
        raise TaskFailure(f"{said!r} is no base URL")
    return said


def request(
    method: str,
    url: str,
    *,
    connection: Mapping[str, Any] | None = None,
    headers: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    json: Any = None,
    body: Any = None,
    output: str | None = None,
    out: str = "",
    timeout: float | None = None,
) -> Any:
    """Send a request; the answer by the declared output (json, str, bytes, path), HttpStatus where it is refused."""
    data = _data(json, body)
    sent = urllib.request.Request(_url(url, connection or {}, params or {}), data=data, method=method)
    for name, value in _headers(connection or {}, headers or {}, json is not None).items():
        sent.add_header(name, value)
    opener = urllib.request.build_opener(_Redirects)
    try:
        with opener.open(sent, timeout=timeout) as answer:
            received: bytes = answer.read()
            charset: str = answer.headers.get_content_charset() or "utf-8"
    except urllib.error.HTTPError as error:
        error.close()
        raise HttpStatus(error.code) from None
    return _value(received, charset, output, out)


def _url(url: str, connection: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    start = str(connection.get("url") or "")
    if start and not _is_below(url, start):
        if urllib.parse.urlsplit(url).scheme:
            raise TaskFailure(f"{url} is not below the connection's own URL")
        url = start.rstrip("/") + "/" + url.lstrip("/") if url else start
    base(url)
    pairs = [(name, text(item)) for name, value in params.items() for item in _several(value) if item is not None]
    query = urllib.parse.urlencode(pairs)
    return url + (("&" if "?" in url else "?") + query if query else "")


def _is_below(url: str, start: str) -> bool:
    here, there = urllib.parse.urlsplit(url), urllib.parse.urlsplit(start)
    return bool(here.scheme) and (here.scheme, here.netloc) == (there.scheme, there.netloc)


def _several(value: Any) -> list[Any]:
    return list(cast("list[Any]", value)) if isinstance(value, list) else [value]


def _headers(connection: Mapping[str, Any], headers: Mapping[str, Any], is_json: bool) -> dict[str, str]:
    found: dict[str, str] = {"Content-Type": "application/json"} if is_json else {}
    if connection.get("token"):
        found["Authorization"] = f"Bearer {connection['token']}"
    elif connection.get("user") is not None:
        pair = f"{connection['user']}:{connection.get('password') or ''}"
        found["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    given: Mapping[str, Any] = connection.get("headers") or {}
    found |= {name.title(): text(value) for name, value in {**given, **headers}.items()}
    if any("\n" in value or "\r" in value for value in found.values()):
        raise TaskFailure("a header has no line breaks")
    return found


def _data(json: Any, body: Any) -> bytes | None:
    if json is not None:
        return compact(plain(json)).encode()
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, PurePath):
        with open(body, "rb") as file:
            return file.read()
    return text(body).encode()


def _value(received: bytes, charset: str, output: str | None, out: str) -> Any:
    if output is None:
        return None
    if output == "bytes":
        return received
    if is_path(output):
        from .paths import path

        clear(out).write_bytes(received)
        return path(out)
    said = received.decode(charset, "strict")
    if output == "str":
        return said
    try:
        return json_text.loads(said)
    except ValueError as error:
        raise Mismatch(f"the answer is no JSON: {error}") from None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Credentials stay with the host that they were meant for."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        found = super().redirect_request(req, fp, code, msg, headers, newurl)
        before: str = req.full_url
        if found is not None and urllib.parse.urlsplit(newurl).netloc != urllib.parse.urlsplit(before).netloc:
            found.remove_header("Authorization")
        return found
