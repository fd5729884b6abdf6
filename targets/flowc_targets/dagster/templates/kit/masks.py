"""Secrets that this process has read: they are left out of what is kept of errors."""

from __future__ import annotations

_hidden: set[str] = set()


def hide(value: str) -> None:
    """Note a secret."""
    if value:
        _hidden.add(value)


def hides_something() -> bool:
    """Whether a secret was read."""
    return bool(_hidden)


def masked(text: str) -> str:
    """The text without secrets."""
    for value in sorted(_hidden, key=len, reverse=True):
        text = text.replace(value, "***")
    return text
