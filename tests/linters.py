"""What linters and type checkers have against generated code and against code that runs elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

STYLE = "A004,B,C4,E,F,FLY,G,I,ISC,PIE,PLE,PLW,RET,RSE,RUF,T10,TID,UP,W"
"""The rules of ruff that all generated code keeps."""


def typed(folder: Path, python: Path, **settings: object) -> list[str]:
    """What pyright has against the Python in a folder, in the environment of an engine."""
    kept: dict[str, object] = {"typeCheckingMode": "standard", "reportMissingModuleSource": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(kept | settings))
    command = [sys.executable, "-m", "pyright", "--pythonpath", str(python), "--outputjson"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"]
    return [
        f"{Path(each['file']).relative_to(folder.resolve())}:{each['range']['start']['line'] + 1}: {each['message']}"
        for each in told["generalDiagnostics"]
    ]


def linted(project: Path, *places: str | Path, rules: str, but: str, length: int = 88) -> list[str]:
    """What ruff has against places in a project."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--preview"]
    options = ["--output-format=concise", "--select", rules, "--ignore", but]
    options += ["--target-version=py310", f"--line-length={length}", *map(str, places)]
    done = subprocess.run([*command, *options], cwd=project, capture_output=True, text=True, check=False)
    return [
        f"{project.name}: {line}" for line in (done.stdout + done.stderr).splitlines() if line != "All checks passed!"
    ]
