"""The file that everybody else reads."""

from __future__ import annotations

from pathlib import Path

from fx.rates import warehouse

PUBLISHED = Path("build/rates.csv")


def push(changed: int) -> Path:
    """Write the youngest rate of every currency to the published file, unless nothing changed."""
    if changed or not PUBLISHED.exists():
        PUBLISHED.parent.mkdir(exist_ok=True)
        with warehouse() as database:
            database.execute(f"COPY ({YOUNGEST}) TO '{PUBLISHED}' (HEADER)")
    print(f"{changed} rates changed")
    return PUBLISHED


YOUNGEST = "SELECT ccy, max(day) AS day, arg_max(rate, day) AS rate FROM fx.rates GROUP BY ccy ORDER BY ccy"
