"""The assets that the jobs of this project read and write."""

import dagster as dg

sales = dg.AssetSpec(
    key=dg.AssetKey("sales"), metadata={"connection": "wh", "locator": "mart.sales"}
)

sales_7d = dg.AssetSpec(
    key=dg.AssetKey("sales_7d"),
    metadata={"connection": "wh", "locator": "mart.sales_7d"},
    deps=[dg.AssetKey("sales")],
)
