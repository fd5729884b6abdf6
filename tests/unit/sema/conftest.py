"""What the tests of `sema` share."""

import pytest

from tests.unit.sema.world import Reader


@pytest.fixture
def read() -> Reader:
    """Types expressions in the small world."""
    return Reader()
