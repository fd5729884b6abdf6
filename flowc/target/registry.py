"""Which targets and kinds there are: our own, and those that installed packages bring by entry points.

A package offers a target with an entry point of the group `flowc.targets`, its name the target's, its object a
`Target`; a kind likewise with `flowc.kinds` and a `Kind`. A name twice is an error, never "last wins".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from flowc.kinds.base import Kind
from flowc.target.contract import AnyTarget, Target

TARGETS, KINDS = "flowc.targets", "flowc.kinds"


class PluginError(Exception):
    """A package that brings a target or a kind is broken, or two bring the same name. The text says which, and how."""


def target_names() -> tuple[str, ...]:
    """The names of all targets, without loading any."""
    return tuple(sorted({*_builtin(), *_offers(TARGETS)}))


def target(name: str) -> AnyTarget:
    """A target by its name; KeyError if there is none, PluginError if it cannot be had."""
    offers = _offers(TARGETS)
    if name in _builtin():
        if name in offers:
            raise PluginError(f"`{name}` is a target of ours, and {_whose(offers[name])} brings another one")
        return import_module(f"flowc_targets.{name}").TARGET
    found = _load(offers[name])
    if not isinstance(found, Target):
        raise PluginError(f"the target `{name}` of {_whose(offers[name])} is no Target, but {type(found).__name__}")
    if found.name != name:
        raise PluginError(f"{_whose(offers[name])} offers the target `{name}`, which calls itself `{found.name}`")
    return cast(AnyTarget, found)


def targets() -> Mapping[str, AnyTarget]:
    """All targets by name. Slow where many are installed: each is loaded."""
    return {name: target(name) for name in target_names()}


def package_of(name: str) -> str:
    """The package of a target, ours or another's: that of its room `lower`."""
    return target(name).lower.__module__.rpartition(".")[0]


def with_engines() -> tuple[str, ...]:
    """The names of the targets whose projects run on an engine that can be installed."""
    return tuple(name for name in target_names() if target(name).supported)


def outside_kinds(known: Iterable[str]) -> Mapping[str, Kind]:
    """The kinds that installed packages bring, by their words; `known` are ours."""
    offers, found = _offers(KINDS), dict[str, Kind]()
    for name, offer in offers.items():
        kind = _load(offer)
        if not isinstance(kind, Kind):
            raise PluginError(f"the kind `{name}` of {_whose(offer)} is no Kind, but {type(kind).__name__}")
        if name in known:
            raise PluginError(f"`{name}` is a kind of ours, and {_whose(offer)} brings another one")
        found[name] = kind
    return found


def _builtin() -> tuple[str, ...]:
    return tuple(import_module("flowc_targets").BUILTIN)


def _offers(group: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for offer in entry_points(group=group):
        other = found.setdefault(offer.name, offer)
        # The same package can be seen twice, through two entries of the path.
        if (other.value, _whose(other)) != (offer.value, _whose(offer)):
            raise PluginError(f"both {_whose(other)} and {_whose(offer)} bring `{offer.name}`")
    return dict(sorted(found.items()))


def _load(offer: EntryPoint) -> object:
    try:
        return offer.load()
    except Exception as error:  # whatever a stranger's module raises when it is imported
        raise PluginError(f"{_whose(offer)} does not load: {type(error).__name__}: {error}") from error


def _whose(offer: EntryPoint) -> str:
    return f"the package {offer.dist.name}" if offer.dist else f"`{offer.value}`"
