"""Names in the modules of a project, and the support functions that all projects have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flowc.target.naming import variable

SHARED: Mapping[str, tuple[str, ...]] = {
    "environment": ("env",),
    "paths": ("Table", "path"),
    "shell": ("quoted",),
    "http": ("base", "encoded"),
    "statements": ("as_json", "ident", "statement", "table"),
    "windows": ("last_day", "last_hour", "last_month", "last_week"),
    "operators": (
        *("abs", "add", "at", "coalesce", "contains", "days", "divide", "first", "int64", "join", "join_path", "last"),
        *("matches", "member", "multiply", "round", "same", "subtract", "sum", "to", "to_date", "to_datetime"),
        *("to_decimal", "to_float", "to_int", "to_json", "to_path", "to_str", "unique", "values"),
    ),
}
"""The support functions of every support package, by their modules."""

MODULES = ("shell", "sql", "http", "mail", "connections")
"""Modules of the support package that are imported whole."""


def homes(own: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """The module of the support package that has each support function, for a target with these of its own."""
    return {name: module for module, names in {**own, **SHARED}.items() for name in names}


class Taken:
    """Names that are given once."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self.names = set(reserved)

    def add(self, names: Iterable[str]) -> None:
        """Names that are given elsewhere."""
        self.names |= {*names}

    def give(self, wanted: str, longer: str = "") -> str:
        """A Python name like the wanted one; where that is given already, like the longer one."""
        found = variable(wanted, self.names)
        if longer and found != wanted and wanted in self.names:
            found = variable(longer, self.names)
        self.names.add(found)
        return found


def imported(module: str, called: str) -> tuple[str, str]:
    """What imports a module under a name, as a pair of where from and what: `import a.b`, `from a import b as c`."""
    package, dot, name = module.rpartition(".")
    said = name if name == called else f"{name} as {called}"
    return (module, "") if called == module else (package, said) if dot else (said, "")


def last(name: str) -> str:
    """The last part of a task's path; of a check's name its text is a part of it."""
    head, blank, rest = name.partition(" ")
    return head.rpartition(".")[2] + blank + rest
