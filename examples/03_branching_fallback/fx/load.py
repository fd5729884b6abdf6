"""The quick way into the warehouse for many rates: one file, one statement."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from fx.rates import Rate, warehouse


def bulk(rates: list[Rate]) -> int:
    """Put the rates into the warehouse, over those of the same currency and day; how many."""
    with TemporaryDirectory(prefix="fx-") as folder, warehouse() as database:
        database.execute(
            "INSERT OR REPLACE INTO fx.rates SELECT ccy, day, rate FROM read_csv(?, header = true, types = ?)",
            [str(_as_csv(rates, Path(folder))), {"ccy": "TEXT", "day": "DATE", "rate": "DECIMAL(18, 8)"}],
        )
    return len(rates)


def _as_csv(rates: list[Rate], folder: Path) -> Path:
    path = folder / "rates.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["ccy", "day", "rate"])
        writer.writeheader()
        writer.writerows(rates)
    return path
