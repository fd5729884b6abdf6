"""The web server around the app: it listens, tells where, and stops gracefully when it is asked to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

from flowc.runtime.errors import StateError
from flowc.serve.gate import Gate


class Listener:
    """Listens on one address until `stop` is called, from any thread, or a signal comes."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._server: Any = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Answer what was asked, and listen no more."""
        self._stopped.set()
        if self._server:
            self._server.should_exit = True

    def serve(self, app: Gate, ready: Callable[[str, int], None], again: Callable[[], None]) -> None:
        """Listen until it is stopped; `ready` is told the address, `again` called at SIGHUP.

        StateError where the address cannot be had.
        """
        import socket

        import uvicorn

        try:
            listening = socket.create_server(
                (self.host, self.port), family=socket.AF_INET6 if ":" in self.host else socket.AF_INET
            )
        except OSError as error:
            raise StateError(f"cannot listen on {self.host} port {self.port}: {error}") from error
        config = uvicorn.Config(
            app, log_level="error", access_log=False, timeout_graceful_shutdown=5, limit_concurrency=100, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: self.stop())
        signal.signal(signal.SIGHUP, lambda number, frame: again())
        ready(self.host, listening.getsockname()[1])
        if self._stopped.is_set():
            return
        self._server.run(sockets=[listening])
