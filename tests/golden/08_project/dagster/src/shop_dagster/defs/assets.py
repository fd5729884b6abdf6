"""The assets that the jobs of this project read and write."""

import dagster as dg

customers = dg.AssetSpec(
    key=dg.AssetKey("customers"), metadata={"connection": "wh", "locator": "raw.customers"}
)

mart = dg.AssetSpec(
    key=dg.AssetKey("mart"),
    metadata={"connection": "wh", "locator": "mart.orders"},
    deps=[dg.AssetKey("orders"), dg.AssetKey("payments")],
)

orders = dg.AssetSpec(
    key=dg.AssetKey("orders"), metadata={"connection": "wh", "locator": "raw.orders"}
)

payments = dg.AssetSpec(
    key=dg.AssetKey("payments"), metadata={"connection": "wh", "locator": "raw.payments"}
)
