"""Secrets, which are read where they are used."""

from __future__ import annotations

from . import environment
from .masks import hide


def secret(name: str) -> str:
    """The secret of that name, a variable of the environment; it is left out of what is kept of errors."""
    found = environment.secret(name)
    hide(name, found)
    return found
