"""Stand in for the site whose cache is warmed, at http://127.0.0.1:8099.

python serve.py                                until Ctrl-C
python serve.py flowc run partner_scores.flow  while the command runs
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8099
PATIENCE = 240.0
"""Seconds to wait for a port that another run still uses."""


class Site(BaseHTTPRequestHandler):
    """Answers `/warm`, and nothing else."""

    def do_GET(self) -> None:
        status, text = (200, b"warm\n") if self.path == "/warm" else (404, b"no such page\n")
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests."""


def opened() -> ThreadingHTTPServer:
    """The site, once nobody else uses its port."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return ThreadingHTTPServer(("127.0.0.1", PORT), Site)
        except OSError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.2)


def main(command: list[str]) -> int:
    with opened() as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        if command:
            return subprocess.call(command)
        print(f"http://127.0.0.1:{PORT}/warm", flush=True)
        threading.Event().wait()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        pass
