"""The Python files of a tree as black leaves them: laid out here where that is certain, else by black itself.

The only file that knows black, which is loaded when it is first needed. Black takes half a second for a thousand lines.
"""

from __future__ import annotations

from functools import lru_cache

from flowc.emit.layout import WIDTH, OddError, page
from flowc.emit.tree import FileTree


class NotPythonError(ValueError):
    """A target rendered something that is no Python: a bug of the target."""


@lru_cache(maxsize=256)
def formatted(text: str) -> str:
    """The text as black leaves it; NotPythonError if it does not parse."""
    try:
        return page(text, _statement).text
    except (OddError, RecursionError):
        return blackened(text)


def _statement(text: str) -> str:
    try:
        return blackened(text)
    except NotPythonError as error:
        raise OddError("no statement for itself") from error


@lru_cache(maxsize=256)
def blackened(text: str) -> str:
    """What black makes of a text; NotPythonError if it does not parse."""
    import black
    from black.mode import TargetVersion
    from black.parsing import InvalidInput
    from black.report import NothingChanged

    mode = black.Mode(line_length=WIDTH, target_versions={TargetVersion.PY310})
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
