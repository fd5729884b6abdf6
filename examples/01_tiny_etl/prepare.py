"""Make the warehouse that the pipeline loads into. Run once: `python prepare.py`."""

import duckdb

with duckdb.connect("warehouse.duckdb") as warehouse:
    warehouse.execute(
        "CREATE OR REPLACE TABLE raw_orders"
        " (order_id TEXT, region TEXT, day DATE, customer TEXT, amount DECIMAL(12, 2))"
    )
