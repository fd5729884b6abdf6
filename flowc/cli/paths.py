"""Paths as one would type them here."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen


def shown(path: Path) -> str:
    """Relative to the current folder where it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@frozen
class State:
    """Where records are kept: a folder, and the address of the database that has the register, if one has it."""

    folder: Path
    database: str | None = None


def state_of(said: str | None, root: Path) -> State:
    """What `--state` says: a folder, or a database, with the journals in the project; else the project's own."""
    import click

    if said is None:
        return State(root / ".flowc")
    kind, mark, _ = said.partition("://")
    if not mark:
        return State(Path(said).absolute())
    if kind not in ("postgresql", "postgres"):
        raise click.UsageError(f"--state takes a folder or a postgresql:// URL; of {kind}:// nothing is known.")
    return State(root / ".flowc", said)


def state_folder(place: Path, said: str | None = None) -> Path:
    """Where the records of the project of a file or folder are; UsageError where that is not there."""
    import click

    if said is not None and "://" not in said and not Path(said).is_dir():
        raise click.UsageError(f"--state {said}: there is no such folder")
    if not place.exists():
        raise click.UsageError(f"{place}: there is no such file or folder")
    start = (place if place.is_dir() else place.parent).resolve()
    roots = [folder for folder in (start, *start.parents) if (folder / "flow.toml").is_file()]
    return state_of(said, roots[0] if roots else start).folder
