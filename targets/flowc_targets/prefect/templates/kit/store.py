"""Where values that later runs take are kept: in the result storage."""

from __future__ import annotations

from typing import Any

from prefect.results import get_result_store

from .masks import held
from .values import Mismatch, conform, encode


def read(task: str, key: str) -> str | None:
    """What is kept."""
    store = get_result_store()
    return store.read(_name(key)).result if store.exists(_name(key)) else None


def write(task: str, key: str, said: str) -> None:
    """Keep it."""
    get_result_store().write(said, key=_name(key))


def encoded(value: Any, output: str | None) -> str:
    """A value of the type as text; Mismatch where it is none, or holds a secret."""
    if output is not None:
        value = conform(value, output)
    if secret := held(value):
        raise Mismatch(f"the value holds secret {secret}")
    return encode(value, output or "any")


def _name(key: str) -> str:
    return f"kept-{key}"
