"""Files in memory: what a target renders, and what is formatted and written afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from attrs import field, frozen


class PathError(ValueError):
    """A path that does not belong into a tree, or is in it already: a bug of the target that made it."""


def _checked(files: Mapping[str, str | bytes]) -> Mapping[str, str | bytes]:
    for path in files:
        pure = PurePosixPath(path)
        if not path or pure.is_absolute() or ".." in pure.parts or str(pure) != path or "\\" in path:
            raise PathError(f"not a plain relative path: {path!r}")
    folders = {str(folder) for path in files for folder in PurePosixPath(path).parents}
    for path in files:
        if path in folders:
            raise PathError(f"a file and a folder: {path!r}")
    return dict(sorted(files.items()))


@frozen
class FileTree:
    """Relative POSIX paths and their contents, by path; text is written as UTF-8 with `\\n`. Never changed in place."""

    files: Mapping[str, str | bytes] = field(factory=dict[str, str | bytes], converter=_checked)

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, path: object) -> bool:
        return path in self.files

    def __getitem__(self, path: str) -> str | bytes:
        return self.files[path]

    def items(self) -> Iterator[tuple[str, str | bytes]]:
        yield from self.files.items()

    def text(self, path: str) -> str:
        """The text of a file; PathError if it is bytes."""
        content = self.files[path]
        if isinstance(content, bytes):
            raise PathError(f"not text: {path!r}")
        return content

    def __or__(self, other: FileTree) -> FileTree:
        """Both trees' files; PathError if one path has two contents."""
        for path in self.files.keys() & other.files.keys():
            if self.files[path] != other.files[path]:
                raise PathError(f"two contents for {path!r}")
        return FileTree({**self.files, **other.files})

    def under(self, folder: str) -> FileTree:
        """The same files inside a folder."""
        return FileTree({f"{folder}/{path}": content for path, content in self.files.items()})

    def map_text(self, change: Callable[[str, str], str]) -> FileTree:
        """`change(path, text)` for every text file; bytes stay."""
        return FileTree({p: change(p, c) if isinstance(c, str) else c for p, c in self.files.items()})
