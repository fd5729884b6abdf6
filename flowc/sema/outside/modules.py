"""Where the code of a Python module stands, found without importing anything of the user's.

The order is that of a worker process, which has the project's folders before everything that is installed: modules
compiled into Python, the project, the standard library and installed packages, and folders without `__init__.py` last.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path

from attrs import define, field, frozen

# Names that exist only as entries of `sys.modules`, made by another module when it is imported.
_MADE_BY_OTHERS = {"os.path": "posixpath"}
_DEPTH = 8  # of folders that are searched for modules to suggest


@frozen
class Code:
    """A module with source text; `is_project` where it is the user's own."""

    name: str
    path: Path
    is_package: bool
    is_project: bool


@frozen
class Compiled:
    """A module without source text: part of Python, or an extension. `is_stdlib`: importing it runs no user's code."""

    name: str
    is_stdlib: bool


@frozen
class Folder:
    """A package without `__init__.py`."""

    name: str
    paths: tuple[Path, ...]


Found = Code | Compiled | Folder


@define(eq=False, slots=False)
class Finder:
    """Finds modules below `roots` (the project's source folders, in order) and in what is installed."""

    roots: Sequence[Path]
    _found: dict[str, Found | None] = field(factory=dict[str, "Found | None"], init=False)
    _listings: dict[Path, frozenset[str]] = field(factory=dict[Path, frozenset[str]], init=False)

    def find(self, module: str) -> Found | None:
        """The module of that dotted name, or None."""
        if module not in self._found:
            self._found[module] = self._find(_MADE_BY_OTHERS.get(module, module))
        return self._found[module]

    def _find(self, module: str) -> Found | None:
        if not all(part.isidentifier() for part in module.split(".")):
            return None
        top, *rest = module.split(".")
        if top in sys.builtin_module_names:
            return None if rest else Compiled(module, is_stdlib=True)
        here = self._below(self.roots, top, rest, is_project=True)
        if here and not isinstance(here, Folder):
            return here
        return self._installed(top, rest) or here

    def _below(self, folders: Sequence[Path], top: str, rest: Sequence[str], *, is_project: bool) -> Found | None:
        found = self._entry(folders, top, top, is_project=is_project)
        name = top
        for part in rest:
            name = f"{name}.{part}"
            if isinstance(found, Code) and found.is_package:
                found = self._entry([found.path.parent], part, name, is_project=is_project)
            elif isinstance(found, Folder):
                found = self._entry(found.paths, part, name, is_project=is_project)
            else:
                return None
        return found

    def _entry(self, folders: Sequence[Path], part: str, name: str, *, is_project: bool) -> Found | None:
        """What `part` is in the first folder that has it; a folder without `__init__.py` only if nothing else does."""
        loose: list[Path] = []
        for folder in folders:
            names = self._list(folder)
            if part in names and "__init__.py" in self._list(folder / part):
                return Code(name, folder / part / "__init__.py", is_package=True, is_project=is_project)
            for suffix in (".py", ".pyi"):
                if part + suffix in names:
                    return Code(name, folder / (part + suffix), is_package=False, is_project=is_project)
            if any(part + suffix in names for suffix in EXTENSION_SUFFIXES):
                return Compiled(name, is_stdlib=name.partition(".")[0] in sys.stdlib_module_names)
            if part in names and (folder / part).is_dir():
                loose.append(folder / part)
        return Folder(name, tuple(loose)) if loose else None

    def _list(self, folder: Path) -> frozenset[str]:
        """The names in a folder, exactly as written, also where the disk does not mind case."""
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(path.name for path in folder.iterdir())
            except OSError:
                self._listings[folder] = frozenset()
        return self._listings[folder]

    def _installed(self, top: str, rest: Sequence[str]) -> Found | None:
        if top in sys.stdlib_module_names:  # some are frozen into the interpreter and their spec names no file
            found = self._below(_stdlib_folders(), top, rest, is_project=False)
            if found and not isinstance(found, Folder):
                return found
        spec = _spec(top)
        if spec is None:
            return None
        if spec.submodule_search_locations:
            folders = [Path(location).parent for location in spec.submodule_search_locations]
            return self._below(folders, Path(next(iter(spec.submodule_search_locations))).name, rest, is_project=False)
        if rest:
            return None
        if spec.origin and spec.origin.endswith(".py"):
            return Code(top, Path(spec.origin), is_package=False, is_project=False)
        return Compiled(top, is_stdlib=top in sys.stdlib_module_names)

    @cached_property
    def project_modules(self) -> tuple[str, ...]:
        """The dotted names of the modules below the roots, sorted."""
        names = {name for root in self.roots for name in self._walk(root, (), _DEPTH)}
        return tuple(sorted(names))

    def _walk(self, folder: Path, prefix: tuple[str, ...], depth: int) -> Iterator[str]:
        if "pyvenv.cfg" in self._list(folder):
            return
        for name in sorted(self._list(folder)):
            stem, dot, suffix = name.partition(".")
            if not stem.isidentifier() or stem == "__pycache__":
                continue
            if (dot, suffix) == (".", "py"):
                yield ".".join(prefix if stem == "__init__" else (*prefix, stem))
            elif not dot and depth and (folder / name).is_dir():
                yield from self._walk(folder / name, (*prefix, stem), depth - 1)


def _stdlib_folders() -> tuple[Path, ...]:
    from sysconfig import get_path

    folder = Path(get_path("stdlib"))
    return folder, folder / "lib-dynload"


def _spec(top: str) -> ModuleSpec | None:
    """Where an installed top-level module is. Asking for a top-level name imports nothing."""
    from importlib.util import find_spec

    try:
        return find_spec(top)
    except (ImportError, ValueError):  # ValueError: `__main__` and modules made by hand have no spec
        return None
