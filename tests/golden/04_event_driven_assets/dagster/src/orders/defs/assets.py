"""The assets that the jobs of this project read and write."""

from datetime import timedelta

import dagster as dg

customers = dg.AssetSpec(
    key=dg.AssetKey("customers"), metadata={"connection": "lake", "locator": "raw/customers/"}
)

order_facts = dg.AssetSpec(
    key=dg.AssetKey("order_facts"),
    description="One row per order with its customer segment",
    metadata={"connection": "wh", "locator": "mart.order_facts"},
    tags={"gold": "", "pii": ""},
    deps=[dg.AssetKey("customers"), dg.AssetKey("orders_raw")],
)

orders_raw = dg.AssetSpec(
    key=dg.AssetKey("orders_raw"),
    metadata={"owner": "ingest", "connection": "lake", "locator": "raw/orders/"},
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=1)),
)

segment_report = dg.AssetSpec(
    key=dg.AssetKey("segment_report"),
    metadata={"locator": "s3://reports/segments.parquet"},
    deps=[dg.AssetKey("order_facts")],
)
