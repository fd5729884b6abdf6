"""The support package of a project: a target's own modules, those of all targets, and leaves of the native runtime."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from flowc.emit.tree import FileTree

_RELATIVE = re.compile(r"^\s*from \.(\w*) import (\([^)]*\)|.+?)$", re.MULTILINE)


@cache
def module(name: str, target: str, package: str, shared: Sequence[str] = ()) -> str:
    """The source of a module of the support package; `shared` are modules beside the target's own that projects have.

    What the runtime calls its processes is its own matter; here they are the project's.
    """
    ours = resources.files(target)
    places = (
        ours.joinpath("templates", "kit"),
        *([ours] if name in shared else []),
        resources.files("flowc_targets.project").joinpath("templates", "kit"),
        resources.files("flowc.runtime"),
    )
    text = next(path for place in places if (path := place.joinpath(f"{name}.py")).is_file()).read_text("utf-8")
    for here, there in (
        ("FLOWC_WORKER", f"{package.upper()}_PROCESS"),
        ("from flowc.runtime import ", "from . import "),
        ("from flowc.runtime.", "from ."),
        (" Copied into projects.", ""),
    ):
        text = text.replace(here, there)
    return text


def kit(
    modules: Iterable[str], *, target: str, package: str, shared: Sequence[str] = (), made: Iterable[str] = ()
) -> FileTree:
    """The modules and all that they import; `made` are those that are written for the project itself."""
    missing, found = {"__init__", *modules} - set(made), dict[str, str]()
    while missing:
        name = missing.pop()
        found[f"{name}.py"] = module(name, target, package, tuple(shared))
        # the child's process is started by the name of its module
        used = _imported(found[f"{name}.py"]) | ({"child"} if name == "process" else set[str]())
        missing |= {each for each in used if f"{each}.py" not in found} - set(made)
    return FileTree(found)


def _imported(text: str) -> set[str]:
    """The modules beside it that a module imports, inside of functions too."""
    found: set[str] = set()
    for name, names in _RELATIVE.findall(text):
        listed = names.strip("()").replace("\n", " ").split(",")
        found |= {name} if name else {each.strip().partition(" ")[0] for each in listed}
    return found - {""}
