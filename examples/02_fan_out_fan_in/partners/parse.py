"""Partners' files are alike, but not the same: this makes one kind of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from partners.io import work_file

NAMES = {"id": "lead", "lead_id": "lead", "staff": "employees", "page_views": "visits", "answered": "replied"}
YES = {"yes", "y", "true", "1", "ja", "oui"}


class Lead(NamedTuple):
    """Somebody who might become a customer."""

    lead: str
    employees: int
    visits: int
    replied: int


def parse(file: Path) -> tuple[Path, int]:
    """Write the leads of a partner's file in our own form; where they are, and how many."""
    leads = list(_leads(file))
    parsed = work_file(f"{file.stem}.parsed.csv")
    with parsed.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(Lead._fields)
        writer.writerows(leads)
    return parsed, len(leads)


def _leads(file: Path) -> Iterator[Lead]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        separator = ";" if ";" in lines.readline() else ","
        lines.seek(0)
        for number, row in enumerate(csv.DictReader(lines, delimiter=separator), 2):
            yield _lead({_name(key): value for key, value in row.items()}, f"{file.name}, line {number}")


def _name(heading: str) -> str:
    name = heading.strip().lower().replace(" ", "_")
    return NAMES.get(name, name)


def _lead(row: dict[str, str], place: str) -> Lead:
    try:
        return Lead(
            row["lead"].strip(),
            int(row["employees"] or 0),
            int(row["visits"] or 0),
            int(row["replied"].strip().lower() in YES),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{place}: {error}") from error
