"""Secrets, which are read where they are used."""

from __future__ import annotations

import os

from prefect.blocks.system import Secret

from .errors import TaskFailure
from .masks import hide


class Unset(TaskFailure):
    """A secret that has to be there is not."""


def secret(name: str) -> str:
    """The secret of that name: a variable of the environment, else a Secret block. It is masked in logs."""
    found = os.environ.get(name)
    if found is None:
        try:
            found = str(Secret.load(name.lower().replace("_", "-")).get())  # pyright: ignore
        except ValueError:
            raise Unset(f"secret {name} is not set") from None
    hide(name, found)
    return found
