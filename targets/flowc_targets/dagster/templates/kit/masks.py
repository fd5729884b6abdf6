"""Secrets that this attempt has read: they are left out of what is kept of its errors and of what it prints."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .environment import Masker

hidden: dict[str, str] = {}
"""Their values by their names."""


def hide(name: str, value: str) -> None:
    """Note a secret."""
    if value:
        hidden[name] = value


def masked(text: str) -> str:
    """The text without secrets."""
    return Masker(tuple(hidden.values())).text(text)


@contextmanager
def discreet() -> Iterator[None]:
    """Secrets are left out of what this process, and what it starts, prints meanwhile."""
    hidden.clear()
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    threads = [_pump(number, to) for number, to in zip((1, 2), kept, strict=True)]
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, to in zip((1, 2), kept, strict=True):
            os.dup2(to, number)  # ends the pipe, unless something that was started still holds it
        for thread in threads:
            thread.join(1.0)


def _pump(number: int, to: int) -> threading.Thread:
    """Lead a stream through a pipe, without secrets, to where it led before."""
    source, sink = os.pipe()
    os.dup2(sink, number)
    os.close(sink)
    thread = threading.Thread(target=_copy, args=(source, to), daemon=True)
    thread.start()
    return thread


def _copy(source: int, to: int) -> None:
    masker: Masker | None = None
    while piece := os.read(source, 1 << 16):
        if masker is None or len(masker.secrets) < len(hidden):
            masker = Masker(tuple(hidden.values()))
        os.write(to, masker.feed(piece))
    if masker is not None:
        os.write(to, masker.flush())
    os.close(source)
    os.close(to)
