"""Orders as they come from the shops, and as the warehouse wants them."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

ORDERS = Path("data/orders.csv")
WORK = Path("build")


def extract(region: str, day: date) -> Path:
    """Write the orders of one region and day, as they came, to a file of their own."""
    with ORDERS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] == region and row["day"] == day.isoformat()]
    return _write(WORK / f"orders-{region}-{day}.csv", rows)


def clean(orders: Path) -> Path:
    """Leave out orders that came twice or without an amount, and write amounts with two digits."""
    with orders.open(encoding="utf-8", newline="") as file:
        rows = {row["order_id"]: {**row, "amount": _amount(row["amount"])} for row in csv.DictReader(file)}
    return _write(orders.with_name(orders.stem + "-clean.csv"), [row for row in rows.values() if row["amount"]])


def _amount(text: str) -> str:
    try:
        return str(Decimal(text.strip()).quantize(Decimal("0.01")))
    except InvalidOperation:
        return ""


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["order_id", "region", "day", "customer", "amount"], lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    return path
