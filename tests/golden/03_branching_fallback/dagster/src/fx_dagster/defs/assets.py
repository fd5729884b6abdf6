"""The assets that the jobs of this project read and write."""

import dagster as dg

rates = dg.AssetSpec(
    key=dg.AssetKey("rates"), metadata={"connection": "warehouse", "locator": "fx.rates"}
)
