"""Loading."""

import os

os.system("make connection")


def load() -> None:
    """Load."""
