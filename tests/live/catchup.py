"""Flows whose instants are past when an engine first hears of them, and the runs that must come of it (rule 20)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flowc.runtime.schedule import firings
from flowc.runtime.texts import datetime_text
from flowc.runtime.triggers import Cron
from tests.stories import columns

CAUGHT = Path(__file__).parent / "caught"
_ALL = Cron("0 0 1 1 *", "Asia/Tokyo")
_LATEST = Cron("30 2 28 3 *", "Europe/Berlin")
_START = datetime(2024, 6, 1, tzinfo=UTC)
MADE_UP = {
    "caught_all": [*firings(_ALL, _START, datetime.now(UTC))],
    "caught_latest": [*firings(_LATEST, _START, datetime.now(UTC))][-1:],
    "caught_none": [],
}
"""The instants that are run, the oldest first."""


def traces_of(flow: str) -> list[list[str]]:
    """The traces of its runs, by the contract."""
    month = "{0.year}-02-01 " if flow == "caught_latest" else ""
    said = [f"{month.format(at)}{datetime_text(at)} schedule" for at in MADE_UP[flow]]
    return [columns([f'note  succeeded  1  "{line}"', "run  succeeded"]) for line in said]
