"""Types of flow parameters: Prefect's own checks are lax, and take `"3"` for a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Strict

from .reading import from_json
from .values import conform

Int = Annotated[int, Strict(), Field(ge=-(2**63), lt=2**63)]
"""A whole number of 64 bits, and nothing that could be read as one."""
Float = Annotated[float, Strict(), Field(allow_inf_nan=False)]
"""A number; a whole one becomes a float."""
Bool = Annotated[bool, Strict()]
"""`true` or `false`."""


def read(type: str) -> Any:
    """Metadata for `Annotated`: a value of that type, or the JSON or the text that stands for one."""
    return BeforeValidator(_reader(type))


def _reader(type: str) -> Callable[[Any], Any]:
    def value(given: Any) -> Any:
        return conform(from_json(given, type), type)

    return value
