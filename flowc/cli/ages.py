"""How old and how large: an age as `--older` is given one, and bytes as people read them."""

from __future__ import annotations

from datetime import timedelta

import click


def age(said: str) -> timedelta:
    """The duration behind `--older`; the usage is wrong where it is none."""
    from flowc.runtime.reading import parse

    try:
        return parse(said, "duration")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--older") from error


def size_text(count: int) -> str:
    """`512 B`, `3.4 KiB`, `1.0 MiB`."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KiB" if count < 1024**2 else f"{count / 1024**2:.1f} MiB"
