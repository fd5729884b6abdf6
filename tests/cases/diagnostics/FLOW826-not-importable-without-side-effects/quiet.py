"""Loading."""

import os


def load() -> None:
    """Load."""
    os.system("make connection")
