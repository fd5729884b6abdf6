"""Stand in for the provider of rates, Slack and PagerDuty, all at http://127.0.0.1:8098.

python serve.py                          until Ctrl-C
python serve.py flowc run fx_rates.flow  while the command runs, with the secrets in its environment

The provider has several moods, each at an address of its own: `/rates` has all rates, `/few/rates` three, `/none/rates`
none; `/busy/rates` answers 429 and `/starting/rates` 503 to every first request; `/down/rates` answers 500.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

EURO = {
    "AUD": 1.664, "CAD": 1.469, "CHF": 0.956, "CZK": 25.34, "DKK": 7.454, "GBP": 0.8561,
    "HUF": 393.8, "JPY": 162.6, "NOK": 11.41, "PLN": 4.314, "SEK": 11.19, "USD": 1.083,
}  # fmt: skip
HOW_MANY = {"": 12, "few": 3, "none": 0, "busy": 12, "starting": 12}
REFUSALS = {"busy": 429, "starting": 503}
PATIENCE = 240.0
"""Seconds to wait for a port that another run still uses."""


def rates(mood: str, day: date) -> list[dict[str, Any]]:
    """The rates of a day: they move a little from day to day, and are the same whenever they are asked for."""
    moved = 1 + (day.toordinal() * 7 % 21 - 10) / 1000
    return [
        {"ccy": ccy, "day": day.isoformat(), "rate": round(rate * moved, 4)}
        for ccy, rate in list(EURO.items())[: HOW_MANY[mood]]
    ]


class Services(ThreadingHTTPServer):
    """The three services, and what they were told: `(path, message)`."""

    def __init__(self, port: int = 8098) -> None:
        super().__init__(("127.0.0.1", port), Answer)
        self.told: list[tuple[str, Any]] = []
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def secrets(self) -> dict[str, str]:
        """What has to be in the environment of those who tell these services something."""
        return {
            "SLACK_URL": f"{self.url}/slack",
            "PAGERDUTY_URL": f"{self.url}/pagerduty",
            "PAGERDUTY_KEY": "a key that nobody shows",
        }


class Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        mood = url.path.removesuffix("/rates").strip("/")
        if mood not in HOW_MANY:
            return self._send(500 if mood == "down" else 404, {"error": f"no rates at {url.path}"})
        self._services.asked[mood] += 1
        if mood in REFUSALS and self._services.asked[mood] % 2:
            return self._send(REFUSALS[mood], {"error": "try again"})
        return self._send(200, rates(mood, date.fromisoformat(parse_qs(url.query)["d"][0])))

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._services.told.append((self.path, message))
        print(f"{self.path} was told: {message.get('text') or message['payload']['summary']}", flush=True)
        self._send(200, {"status": "success"})

    @property
    def _services(self) -> Services:
        assert isinstance(self.server, Services)
        return self.server

    def _send(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests."""


def opened() -> Services:
    """The services, once nobody else uses their port."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            return Services()
        except OSError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.2)


def main(command: list[str]) -> int:
    with opened() as services:
        threading.Thread(target=services.serve_forever, daemon=True).start()
        if command:
            return subprocess.call(command, env=os.environ | services.secrets())
        print("\n".join(f"export {name}='{value}'" for name, value in services.secrets().items()), flush=True)
        threading.Event().wait()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        pass
