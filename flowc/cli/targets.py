"""`flowc targets`: what each target can do, feature by feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from flowc.cli.choosing import target_named

if TYPE_CHECKING:
    from flowc.target.contract import AnyTarget


@click.command("targets")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Say what each target can do.

    Without NAME, a table of all targets; with it, how that target does each thing, and what to write instead of what
    it refuses.
    """
    if name is not None:
        click.echo("\n".join(_details(target_named(name))))
        return 0
    from flowc.target.registry import target_names

    click.echo("\n".join(_matrix([target_named(each) for each in target_names()])))
    return 0


def _matrix(targets: Sequence[AnyTarget]) -> Iterator[str]:
    from flowc.target.report import matrix, word

    sections = matrix(targets)
    wide = max(len(row.feature.name) for section in sections for row in section.rows)
    yield f"{'':{wide}}  " + "  ".join(f"{target.name:<8}" for target in targets).rstrip()
    for section in sections:
        yield f"\n{section.name}"
        for row in section.rows:
            said = "  ".join(
                f"{word(answer):<{max(8, len(t.name))}}" for t, answer in zip(targets, row.answers, strict=True)
            )
            yield f"{row.feature.name:{wide}}  {said}  {row.feature.sentence}"
    yield "\n`flowc targets NAME` says how."


def _details(target: AnyTarget) -> Iterator[str]:
    from flowc.target.report import detail, matrix, word

    sections = matrix([target])
    wide = max(len(row.feature.name) for section in sections for row in section.rows)
    yield f"{target.name}: {target.engine} {target.versions}".rstrip()
    for section in sections:
        yield f"\n{section.name}"
        for row in section.rows:
            (answer,) = row.answers
            yield f"{row.feature.name:{wide}}  {word(answer):<8}  {detail(answer)}".rstrip()
    if target.words:
        yield f"\nwords of `target {target.name}`"
        yield from (f"{each.name:{wide}}  {each.type}  {each.doc}" for each in target.words)
