"""The Dagster project sales_daily."""
