"""What an attempt has printed, on its way to the runner: its beginning and its end where it is much."""

from __future__ import annotations

_HALF = 512 << 10


class Printed:
    """Takes what is printed, and keeps so many bytes of its beginning and as many of its end."""

    def __init__(self, half: int = _HALF) -> None:
        self.half = half
        self._first = bytearray()
        self._last = bytearray()
        self._left_out = 0

    def add(self, piece: bytes) -> None:
        """Take a piece."""
        room = self.half - len(self._first)
        self._first += piece[:room]
        self._last += piece[room:] if room < len(piece) else b""
        if len(self._last) > 2 * self.half:
            self._cut()

    def pieces(self) -> list[bytes]:
        """The whole, or its beginning, a line that tells how much is left out, and its end."""
        self._cut()
        if not self._left_out:
            return [bytes(self._first + self._last)]
        told = f"\n... {self._left_out} bytes are left out here ...\n".encode()
        return [bytes(self._first), told, bytes(self._last)]

    def _cut(self) -> None:
        more = len(self._last) - self.half
        if more > 0:
            del self._last[:more]
            self._left_out += more
