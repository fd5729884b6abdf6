"""A bug of ours (FLOW900): what to tell the user, and what a report of it needs. `FLOWC_TRACEBACK=1` shows all."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from flowc.cli.version import VERSION
from flowc.diagnostics.codes import CODES
from flowc.diagnostics.model import Diagnostic
from flowc.diagnostics.render import render

_EXIT = 3


def report(error: Exception, words: Sequence[str]) -> int:
    """Print the message to standard error and give the exit code of a bug."""
    if os.environ.get("FLOWC_TRACEBACK") == "1":
        traceback.print_exception(error)
    sys.stderr.write(render([diagnostic(error, words)], "terminal"))
    return _EXIT


def diagnostic(error: Exception, words: Sequence[str]) -> Diagnostic:
    """Without a place of the user's, since it is none of their fault."""
    stage, where = _stage(error)
    said = " ".join(str(error).split())[:200]
    return Diagnostic(
        CODES["FLOW900"],
        "flowc itself failed, which is a bug of flowc and no fault of yours",
        helps=("please report it with these lines (CONTRIBUTING.md says where), and with the file if you may",),
        notes=(
            f"flowc {VERSION}, Python {platform.python_version()}, {sys.platform}",
            f"stage {stage}, digest {_digest(words)}",
            f"{type(error).__name__} at {where}{': ' if said else ''}{said}",
            "FLOWC_TRACEBACK=1 in the environment shows the whole trace",
        ),
    )


def _stage(error: Exception) -> tuple[str, str]:
    """The room that failed, and the innermost place in the house."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = [(str(frame.f_globals.get("__name__", "")), frame.f_lineno) for frame in frames]
    ours = [(name, line) for name, line in names if name.startswith(("flowc.", "flowc_"))]
    name, line = ours[-1] if ours else ("flowc.cli", 0)
    return ".".join(name.split(".")[1:2]) or name, f"{name}:{line}"


def _digest(words: Sequence[str]) -> str:
    """Of the files that the command names, so that two reports of one bug can be told to be so."""
    files = sorted(path for word in words if (path := Path(word)).suffix == ".flow" and path.is_file())
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12] if files else "none"
