"""Text to tree and back: `parse` and `parse_expr`, the tree in `ast`, `format_source`."""
