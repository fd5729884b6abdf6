"""`sh` tasks: a script under `/bin/sh -ec`, as a process group of its own, without standard input.

    shell.run(f"gzip -k {quoted(path)}", output="str")

A hole is one quoted word, a list several; status 0 succeeds, every other fails. What is declared as output is read from
standard output, or is what the script made at `$FLOW_OUT`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from . import processes, types
from .errors import AttemptTimeout, ExitStatus
from .paths import path
from .reading import parse
from .texts import text
from .types import OptionalOf, Scalar
from .values import Mismatch

Log = Callable[[str], None]
_LAST_WORDS = 1.0
"""Seconds that what a script left in the background may keep its output open, and still be heard."""


def quoted(value: Any, type: str | None = None) -> str:
    """A value as one word of the shell, a list as several."""
    if isinstance(value, (list, tuple)):
        return " ".join(shlex.quote(text(item)) for item in value)  # pyright: ignore
    return shlex.quote(text(value, type))


def run(
    script: str,
    *,
    output: str | None = None,
    out: str = "",
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    timeout: float | None = None,
    log: Log | None = None,
) -> Any:
    """Run a script; the value of its declared output, ExitStatus where it fails, AttemptTimeout where it is stopped.

    `out` is where `$FLOW_OUT` leads, for a path. What is printed goes to our own standard output and error, or a line
    at a time to `log`.
    """
    environment = {**os.environ, **(env or {})}
    environment[processes.MARK] = f"{os.environ.get(processes.MARK, '')}/{os.urandom(8).hex()}"
    makes_path = output is not None and is_path(output)
    if makes_path:
        environment["FLOW_OUT"] = str(clear(out, cwd))
    if output is None or makes_path:
        _wait(script, environment, cwd, timeout, None, log)
        return made(out, output or "", cwd) if makes_path else None
    with tempfile.TemporaryFile() as file:
        _wait(script, environment, cwd, timeout, file, log)
        file.seek(0)
        printed = file.read()
    _repeat(printed, log)
    return read(printed, output)


def read(printed: bytes, output: str) -> Any:
    """The value that a script printed: without its last newline, as on the command line."""
    try:
        said = printed.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Mismatch(f"standard output is no UTF-8: {error}") from None
    try:
        return parse(said[:-1] if said.endswith("\n") else said, output)
    except ValueError as error:
        raise Mismatch(f"standard output: {error}") from None


def is_path(output: str) -> bool:
    """Whether a declared output is a path."""
    found = types.of(output)
    return (found.item if isinstance(found, OptionalOf) else found) == Scalar("path")


def clear(out: str, cwd: str | Path | None = None) -> Path:
    """Make room for what an attempt will make at a place; gives its absolute path."""
    place = Path(cwd or ".").absolute() / out
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def made(out: str, output: str, cwd: str | Path | None = None) -> Path | None:
    """What an attempt made at a place."""
    if (Path(cwd or ".") / out).exists():
        return path(out)
    if isinstance(types.of(output), OptionalOf):
        return None
    raise Mismatch("nothing was made at $FLOW_OUT")


def _wait(
    script: str,
    env: Mapping[str, str],
    cwd: str | Path | None,
    timeout: float | None,
    file: IO[bytes] | None,
    log: Log | None,
) -> None:
    sys.stdout.flush()
    pipe = subprocess.PIPE if log else None
    process = subprocess.Popen(
        ["/bin/sh", "-ec", script],
        stdin=subprocess.DEVNULL,
        stdout=file or pipe,
        stderr=pipe if file or not pipe else subprocess.STDOUT,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )
    stream = process.stderr if file else process.stdout
    listener = threading.Thread(target=_pass_on, args=(stream, log), daemon=True) if log and stream else None
    if listener:
        listener.start()
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        processes.stop(process.pid)
        process.wait()
        raise AttemptTimeout(f"stopped after {timeout:g} seconds") from None
    except BaseException:
        processes.stop(process.pid)
        process.wait()
        raise
    if listener:
        listener.join(_LAST_WORDS)
    if code:
        raise ExitStatus(code if code > 0 else 128 - code)


def _pass_on(stream: IO[bytes], log: Log) -> None:
    with stream:
        for line in stream:
            log(line.decode("utf-8", "replace").rstrip("\n"))


def _repeat(printed: bytes, log: Log | None) -> None:
    if log is None:
        sys.stdout.buffer.write(printed)
        sys.stdout.flush()
        return
    for line in printed.decode("utf-8", "replace").splitlines():
        log(line)
