"""What the jobs of this project stand on where Dagster has no word for it."""
