"""`flowc explain CODE`: the page of a message. Without a code, the list of all."""

from __future__ import annotations

import click

from flowc.diagnostics.codes import CODES
from flowc.diagnostics.explain import code_named, nearest, page, readable


@click.command("explain")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Explain a message, by its code (FLOW309, 309) or its name (optional-value-used).

    Without CODE, list all messages.
    """
    if code is None:
        click.echo("".join(f"{c.number}  {c.severity.value:<8} {c.slug}\n" for c in CODES.values()), nl=False)
        return 0
    found = code_named(code)
    if found is None:
        near = nearest(code)
        hint = f" Did you mean {near.number} {near.slug}?" if near else " `flowc explain` lists them all."
        raise click.UsageError(f"There is no message `{code}`.{hint}")
    text = page(found)
    if text is None:
        text = f"# {found.number} {found.slug}\n\nKept for a later version of flowc: nothing reports it yet.\n"
    click.echo(readable(text), nl=False)
    return 0
