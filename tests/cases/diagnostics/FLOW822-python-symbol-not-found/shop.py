"""Loading."""

from json import dumps as dumps


def extract() -> None:
    """Extract."""


class Loader:
    """Load."""

    @staticmethod
    def load() -> None:
        """Load."""
