"""Split a large flow into parts that are flows of their own: README.md of the passes says when and how."""
