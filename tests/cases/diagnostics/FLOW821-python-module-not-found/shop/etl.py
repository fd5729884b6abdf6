"""Loading."""


def run() -> None:
    """Load."""
