"""A small HTTP server on this machine for stories. What it remembers is kept apart by the first part of the path.

| path | answer |
|---|---|
| `/status/N` | that status, and `status N` |
| `/flaky?key=K&fail=N&status=S` | the status for the first N calls, then `{"calls": n}` |
| `/echo` | what was sent, as JSON |
| `/say?text=T` | the text |
| `/bytes?hex=H` | the bytes |
| `/redirect?to=T` | 302 to `/say?text=T` |
| `/hang_up` | none |
| `/slow?seconds=S` | `slow`, after a while |
| `/inbox` | keeps what is posted; a GET gives all of it as a JSON list of texts |
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

_ECHOED = ("content-type", "authorization")


class Server(ThreadingHTTPServer):
    """Serves until it is shut down; `url` is its address, below which each run has a name of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: Counter[tuple[str, str]] = Counter()
        self.inbox: defaultdict[str, list[str]] = defaultdict(list)
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs meanwhile."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: Server  # type: ignore[assignment]
    protocol_version = "HTTP/1.0"  # a connection each: nothing is left open

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        _, self.run, name, *rest = [*parts.path.split("/"), "", ""]
        self.query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
        answer = getattr(self, f"do_{name}", None)
        if answer is None:
            self.answer(404, f"no {name}")
        else:
            answer(rest[0] if rest else "")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def do_status(self, said: str) -> None:
        self.answer(int(said), f"status {said}")

    def do_flaky(self, _: str) -> None:
        with self.server.guard:
            self.server.calls[self.run, self.query["key"]] += 1
            calls = self.server.calls[self.run, self.query["key"]]
        if calls <= int(self.query["fail"]):
            self.answer(int(self.query["status"]), "try again")
        else:
            self.answer_json({"calls": calls})

    def do_echo(self, _: str) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers = {name: value for name, value in headers.items() if name in _ECHOED or name.startswith("x-")}
        if "authorization" in headers:  # what is answered stands in a trace, where no secret may be
            scheme, _, credentials = headers["authorization"].partition(" ")
            headers["authorization"] = f"{scheme} of {len(credentials)} characters"
        self.answer_json({
            "method": self.command,
            "path": self.path.removeprefix(f"/{self.run}"),
            "headers": headers,
            "body": self.sent,
        })  # fmt: skip

    def do_say(self, _: str) -> None:
        self.answer(200, self.query["text"])

    def do_bytes(self, _: str) -> None:
        self.send(200, bytes.fromhex(self.query["hex"]), "application/octet-stream")

    def do_redirect(self, _: str) -> None:
        self.send(302, b"", "text/plain", {"Location": f"/{self.run}/say?text={quote(self.query['to'])}"})

    def do_hang_up(self, _: str) -> None:
        self.close_connection = True

    def do_slow(self, _: str) -> None:
        time.sleep(float(self.query["seconds"]))
        self.answer(200, "slow")

    def do_inbox(self, _: str) -> None:
        with self.server.guard:
            if self.command == "GET":
                self.answer_json(self.server.inbox[self.run])
            else:
                self.server.inbox[self.run].append(self.sent)
                self.answer(200, "kept")

    def answer(self, status: int, text: str) -> None:
        self.send(status, text.encode(), "text/plain; charset=utf-8")

    def answer_json(self, value: object) -> None:
        self.send(200, json.dumps(value).encode(), "application/json")

    def send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # who asked was stopped

    def log_message(self, format: str, *args: object) -> None:
        pass
