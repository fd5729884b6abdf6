"""What the tests of `sema` share."""

from pathlib import Path

import pytest

from tests.unit.sema.programs import Programs
from tests.unit.sema.world import Reader


@pytest.fixture
def read() -> Reader:
    """Types expressions in the small world."""
    return Reader()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Compiles whole programs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Programs(tmp_path)
