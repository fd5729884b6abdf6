"""Make the warehouse, with the rates of one day in it. Run once: `python prepare.py`."""

import duckdb

with duckdb.connect("warehouse.duckdb") as warehouse:
    warehouse.execute("CREATE SCHEMA IF NOT EXISTS fx")
    warehouse.execute(
        "CREATE OR REPLACE TABLE fx.rates (ccy TEXT, day DATE, rate DECIMAL(18, 8), PRIMARY KEY (ccy, day))"
    )
    warehouse.execute("INSERT INTO fx.rates FROM read_csv('data/rates.csv')")
