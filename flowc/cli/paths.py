"""Paths as one would type them here."""

from __future__ import annotations

from pathlib import Path


def shown(path: Path) -> str:
    """Relative to the current folder where it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
