"""Load the day's orders into the warehouse."""
