"""Import lines as ruff sorts them: the standard library, what is installed, what lies in the project's `src`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

_INSTALLED = ("dagster", "pydantic")


def sections(imports: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The lines, with an empty one after each section. `import dagster` has its usual name."""
    pairs = set(imports)
    standard = {pair for pair in pairs if _top(pair) in sys.stdlib_module_names}
    installed = {pair for pair in pairs if _top(pair) in _INSTALLED}
    for section in (standard, installed, pairs - standard - installed):
        if section:
            yield from (_plain(module) for module, name in sorted(section) if not name)
            for module in sorted({module for module, name in section if name}):
                names = sorted((name for each, name in section if each == module), key=_rank)
                yield f"from {module} import {', '.join(names)}"
            yield ""


def _top(pair: tuple[str, str]) -> str:
    return pair[0].partition(".")[0]


def _plain(module: str) -> str:
    return "import dagster as dg" if module == "dagster" else f"import {module}"


def _rank(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions."""
    return 0 if name.isupper() else 1 if name[0].isupper() else 2, name
