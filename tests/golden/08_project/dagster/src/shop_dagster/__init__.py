"""The Dagster project shop."""
