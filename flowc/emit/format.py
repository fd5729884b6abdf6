"""Black over the Python files of a tree. The only file that knows black, which is loaded when it is first needed."""

from __future__ import annotations

from functools import lru_cache

from flowc.emit.tree import FileTree

LINE_LENGTH = 100


class NotPythonError(ValueError):
    """A target rendered something that is no Python: a bug of the target."""


@lru_cache(maxsize=256)
def formatted(text: str) -> str:
    """The text as black leaves it; NotPythonError if it does not parse."""
    import black
    from black.mode import TargetVersion
    from black.parsing import InvalidInput
    from black.report import NothingChanged

    mode = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY310})
    try:
        return black.format_file_contents(text, fast=True, mode=mode)
    except NothingChanged:
        return text
    except InvalidInput as error:
        raise NotPythonError(str(error)) from error


def _format(path: str, text: str) -> str:
    if not path.endswith(".py"):
        return text
    try:
        return formatted(text)
    except NotPythonError as error:
        raise NotPythonError(f"{path}: {error}\n{text}") from error


def format_tree(tree: FileTree) -> FileTree:
    """Every `.py` file as black leaves it; other files as they are."""
    return tree.map_text(_format)
