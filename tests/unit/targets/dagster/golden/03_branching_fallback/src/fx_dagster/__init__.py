"""The Dagster project fx."""
