"""What a target is, and what all targets share: its contract, names, literals, expressions as Python, templates."""
