"""Where large values and files go that are not handed from process to process: by their content, each once.

A store is a folder, or with a scheme such as `s3://bucket/prefix` whatever fsspec finds. What is put has its digest as
its name, and is looked at again when it is taken: what was cut short is told from what is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

from .errors import TaskFailure

_CHUNK = 1 << 20


class StoreError(TaskFailure):
    """The store does not take or give something. Its text says what and why."""


class Store:
    """Objects under a place, a folder or a URL. OSError and the like of a file system become StoreError."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/") or "/"
        self._known: set[str] = set()
        self._files, self._base = _file_system(self.place)

    def put(self, data: bytes) -> str:
        """Keep bytes; their digest, by which they are taken."""
        digest = hashlib.sha256(data).hexdigest()
        if not self._has(digest):
            self._do("take an object", lambda: self._files.write(self._path(digest), data))
            self._known.add(digest)
        return digest

    def put_file(self, path: Path) -> str:
        """Keep a file."""
        digest = digest_of(path)
        if not self._has(digest):
            self._do(f"take {path}", lambda: self._files.upload(self._path(digest), path))
            self._known.add(digest)
        return digest

    def get(self, digest: str) -> bytes:
        """What has that digest."""
        data: bytes = self._do("give an object", lambda: self._files.read(self._path(digest)))
        self._check(digest, hashlib.sha256(data).hexdigest())
        self._known.add(digest)
        return data

    def get_file(self, digest: str, path: Path) -> None:
        """Lay what has that digest at a path, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
        try:
            self._do(f"give {path.name}", lambda: self._files.download(self._path(digest), part))
            self._check(digest, digest_of(part))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take away all that is there; what cannot be taken away stays."""
        try:
            self._files.clear(self._base)
        except Exception:  # whatever a file system of fsspec's raises: nothing of ours depends on it any more
            return

    def _has(self, digest: str) -> bool:
        return digest in self._known or bool(self._do("be asked", lambda: self._files.has(self._path(digest))))

    def _path(self, digest: str) -> str:
        return f"{self._base}/{digest[:2]}/{digest}"

    def _check(self, wanted: str, found: str) -> None:
        if found != wanted:
            raise StoreError(f"the store {self.place} holds something else than was put there under {wanted[:12]}")

    def _do(self, what: str, call: Any) -> Any:
        try:
            return call()
        except StoreError:
            raise
        except Exception as error:  # file systems of fsspec raise what they like
            raise StoreError(f"the store {self.place} does not {what}: {type(error).__name__}: {error}") from error


class _Folder:
    """A folder of this machine, or one that is mounted."""

    def write(self, path: str, data: bytes) -> None:
        part = self._part(path)
        part.write_bytes(data)
        part.replace(path)

    def upload(self, path: str, file: Path) -> None:
        part = self._part(path)
        shutil.copyfile(file, part)
        part.replace(path)

    def read(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def download(self, path: str, file: Path) -> None:
        shutil.copyfile(path, file)

    def has(self, path: str) -> bool:
        return Path(path).exists()

    def clear(self, base: str) -> None:
        shutil.rmtree(base, ignore_errors=True)

    def _part(self, path: str) -> Path:
        place = Path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.with_name(f"{place.name}.{os.urandom(6).hex()}")


class _Remote:
    """What fsspec finds: an object appears there once it is whole."""

    def __init__(self, system: Any) -> None:
        self.system = system

    def write(self, path: str, data: bytes) -> None:
        self.system.pipe_file(path, data)

    def upload(self, path: str, file: Path) -> None:
        self.system.put_file(str(file), path)

    def read(self, path: str) -> bytes:
        return self.system.cat_file(path)

    def download(self, path: str, file: Path) -> None:
        self.system.get_file(path, str(file))

    def has(self, path: str) -> bool:
        return self.system.exists(path)

    def clear(self, base: str) -> None:
        if self.system.exists(base):
            self.system.rm(base, recursive=True)


def digest_of(path: Path) -> str:
    """The digest of a file's content."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def _file_system(place: str) -> tuple[Any, str]:
    if "://" not in place or place.startswith("file://"):
        return _Folder(), str(Path(place.removeprefix("file://")).absolute())
    try:
        core = import_module("fsspec.core")
        system, base = core.url_to_fs(place)
    except (ImportError, ValueError) as error:
        scheme = place.partition("://")[0]
        raise StoreError(
            f"a store at {place} needs fsspec and its package for {scheme} (pip install fsspec s3fs): {error}"
        ) from error
    return _Remote(system), base.rstrip("/")
