"""Which versions of its engine the projects of a target are for, as data.

An environment of each is locked from what is said here (`python -m tools.locks`), every story is run on it
(`make conformance ENGINE=airflow VERSION=3.0.6`), and a project asks for those that it was shown on and no others.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from flowc.ir.features import Use
from flowc.ir.graph import Graph, Program
from flowc.ir.uses import uses_of

Lacks = Callable[[Graph, Use], str | None]


@frozen
class Version:
    """One version, to the last digit. `pins` are what it does not install or run without, and `because` says why.

    `lacks` tells why a project that uses a feature does not run on it; None where it does.
    """

    name: str
    pins: tuple[str, ...] = ()
    because: str = ""
    lacks: Lacks = lambda graph, use: None

    @property
    def minor(self) -> str:
        """Its first two numbers."""
        return ".".join(self.name.split(".")[:2])


@frozen
class Versions:
    """All of them, the newest first: of every minor between the oldest and the newest there is one.

    `package` is the engine's name in registries, `beside` what its stories need besides it, where `{version}` stands
    for the engine's own; `pins` hold for all versions, and for the projects too.
    """

    package: str
    every: tuple[Version, ...]
    beside: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()

    @property
    def newest(self) -> Version:
        """The one that `flowc verify` makes an environment of."""
        return self.every[0]

    def named(self, name: str) -> Version:
        """The version of that name; KeyError if there is none."""
        return {version.name: version for version in self.every}[name]

    def locked(self, version: Version) -> tuple[str, ...]:
        """The requirements that its lock is resolved from."""
        beside = (each.format(version=version.name) for each in self.beside)
        return (f"{self.package}=={version.name}", *beside, *self.pins, *version.pins)

    def lacking(self, program: Program) -> dict[str, str]:
        """The versions that a program's project does not run on, and why."""
        uses = [(graph, use) for graph in program.graphs for use in uses_of(graph)]
        found = ((each.name, next(filter(None, (each.lacks(*use) for use in uses)), None)) for each in self.every)
        return {name: why for name, why in found if why}

    def requirements(self, program: Program) -> tuple[str, ...]:
        """What a program's project asks for: all minors from the oldest that it runs on to the newest, and the pins."""
        lacking = self.lacking(program)
        oldest = [version.name for version in self.every if version.name not in lacking][-1]
        major, minor = self.newest.minor.split(".")
        return (f"{self.package}>={oldest},<{major}.{int(minor) + 1}", *self.pins)

    def __str__(self) -> str:
        """`3.0 to 3.3`."""
        ends = dict.fromkeys((self.every[-1].minor, self.newest.minor))
        return " to ".join(ends)
