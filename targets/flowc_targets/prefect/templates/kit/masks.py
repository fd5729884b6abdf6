"""Secrets that this process has read: they are left out of logs, and of what is kept of errors."""

from __future__ import annotations

import logging
from pathlib import PurePath
from typing import Any, cast

_hidden: dict[str, str] = {}
"""The names of secrets by their values."""


def hide(name: str, value: str) -> None:
    """Note a secret; from now on Prefect's logs of flow and task runs do not show it."""
    if not value:
        return
    _hidden[value] = name
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logger = logging.getLogger(name)
        if _without_secrets not in logger.filters:
            logger.addFilter(_without_secrets)


def masked(text: str) -> str:
    """The text without secrets."""
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, "***")
    return text


def held(value: Any) -> str | None:
    """The name of a secret that a value holds, at any depth."""
    if isinstance(value, dict):
        return next(
            (name for pair in cast("dict[Any, Any]", value).items() for part in pair if (name := held(part))), None
        )
    if isinstance(value, (list, tuple)):
        return next((name for part in cast("list[Any]", value) if (name := held(part))), None)
    if isinstance(value, bytes):
        return next((name for secret, name in _hidden.items() if secret.encode() in value), None)
    said = str(value) if isinstance(value, (str, PurePath)) else ""
    return next((name for secret, name in _hidden.items() if secret in said), None)


def _without_secrets(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    if masked(said) != said:
        record.msg, record.args = masked(said), None
    if record.exc_info and record.exc_text is None:
        found = logging.Formatter().formatException(record.exc_info)
        if masked(found) != found:
            record.exc_info, record.exc_text = None, masked(found)
    return True
