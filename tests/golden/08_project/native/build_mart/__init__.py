"""The flow build_mart."""
