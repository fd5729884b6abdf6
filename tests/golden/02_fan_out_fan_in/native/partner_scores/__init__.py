"""Score every partner file in parallel, then publish one report."""
