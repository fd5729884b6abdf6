"""The Dagster project partner_scores."""
