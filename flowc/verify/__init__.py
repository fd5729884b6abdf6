"""Show on this machine that engines agree: run a flow natively and on an engine, and compare the two normal traces."""

from flowc.verify.compare import Difference, differences
from flowc.verify.environments import Unavailable, environment
from flowc.verify.model import Answer, Request
from flowc.verify.run import natively, on_engine, verify

__all__ = [
    "Answer",
    "Difference",
    "Request",
    "Unavailable",
    "differences",
    "environment",
    "natively",
    "on_engine",
    "verify",
]
