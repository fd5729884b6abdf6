"""Time zones by their names in the tz database, exactly as written there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError, available_timezones

from attrs import frozen

from flowc.diagnostics.suggest import closest

# What people write instead of a name, and what they are likely to mean.
_MEANT = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "MDT": "America/Denver",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "CT": "America/Chicago",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "MESZ": "Europe/Berlin",
    "MEZ": "Europe/Berlin",
    "EEST": "Europe/Athens",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "Z": "UTC",
    "munich": "Europe/Berlin",
    "frankfurt": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "cologne": "Europe/Berlin",
    "geneva": "Europe/Zurich",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
    "seattle": "America/Los_Angeles",
    "san_francisco": "America/Los_Angeles",
    "boston": "America/New_York",
    "washington": "America/New_York",
    "miami": "America/New_York",
    "houston": "America/Chicago",
    "dallas": "America/Chicago",
    "beijing": "Asia/Shanghai",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "st_petersburg": "Europe/Moscow",
}
# In the folder of the database, and no zones.
_NOT_ZONES = frozenset({"localtime", "posixrules", "Factory"})


@frozen
class UnknownZone:
    """No zone has this name. `is_offset`: it is a fixed distance from UTC, which knows no daylight saving time."""

    name: str
    near: str | None
    is_offset: bool = False


@cache
def zone(name: str) -> ZoneInfo | UnknownZone:
    """The zone of that name, from the system or else from the `tzdata` package."""
    if name in ("UTC", "GMT"):
        return ZoneInfo(name)
    if not _is_listed(name) and name not in zone_names():
        return UnknownZone(name, _near(name), is_offset=_is_offset(name))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UnknownZone(name, None)


@cache
def zone_names() -> frozenset[str]:
    """All names of the tz database that is installed."""
    return frozenset(available_timezones() - _NOT_ZONES)


def _is_listed(name: str) -> bool:
    """Whether the system's database has a zone of just this name. Asking for all names would take 80 ms.

    Folders are listed, since disks that do not mind case find `europe/berlin` as a file.
    """
    parts = name.split("/")
    if name in _NOT_ZONES or parts[0] in ("posix", "right") or not all(part.strip(".") for part in parts):
        return False
    for base in map(Path, TZPATH):
        folders = [base, *(base.joinpath(*parts[:depth]) for depth in range(1, len(parts)))]
        if base.joinpath(*parts).is_file() and all(
            any(entry.name == part for entry in folder.iterdir()) for folder, part in zip(folders, parts, strict=True)
        ):
            return True
    return False


def _near(name: str) -> str | None:
    wanted = name.strip().replace(" ", "_")
    if wanted.upper() in _MEANT:
        return _MEANT[wanted.upper()]
    city = wanted.rpartition("/")[2].casefold()
    if city in _MEANT:
        return _MEANT[city]
    names = zone_names()
    same = sorted(known for known in names if known.casefold() == wanted.casefold())
    same += sorted(known for known in names if known.rpartition("/")[2].casefold() == city)
    if same:
        return min(same, key=lambda known: known.count("/") != 1)
    cities: dict[str, str] = {}
    for known in sorted(names, key=lambda known: (known.count("/") != 1, known)):
        cities.setdefault(known.rpartition("/")[2].casefold(), known)
    return closest(wanted, names) or cities.get(closest(city, cities) or "")


def _is_offset(name: str) -> bool:
    rest = name.upper().removeprefix("UTC").removeprefix("GMT")
    return rest[:1] in ("+", "-") and rest[1:].replace(":", "").isdigit()
