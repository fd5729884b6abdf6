"""The native runner: the standard library alone, copied as it is into the projects of the native target.

    result = run(FLOW, {"region": "eu"}, at=datetime(2024, 1, 31, 6, tzinfo=timezone.utc))

A flow is made of the names of `model` and `actions`; `operators`, `shell`, `sql` and `http` hold what its expressions
call.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import Result, resume, run

__all__ = ["Result", "resume", "run"]


def __getattr__(name: str) -> object:
    """Who needs `operators` alone does not pay for the runner."""
    if name not in __all__:
        raise AttributeError(name)
    from . import api

    return getattr(api, name)
