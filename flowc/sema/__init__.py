"""What the text means: names, types, clauses; from trees of syntax to typed flows."""
