"""Make the warehouse that keeps count of what was published. Run once: `python prepare.py`."""

import duckdb

with duckdb.connect("warehouse.duckdb") as warehouse:
    warehouse.execute("CREATE OR REPLACE TABLE published (run_id TEXT, planned TIMESTAMPTZ, inbox TEXT, leads INTEGER)")
