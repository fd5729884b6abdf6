"""When the flows of a generated project are due, as the engine itself says: by the script `firings.py` of a target."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flowc.emit.format import format_tree
from flowc.emit.tree import FileTree
from flowc.emit.write import write

Asked = Mapping[str, tuple[datetime, datetime]]
"""From when to when, both ends in, by the names that the engine has for the flows."""


class DueError(Exception):
    """The engine could not say; the text is what it said instead."""


def due(
    tree: FileTree, asked: Asked, *, script: Path, python: Path, home: Path, env: Mapping[str, str]
) -> dict[str, list[datetime]]:
    """The instants by name. The project is written below `home`. Raises DueError."""
    project = home / "project"
    shutil.rmtree(project, ignore_errors=True)
    write(format_tree(tree), project)
    words = {name: [edge.isoformat() for edge in edges] for name, edges in asked.items()}
    done = subprocess.run(
        [python, script, project],
        input=json.dumps(words),
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DueError(done.stderr.strip()[-2000:])
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return {name: [datetime.fromisoformat(instant) for instant in instants] for name, instants in found.items()}
