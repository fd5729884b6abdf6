"""Secrets that this process has read: they are left out of what is kept of errors."""

from __future__ import annotations

hidden: dict[str, str] = {}
"""Their values by their names."""


def hide(name: str, value: str) -> None:
    """Note a secret."""
    if value:
        hidden[name] = value


def masked(text: str) -> str:
    """The text without secrets."""
    for value in sorted(hidden.values(), key=len, reverse=True):
        text = text.replace(value, "***")
    return text
