"""The flow report."""
