"""The Dagster project orders."""
