"""Small files that several write and read at once, in threads or in processes: each is whole, or as it was."""

from __future__ import annotations

import os
from pathlib import Path


def put(path: Path, text: str) -> None:
    """Write a text under a name, in a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.urandom(6).hex()}")
    part.write_text(text, "utf-8")
    part.replace(path)
