"""Time zones by name."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from flowc.sema.outside.zones import UnknownZone, zone, zone_names


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "CET", "Etc/GMT+5"])
def test_known_zones(name: str) -> None:
    assert zone(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("US/NewYork", "America/New_York"),
        ("Europe/Munich", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("CEST", "Europe/Berlin"),
        ("Mars/Olympus_Mons", None),
        ("", None),
        ("../Europe/Berlin", "Europe/Berlin"),
        ("/etc/passwd", None),
        ("Europe/", None),
        ("Europe", None),
        ("localtime", None),
        ("posix/Europe/Berlin", "Europe/Berlin"),
        ("Europe/Berlin\x00", "Europe/Berlin"),
    ],
)
def test_unknown_zones_and_what_was_meant(name: str, near: str | None) -> None:
    found = zone(name)
    assert isinstance(found, UnknownZone)
    assert (found.near, found.is_offset) == (near, False)


@pytest.mark.parametrize("name", ["UTC+2", "+02:00", "GMT-5", "utc+05:30"])
def test_a_distance_from_utc_is_no_zone(name: str) -> None:
    found = zone(name)
    assert isinstance(found, UnknownZone)
    assert found.is_offset


def test_every_listed_zone_is_known() -> None:
    assert [name for name in sorted(zone_names()) if not isinstance(zone(name), ZoneInfo)] == []
