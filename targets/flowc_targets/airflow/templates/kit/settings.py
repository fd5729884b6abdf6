"""Secrets, which are read where they are used, and the environment of a task."""

from __future__ import annotations

import os
from typing import TypeVar

from airflow.sdk import Variable
from airflow.sdk.log import mask_secret

from .conforming import Mismatch
from .environment import held
from .errors import TaskFailure
from .masks import hidden, hide

T = TypeVar("T")


class Unset(TaskFailure):
    """A secret that has to be there is not."""


def secret(name: str) -> str:
    """The secret of that name: a variable of the environment, else an Airflow variable. It is masked in logs."""
    found = os.environ.get(name)
    if found is None:
        found = Variable.get(name, default=None)
    if found is None:
        raise Unset(f"secret {name} is not set")
    mask_secret(found)
    hide(name, found)
    return found


def set_env(**variables: str) -> None:
    """Set variables of this attempt's process, and of what it starts."""
    os.environ.update(variables)


def without_secrets(value: T) -> T:
    """A value for an XCom, which Airflow keeps and shows: Mismatch if it holds a secret that this attempt has read."""
    if name := held(value, hidden):
        raise Mismatch(f"the value holds secret {name}")
    return value
