"""The Dagster project orders_etl."""
