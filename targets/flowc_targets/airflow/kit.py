"""The support package of a project: modules of ours and leaves of the native runtime, only those that are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from flowc.emit.tree import FileTree

_OURS = "flowc_targets.airflow"
_RELATIVE = re.compile(r"^\s*from \.(\w*) import (.+?)$", re.MULTILINE)
# What the runtime calls its processes is its own matter; here they are the project's.
_RENAMED = (
    ("FLOWC_WORKER", "DAGKIT_PROCESS"),
    ("from flowc.runtime import ", "from . import "),
    ("from flowc.runtime.", "from ."),
    (" Copied into projects.", ""),
)
_SHARED = ("wire",)
"""Modules beside this one that projects have too."""


@cache
def module(name: str) -> str:
    """The source of a module of the support package."""
    ours = resources.files(_OURS)
    places = (ours.joinpath("templates", "kit"), *([ours] if name in _SHARED else []), resources.files("flowc.runtime"))
    text = next(path for place in places if (path := place.joinpath(f"{name}.py")).is_file()).read_text("utf-8")
    for here, there in _RENAMED:
        text = text.replace(here, there)
    return text


def kit(modules: Iterable[str], made: Iterable[str] = ()) -> FileTree:
    """The modules and all that they import; `made` are those that are written for the project itself."""
    # a process is started by its name
    by_name = {"child"} if "process" in set(modules) else set[str]()
    missing, found = {"__init__", *modules, *by_name} - set(made), dict[str, str]()
    while missing:
        name = missing.pop()
        found[f"{name}.py"] = module(name)
        missing |= {used for used in _imported(found[f"{name}.py"]) if f"{used}.py" not in found} - set(made)
    return FileTree(found)


def _imported(text: str) -> set[str]:
    """The modules beside it that a module imports, inside of functions too."""
    found: set[str] = set()
    for name, names in _RELATIVE.findall(text):
        found |= {name} if name else {each.strip().partition(" ")[0] for each in names.split(",")}
    return found - {""}
