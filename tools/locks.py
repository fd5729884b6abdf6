"""Resolve every lock anew: the developers' tools, and each version of each engine. `make lock` calls this.

A lock holds for every system and Python, with hashes and without the address of a registry. The newest version's lies
in its target, for `flowc verify` brings it along; older ones are of use in this checkout alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from tools.docs import ROOT

COMPILE = (
    sys.executable,
    "-m",
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--upgrade",
    "--universal",
    "--python-version",
    "3.11",
)
AS = ("--generate-hashes", "--no-header", "--no-annotate")


@frozen
class Lock:
    """A lock file, and what it is resolved from: requirements, or files of them."""

    path: Path
    requirements: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def locks() -> Iterator[Lock]:
    """All of them."""
    from flowc.target.registry import target
    from flowc_targets import BUILTIN

    yield Lock(ROOT / "locks" / "dev.txt", files=("pyproject.toml", "locks/dev.in"))
    yield Lock(ROOT / "locks" / "peers.txt", files=("locks/peers.in",))
    yield Lock(ROOT / "locks" / "shapes.txt", files=("locks/shapes.in",))
    yield Lock(ROOT / "locks" / "runners.txt", files=("locks/runners.in",))
    for name in BUILTIN:
        if versions := target(name).supported:
            for version in versions.every:
                path = lock_of(name, None if version == versions.newest else version.name)
                yield Lock(path, versions.locked(version))


def lock_of(engine: str, version: str | None = None) -> Path:
    """Where the lock of an engine's version lies; without one, that of the newest."""
    if version is None:
        return ROOT / "targets" / "flowc_targets" / engine / "lock.txt"
    return ROOT / "locks" / f"{engine}-{version}.txt"


def resolve(lock: Lock, into: Path) -> None:
    """Write a lock. Raises CalledProcessError where what it is resolved from cannot be had."""
    given = (*lock.files, "-") if lock.requirements else lock.files
    text = "\n".join(lock.requirements)
    subprocess.run([*COMPILE, *AS, *given, "-o", str(into)], cwd=ROOT, input=text, text=True, check=True)


def main(words: Sequence[str]) -> int:
    """Resolve those whose names begin with one of the words; without words, all."""
    for lock in locks():
        name = lock.path.relative_to(ROOT).as_posix()
        if words and not any(word in name for word in words):
            continue
        try:
            resolve(lock, lock.path)
        except subprocess.CalledProcessError as error:
            return error.returncode
        print(f"resolved {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
