"""A headless Chromium, told what to do over its pipe: no driver and no library is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in _NAMES if (found := shutil.which(name))), None)


class Page:
    """One page. `run` gives the value of an expression of JavaScript."""

    def __init__(self, profile: Path, url: str) -> None:
        assert CHROMIUM
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, CHROMIUM, *flags, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._left = b""
        self._number = 0
        target = self._ask("Target.createTarget", {"url": url})["targetId"]
        self._session = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self._ask("Runtime.evaluate", {"expression": expression, "returnByValue": True}, self._session)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression: str) -> Any:
        """The first value of an expression that is true."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if found := self.run(expression):
                return found
            time.sleep(0.1)
        raise AssertionError(f"{expression}\n{self.run('document.body.innerText')}")

    def shown_as(self, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Give the window a size, and say which colours its user prefers."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", size, self._session)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self._ask("Emulation.setEmulatedMedia", media, self._session)

    def picture(self, file: Path) -> None:
        """What the whole page looks like, as a PNG."""
        found = self._ask("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True}, self._session)
        file.write_bytes(base64.b64decode(found["data"]))

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def _ask(self, method: str, params: dict[str, Any], session: str | None = None) -> Any:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        os.write(self._to, json.dumps(asked | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                return answer["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            piece = os.read(self._from, 1 << 16)
            assert piece, "the browser has ended"
            self._left += piece
        first, _, self._left = self._left.partition(b"\0")
        return json.loads(first)
