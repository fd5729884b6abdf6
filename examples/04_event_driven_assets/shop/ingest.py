"""Orders come in as CSV files, each of them once."""

from __future__ import annotations

from pathlib import Path

from shop.lake import lake, place


def land(file: Path) -> None:
    """Put a file of orders into the lake, typed, under its own name: landing it again changes nothing."""
    landed = place(f"raw/orders/{file.stem}.parquet")
    with lake() as database:
        orders = database.sql(
            "SELECT id, customer_id, amount FROM read_csv(?, types = ?)",
            params=[str(file), {"id": "BIGINT", "customer_id": "BIGINT", "amount": "DECIMAL(12, 2)"}],
        )
        orders.write_parquet(landed)
    print(f"{file} is now {landed}")
