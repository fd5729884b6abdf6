"""Questions about the marts."""
