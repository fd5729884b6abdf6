"""What a run is given on the command line: params, a file of params, an instant."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import click

Command = Callable[..., Any]


def params_given(words: Sequence[str]) -> dict[str, str]:
    """`region=eu` as a name and a text. Raises click.UsageError for what is none, and for a name twice."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise click.UsageError(f"--param {word}: write it as NAME=VALUE.")
        if name in found:
            raise click.UsageError(f"--param {name} is given twice.")
        found[name] = value
    return found


def params_from(path: Path | None) -> dict[str, Any]:
    """The values of a JSON or a TOML file, by name. Raises click.UsageError for a file that holds no such thing."""
    if path is None:
        return {}
    from flowc.runtime.reading import read_json

    try:
        text = path.read_text("utf-8")
        found: object = tomllib.loads(text) if path.suffix == ".toml" else read_json(text)
    except OSError as error:
        raise click.UsageError(f"--params-file {path}: {(error.strerror or str(error)).lower()}.") from error
    except ValueError as error:
        raise click.UsageError(f"--params-file {path}: {error}.") from error
    if not isinstance(found, dict):
        raise click.UsageError(f"--params-file {path}: it must hold an object, a value for each name.")
    return cast(dict[str, Any], found)


class Instant(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] - generic since click 8.4 only
    """`2024-01-31T06:00Z`, or without a zone on the flow's own clocks."""

    name = "INSTANT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """A datetime, aware if a zone was given."""
        try:
            return self.read(value)
        except ValueError:
            self.fail(f"{value} is no instant; write it as 2024-01-31T06:00Z or 2024-01-31.", param, ctx)

    def read(self, said: str) -> datetime:
        """What a text says; ValueError where that is no instant."""
        from flowc.runtime.reading import read_datetime

        return read_datetime(said)


class LastInstant(Instant):
    """The end of a range that is in it: a date is all of its day."""

    def read(self, said: str) -> datetime:
        """The last instant of it."""
        from flowc.runtime.reading import read_last

        return read_last(said)


def executor_options(command: Command) -> Command:
    """What runs the attempts of tasks: an executor by its name, and where it puts what is large."""
    said = "What runs tasks: processes of this machine, dask, dask=ADDRESS, or what a package brings."
    executor = click.option("--executor", default="processes", metavar="NAME[=ARG]", show_default=True, help=said)
    store = click.option("--store", metavar="URL", help="Where an executor of several machines puts what is large.")
    return executor(store(command))


def state_option(command: Command) -> Command:
    """Where state is kept: for a run, a backfill and a server to know of each other, the same for all."""
    return click.option("--state", metavar="DIR|URL", help="Where state is kept [.flowc], as `flowc serve` is told.")(
        command
    )


class Json(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] - generic since click 8.4 only
    """A value as JSON."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        from flowc.runtime.reading import read_json

        try:
            return read_json(value)
        except ValueError as error:
            self.fail(f"this is no JSON: {error}", param, ctx)
