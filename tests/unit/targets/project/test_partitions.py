"""The window of a run, as projects compute it, is that of the runtime."""

import importlib.util
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

from flowc.runtime import partitions
from flowc.runtime.reading import in_zone
from flowc.runtime.triggers import Windows

STEP = timedelta(hours=7, minutes=23)
FIRST, LAST = datetime(2026, 1, 2, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def kit() -> ModuleType:
    """The module that projects get."""
    place = resources.files("flowc_targets.project").joinpath("templates", "kit", "windows.py")
    spec = importlib.util.spec_from_file_location("kit_partitions", str(place))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
def test_the_last_window_that_is_over(kit: ModuleType, unit: Any, zone: str) -> None:
    windows, moment = Windows(unit, zone), FIRST
    more = [zone, datetime(2000, 1, 1, tzinfo=UTC)] if unit == "hour" else [date(2000, 1, 1)]
    while moment < LAST:
        at = in_zone(moment, zone)
        assert getattr(kit, f"last_{unit}")(at, *more) == partitions.last_complete(windows, at)
        moment += STEP


@pytest.mark.parametrize("day", ["2026-04-04", "2026-10-03"])
def test_an_hour_in_which_clocks_are_moved_by_half_an_hour(kit: ModuleType, day: str) -> None:
    """Lord Howe's clocks go from 02:00 to 01:30 in April, and from 02:00 to 02:30 in October."""
    windows = Windows("hour", "Australia/Lord_Howe")
    moment = datetime.fromisoformat(f"{day}T13:00:00+00:00")
    starts = list(partitions.between(windows, moment, moment + timedelta(hours=4)))
    assert [partitions.text(start)[11:13] for start in starts] == (
        ["00", "01", "02", "03"] if day == "2026-04-04" else ["00", "01", "03", "04"]
    )
    assert all(partitions.before(windows, late) == early for early, late in pairwise(starts))
    for minutes in range(240):
        at = in_zone(moment + timedelta(minutes=minutes), windows.zone)
        found = partitions.last_complete(windows, at)
        assert partitions.ends(windows, found) <= at < partitions.ends(windows, partitions.after(windows, found))
        assert kit.last_hour(at, windows.zone, datetime(2000, 1, 1, tzinfo=UTC)) == found
