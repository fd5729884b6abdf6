"""Paths as one would type them here."""

from __future__ import annotations

from pathlib import Path


def shown(path: Path) -> str:
    """Relative to the current folder where it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def state_folder(place: Path) -> Path:
    """Where the records of the project of a file or folder are; UsageError where that is not there."""
    import click

    if not place.exists():
        raise click.UsageError(f"{place}: there is no such file or folder")
    start = (place if place.is_dir() else place.parent).resolve()
    roots = [folder for folder in (start, *start.parents) if (folder / "flow.toml").is_file()]
    return (roots[0] if roots else start) / ".flowc"
