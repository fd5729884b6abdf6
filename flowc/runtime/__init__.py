"""The native runner: the standard library alone, copied as it is into the projects of the native target.

    result = run(FLOW, {"region": "eu"}, at=datetime(2024, 1, 31, 6, tzinfo=timezone.utc))

A flow is made of the names of `model` and `actions`; `operators`, `shell`, `sql` and `http` hold what its expressions
call.
"""

from .api import Result, resume, run

__all__ = ["Result", "resume", "run"]
