"""Where an engine's Python is: given by the user, found beside the project, or to be made from the target's lock."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from attrs import frozen

_ASK = """\
import platform, sys
from importlib.metadata import PackageNotFoundError, version
try:
    print(version(sys.argv[1]))
except PackageNotFoundError:
    print()
print(platform.python_version())
"""


class Unavailable(Exception):
    """There is no such environment, and none could be made. The text says why, and what to do."""


@frozen
class Found:
    """An environment that is there."""

    engine: str
    python: Path


@frozen
class Missing:
    """One that has to be made, in `folder`, from `lock`."""

    engine: str
    folder: Path
    lock: Traversable

    @property
    def packages(self) -> int:
        """How many it may hold; some are for other systems."""
        return len(re.findall(r"^\S+==", self.lock.read_text("utf-8"), re.MULTILINE))


Environment = Found | Missing


def look(engine: str, given: Path | None) -> Environment:
    """The engine's environment. `given` is a virtual environment or a Python; Unavailable where that is neither.

    Without it one is taken that lies in `.engines/ENGINE` here or above, or that was made for this lock before.
    """
    if given is not None:
        return Found(engine, _python_of(given))
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]):
        if (python := folder / ".engines" / engine / "bin" / "python").exists():
            return Found(engine, python)
    lock = _lock(engine)
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = _cache() / "engines" / f"{engine}-{digest}"
    python = folder / "bin" / "python"
    return Found(engine, python) if python.exists() else Missing(engine, folder, lock)


def make(missing: Missing) -> Found:
    """Make an environment, which takes minutes; Unavailable where that fails, and then nothing is left of it."""
    with as_file(missing.lock) as lock:
        _install(missing.folder, lock)
    return Found(missing.engine, missing.folder / "bin" / "python")


def versions(python: Path, package: str) -> dict[str, str]:
    """The versions of the package and of Python itself in an environment. Unavailable where it lacks the package."""
    try:
        done = subprocess.run([python, "-c", _ASK, package], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"`{python}` is no Python that can be asked: {error}") from error
    engine, own = done.stdout.splitlines()
    if not engine:
        raise Unavailable(f"the environment of `{python}` lacks {package}")
    return {package: engine, "python": own}


def _lock(engine: str) -> Traversable:
    from flowc.target.registry import package_of

    lock = files(package_of(engine)) / "lock.txt"
    if not lock.is_file():
        raise Unavailable(f"the target `{engine}` brings no lock to make an environment from: give one with --engine")
    return lock


def _python_of(given: Path) -> Path:
    if given.is_file():
        return given.absolute()
    for inside in ("bin/python", "Scripts/python.exe"):
        if (given / inside).exists():
            return (given / inside).absolute()
    raise Unavailable(f"`{given}` is neither a Python nor a virtual environment")


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
            # the lock names all there is: pip would look for a hash of `gql[requests]`, which is that of `gql`
            [python, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(lock)],
        ]
    try:
        for step in steps:
            subprocess.run(
                step, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        making.rename(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.decode(errors="replace")[-2000:] if isinstance(error, subprocess.CalledProcessError) else ""
        raise Unavailable(f"the environment could not be made: {error}\n{said}".rstrip()) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)  # also where the user did not want to wait
