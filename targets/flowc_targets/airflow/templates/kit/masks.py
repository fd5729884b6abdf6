"""Secrets that this process has read: they are left out of what is kept of errors, of what it prints, and of its logs.

Airflow masks a task's own log. LocalExecutor repeats all that a task says in the scheduler's log too, as it came.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import MutableMapping
from functools import cache
from typing import Any, cast

from .environment import Masker

hidden: dict[str, str] = {}
"""Their values by their names."""


def hide(name: str, value: str) -> None:
    """Note a secret; from now on neither this process nor what it starts prints it."""
    if value:
        hidden[name] = value
        _hush_streams()
        _hush_logs()


def masked(text: str) -> str:
    """The text without secrets."""
    return Masker(tuple(hidden.values())).text(text)


# ------------------------------------------------------------------ what is printed


@cache
def _hush_streams() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(number) for number in (1, 2)]
    threads = [_pump(number, to) for number, to in zip((1, 2), kept, strict=True)]
    atexit.register(_end, kept, threads)


def _end(kept: list[int], threads: list[threading.Thread]) -> None:
    """Say the rest, unless something that was started still holds the pipe."""
    sys.stdout.flush()
    sys.stderr.flush()
    for number, to in zip((1, 2), kept, strict=True):
        os.dup2(to, number)
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
    masker = Masker(())
    while piece := os.read(source, 1 << 16):
        if len(masker.secrets) < len(hidden):
            held = masker.flush()
            masker = Masker(tuple(hidden.values()))
            piece = held + piece
        os.write(to, masker.feed(piece))
    os.write(to, masker.flush())


# ------------------------------------------------------------------ what is logged


@cache
def _hush_logs() -> None:
    """Records go to the supervisor by structlog, whose last processor makes them text; those of `logging` join them."""
    if structlog := sys.modules.get("structlog"):
        processors = structlog.get_config()["processors"]
        processors.insert(len(processors) - 1, _without_secrets)
    for handler in logging.getLogger().handlers:
        chain = getattr(handler.formatter, "foreign_pre_chain", None)
        if chain is not None and _without_secrets not in chain:
            chain.append(_without_secrets)


def _without_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return cast("dict[str, Any]", _masked(dict(event)))


def _masked(value: object) -> object:
    """The same in all texts of a record."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in cast("dict[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_masked(each) for each in cast("list[object]", value)]
    return value
