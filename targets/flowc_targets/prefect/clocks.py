"""Where Prefect's cron and ours differ: times of the wall clock on days when a zone's clocks are changed.

In a gap Prefect fires an hour early, and of the hour that comes twice it leaves out the second time, also where every
hour is meant.
"""

from __future__ import annotations

from datetime import datetime

from flowc_targets.project import clocks


def differs(expression: str, zone: str) -> datetime | None:
    """A local time that Prefect takes otherwise, or None."""
    fields = expression.split()
    fields[1] = "0-23" if fields[1] == "*" else fields[1]
    return clocks.differs(" ".join(fields), zone)
