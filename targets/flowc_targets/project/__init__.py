"""What every generated Python project needs, whatever its engine: the targets share it, and it knows none of them."""
