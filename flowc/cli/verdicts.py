"""What `flowc verify` says when all have run: the trace that they share, or where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flowc.ir.graph import Graph
    from flowc.verify import Answer


def tell(native: Answer, others: Sequence[Answer], graph: Graph, refusing: Sequence[str]) -> bool:
    """Say it, and whether all of them agree."""
    if native.problem is not None:
        click.echo(f"native: no trace: {native.problem}", err=True)
        return False
    agree = [each for each in others if _agrees(native, each, graph)]
    is_agreed = len(agree) == len(others) and not native.broken
    for fact in native.broken:
        click.echo(f"native: {fact}")
    if is_agreed:
        click.echo("\n".join(native.lines))
    said = [f"{', '.join(each.engine for each in (native, *agree))} agree"] if agree else []
    others_said = {"differs": [each.engine for each in others if each not in agree], "refuses it": list(refusing)}
    said += [f"{', '.join(names)} {what}" for what, names in others_said.items() if names]
    click.echo(f"\n{'; '.join(said)}", err=True)
    return is_agreed


def _agrees(native: Answer, other: Answer, graph: Graph) -> bool:
    from flowc.verify import differences

    if other.problem is not None:
        click.echo(f"{other.engine}: no trace: {other.problem}", err=True)
        return False
    found = differences(native.lines, other.lines, graph)
    for each in found:
        where = f"{each.origin.path}:{each.origin.line}: " if each.origin else ""
        click.echo(f"{where}{each.name}")
        click.echo(f"  native   {each.first or '(not in the trace)'}")
        click.echo(f"  {other.engine:<8} {each.second or '(not in the trace)'}")
    for fact in other.broken:
        click.echo(f"{other.engine}: {fact}")
    return not found and not other.broken
