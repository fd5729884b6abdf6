"""Secrets and variables, read from the environment where the task runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, cast

from .errors import TaskFailure
from .reading import parse

MASK = "***"


class Unset(TaskFailure):
    """A variable that has to be there is not."""


def secret(name: str) -> str:
    """The secret of that name."""
    found = os.environ.get(name)
    if found is None:
        raise Unset(f"secret {name} is not set")
    return found


def env(name: str, default: Any = None, type: str = "str") -> Any:
    """The variable of that name read as the type, or the default; Unset where there is neither."""
    found = os.environ.get(name)
    if found is not None:
        return parse(found, type)
    if default is None:
        raise Unset(f"variable {name} is not set")
    return default


def held(value: Any, secrets: Mapping[str, str]) -> str | None:
    """The name of a secret that a value holds in one of its texts, if it does: none may be kept."""
    wanted = {name: secret for name, secret in secrets.items() if secret}
    found = (name for said in texts(value) for name, secret in wanted.items() if secret in said) if wanted else ()
    return next(iter(found), None)


def texts(value: Any) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, (str, PurePath)):
        yield str(value)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, (list, tuple)):
        for item in cast("list[Any]", value):
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            yield key
            yield from texts(item)


class Masker:
    """Replaces secrets in output that comes in pieces: `feed` gives what is safe to write, `flush` the rest."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.secrets = [secret.encode() for secret in sorted(secrets, key=len, reverse=True) if secret]
        self.kept = b""

    def feed(self, piece: bytes) -> bytes:
        """The output so far, without an end that might be the beginning of a secret."""
        if not self.secrets:
            return piece
        found = self._masked(self.kept + piece)
        hold = max((_overlap(found, secret) for secret in self.secrets), default=0)
        self.kept = found[len(found) - hold :]
        return found[: len(found) - hold]

    def flush(self) -> bytes:
        """What was held back."""
        found, self.kept = self.kept, b""
        return found

    def text(self, said: str) -> str:
        """A whole text without secrets."""
        return (
            self._masked(said.encode("utf-8", "surrogateescape")).decode("utf-8", "replace") if self.secrets else said
        )

    def _masked(self, found: bytes) -> bytes:
        for secret in self.secrets:
            found = found.replace(secret, MASK.encode())
        return found


def _overlap(found: bytes, secret: bytes) -> int:
    """How many bytes at the end are the beginning of the secret."""
    most = min(len(secret) - 1, len(found))
    return next((size for size in range(most, 0, -1) if found.endswith(secret[:size])), 0)
