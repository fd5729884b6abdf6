"""Loading."""

import asyncio

LIMIT = 3


async def fetch_all() -> None:
    """Fetch all at once."""


def fetch_all_now() -> None:
    """Fetch all, and wait for it."""
    asyncio.run(fetch_all())


class Loader:
    """Load."""

    def load(self) -> None:
        """Load."""
