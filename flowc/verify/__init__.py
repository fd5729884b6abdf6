"""Show on this machine that engines agree: run a flow natively and on engines, and compare their normal traces."""

from flowc.verify.compare import Difference, differences
from flowc.verify.environments import Found, Missing, Unavailable, look, make, versions
from flowc.verify.model import Answer, Request
from flowc.verify.run import natively, on_engine, verify

__all__ = [
    "Answer",
    "Difference",
    "Found",
    "Missing",
    "Request",
    "Unavailable",
    "differences",
    "look",
    "make",
    "natively",
    "on_engine",
    "verify",
    "versions",
]
