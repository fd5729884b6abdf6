"""Where an engine's Python is: given by the user, found beside the project, or made from the target's lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path


class Unavailable(Exception):
    """There is no such environment, and none could be made. The text says why, and what to do."""


def environment(engine: str, given: Path | None, *, say: Callable[[str], None]) -> Path:
    """The engine's Python. `given` is a virtual environment or a Python; without it one is found, or made once."""
    if given is not None:
        return _python_of(given)
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]):
        found = folder / ".engines" / engine
        if (found / "bin" / "python").exists():
            return found / "bin" / "python"
    return _made(engine, say)


def _python_of(given: Path) -> Path:
    if given.is_file():
        return given.absolute()
    for inside in ("bin/python", "Scripts/python.exe"):
        if (given / inside).exists():
            return (given / inside).absolute()
    raise Unavailable(f"`{given}` is neither a Python nor a virtual environment")


def _made(engine: str, say: Callable[[str], None]) -> Path:
    source = files("flowc_targets") / engine / "lock.txt"
    if not source.is_file():
        raise Unavailable(f"the target `{engine}` brings no lock to make an environment from: give one with --engine")
    with as_file(source) as lock:
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
        folder = _cache() / "engines" / f"{engine}-{digest}"
        python = folder / "bin" / "python"
        if not python.exists():
            say(f"making an environment for {engine} in {folder} (once; this takes minutes)")
            _install(folder, lock)
        return python


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flowc"


def _install(folder: Path, lock: Path) -> None:
    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    uv = shutil.which("uv")
    python = str(making / "bin" / "python")
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", sys.executable, str(making)],
            [uv, "pip", "sync", "-q", "--require-hashes", "--compile-bytecode", "--python", python, str(lock)],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(making)],
            [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)],
        ]
    try:
        for step in steps:
            subprocess.run(
                step, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        making.rename(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(making, ignore_errors=True)
        said = error.stderr.decode(errors="replace")[-2000:] if isinstance(error, subprocess.CalledProcessError) else ""
        raise Unavailable(f"the environment could not be made: {error}\n{said}".rstrip()) from error
