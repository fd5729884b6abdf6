"""The command line: one file for each command.

`flowc --help` and `flowc --version` are answered here, before click is imported; a command's file is imported when
it is called.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Sequence

COMMANDS = {
    "check": "say what is wrong in .flow files, and how to put it right",
    "run": "run a flow here and now",
    "test": "run the tests of flows, in which nothing real happens",
    "backfill": "run a flow for past partitions or instants, each once",
    "build": "write a project for an engine",
    "fmt": "format .flow files",
    "explain": "explain a message: FLOW309, 309 or optional-value-used",
    "targets": "say what each target can do",
    "emit": "print what a stage of the compiler makes of a file",
    "graph": "draw a flow, and where it would be split",
    "verify": "show that engines agree on a flow",
    "schedule": "say when a flow is due",
    "runs": "look at past runs",
    "cache": "look at the values that are kept for later runs, or clear them",
    "serve": "run flows when they are due; answer over HTTP and on a web page",
}
"""Each command's name, which is that of its file, and what it does."""

_BRIEF = frozenset({"check", "build", "emit", "graph", "test"})
"""Those that compile, say what there is to say, and end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code: 0 fine, 1 errors or a failed run, 2 usage, 3 a bug of flowc."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--help"], ["-h"], []):
        sys.stdout.write(_help())
        return 0 if words else 2
    if words in (["--version"], ["-V"]):
        from flowc.cli.version import VERSION

        sys.stdout.write(f"flowc {VERSION}\n")
        return 0
    from flowc.cli.dispatch import dispatch

    if arguments is None:
        _spare_collecting(words[0])
    return dispatch(words)


def _spare_collecting(command: str) -> None:
    """Of a process that is ours alone: nothing in it is looked for in vain by the collector of cycles.

    A program has no cycles, and looking through all of it, last at the exit, takes a third of the time of a check.
    """
    atexit.register(gc.freeze)
    if command in _BRIEF:
        gc.disable()


def _help() -> str:
    lines = "".join(f"  {name:<10}{what}\n" for name, what in COMMANDS.items())
    return f"""\
Compile .flow pipelines to Airflow, Prefect, Dagster and plain Python.

Usage: flowc COMMAND ...

{lines}
  flowc COMMAND --help    the options of a command
  flowc --version         the version of flowc

Exit codes: 0 fine, 1 errors or a failed run, 2 wrong usage, 3 a bug of flowc.
"""
