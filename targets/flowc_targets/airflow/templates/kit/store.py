"""Where values that later runs take are kept: a variable of Airflow for each."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Variable

from .values import encode


def read(task: str, key: str) -> str | None:
    """What is kept."""
    return Variable.get(_name(task, key), default=None)


def write(task: str, key: str, said: str) -> None:
    """Keep it."""
    Variable.set(_name(task, key), said, description=f"what {task} gave, for its later runs")


def encoded(value: Any, output: str | None) -> str:
    """A value, which is as an XCom holds it, as text."""
    return encode(value)


def _name(task: str, key: str) -> str:
    return f"kept.{task}.{key[:32]}"
