"""What the user chose by name: a target, a flow. A name that is none is wrong usage, with the nearest one that is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from attrs import evolve

from flowc.diagnostics.suggest import closest
from flowc.ir.actions import RunFlow

if TYPE_CHECKING:
    from flowc.compiler import Division
    from flowc.ir.graph import Program
    from flowc.target.contract import AnyTarget


def target_named(name: str) -> AnyTarget:
    """The target. Raises click.UsageError for a name that is none, click.ClickException for a broken package."""
    from flowc.target.registry import PluginError, target, target_names

    try:
        if name not in target_names():
            raise click.UsageError(f"There is no target `{name}`. {_hint(name, target_names())}")
        return target(name)
    except PluginError as error:
        raise click.ClickException(str(error)) from error


def flow_named(names: Sequence[str], name: str | None) -> str:
    """The flow that is meant, of those of a file: the only one, or `name`. Raises click.UsageError if there is none."""
    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        raise click.UsageError(f"There are several flows: {', '.join(names)}. Choose one with --flow.")
    if name not in names:
        raise click.UsageError(f"There is no flow `{name}`. {_hint(name, names)}")
    return name


def only(program: Program, name: str) -> Program:
    """The flow and those that it runs, at any depth."""
    wanted, left = {name}, [name]
    while left:
        actions = [node.action for node in program.graph(left.pop()).nodes]
        found = {action.flow for action in actions if isinstance(action, RunFlow)} - wanted
        wanted |= found
        left += found
    return evolve(program, graphs=tuple(graph for graph in program.graphs if graph.name in wanted))


def in_parts(program: Program, target: AnyTarget, most: int | None) -> Program:
    """The program with its large flows split as the target likes it, or into parts of `most` tasks at most.

    What is split is told, and what stays whole though it is large.
    """
    from flowc import compiler
    from flowc.ir.features import Feature
    from flowc.target.contract import Refused

    allowed = most or target.most_tasks or sys.maxsize
    if most is None and isinstance(target.answer(Feature.split), Refused):
        return program

    def tell(found: Division) -> None:
        option = f" --split {allowed}" if most else f" --target {target.name}"
        said = f"split into {len(found.parts)} parts, which `flowc graph{option}` shows"
        sys.stderr.write(f"{found.flow}: {said if found.parts else f'stays whole: {found.why}'}\n")

    return compiler.in_parts(program, allowed, nests=target.nests, tell=tell)


def _hint(name: str, known: Sequence[str]) -> str:
    near = closest(name, known)
    return f"Did you mean `{near}`?" if near else f"Known: {', '.join(known)}."
