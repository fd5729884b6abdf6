"""Secrets, which are read where they are used, and the environment of a task."""

from __future__ import annotations

import os

from airflow.sdk import Variable
from airflow.sdk.log import mask_secret

from .errors import TaskFailure
from .masks import hide


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
    hide(found)
    return found


def set_env(**variables: str) -> None:
    """Set variables of this attempt's process, and of what it starts."""
    os.environ.update(variables)
