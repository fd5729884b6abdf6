"""`flowc serve`: run flows when they are due, and answer over HTTP and on a web page."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from flowc.cli.compiling import compile_one, run_natively
from flowc.cli.given import executor_options
from flowc.cli.paths import state_of

if TYPE_CHECKING:
    from flowc.cli.native import Workforce
    from flowc.runtime.engine import Listener
    from flowc.serve.loading import Loaded, Project
    from flowc.serve.server import Server

_EXTRA = ("fastapi", "uvicorn")


@click.command("serve")
@click.argument("path", metavar="[FILE|DIR]", default=".")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8730, show_default=True, help="0 for any that is free.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which this server may be called.")
@click.option("--state", metavar="DIR|URL", help="Where state is kept [.flowc]; a postgresql:// URL for the register.")
@click.option("--token-file", type=click.Path(path_type=Path), metavar="F", help="Where the token is [serve.token].")
@click.option("--profile", metavar="P", help="Run with the settings of this profile.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Tasks at once; else one for each core.")
@executor_options
@click.option("--grace", type=click.FloatRange(min=0), default=30.0, show_default=True, metavar="SECONDS",
              help="How long runs may go on when it stops; those that are cut go on at the next start.")  # fmt: skip
@click.option("--watch/--no-watch", default=True, show_default=True, help="Load files anew once they have changed.")
def command(
    path: str,
    host: str,
    port: int,
    names: Sequence[str],
    state: str | None,
    token_file: Path | None,
    profile: str | None,
    jobs: int | None,
    executor: str,
    store: str | None,
    grace: float,
    watch: bool,
) -> int:
    """Run flows when they are due, and answer over HTTP and on a web page.

    All flows of a file or of a project. State, logs and the token are kept under .flowc beside it. After a crash the
    next start goes on with what was going on. Files that change are loaded anew, at SIGHUP too; with a mistake in them
    the flows stay as they were.
    """
    if missing := [name for name in _EXTRA if find_spec(name) is None]:
        raise click.ClickException(f"`flowc serve` needs {' and '.join(missing)}: pip install 'flowc[serve]'")
    began = time.time()
    program = compile_one(path, profile=profile).program
    if program is None:
        return 1
    run_natively(program)
    from flowc.cli.loading import is_unchanged, loaded_of, project_of
    from flowc.cli.native import Workforce, heard
    from flowc.runtime.errors import UsageError

    root = Path(program.root)
    project = project_of(path, profile=profile, root=root)
    try:
        workforce = Workforce(jobs, executor, store)
        settings = _Settings(root, host, port, frozenset({*names, host}), state, token_file, workforce, grace, watch)
        with heard(None) as hear:
            return _serve(project, loaded_of(program), settings, hear=hear, current=is_unchanged(root, began))
    except UsageError as error:
        raise click.ClickException(str(error)) from error


@frozen
class _Settings:
    root: Path
    host: str
    port: int
    names: frozenset[str]
    state: str | None
    token_file: Path | None
    workforce: Workforce
    grace: float
    watch: bool


def _serve(project: Project, loaded: Loaded, given: _Settings, *, hear: Listener | None, current: bool) -> int:
    from flowc.serve import listen
    from flowc.serve.app import app_of
    from flowc.serve.loading import Loading
    from flowc.serve.server import Server
    from flowc.serve.token import token_of

    state = state_of(given.state, given.root)
    token = token_of(given.token_file or state.folder / "serve.token")
    listener = listen.Listener(given.host, given.port)
    server = Server(
        loaded.flows,
        root=given.root,
        state=state.folder,
        database=state.database,
        **given.workforce.options,
        broke=lambda error: listener.stop(),
        tell=_say,
        listener=hear,
    )
    loading = server.loading = Loading(project, server, loaded, _say, current=current)
    left = server.start()
    if left:
        click.echo(f"going on with {left} runs")
    loading.start(watch=given.watch)
    try:
        app = app_of(server, token, given.names)
        listener.serve(app, lambda host, port: _tell(host, port, token), again=loading.ask)
    finally:
        loading.stop()
        _stop(server, given.grace)
    if server.loop.error is not None:
        raise click.ClickException(f"stopped: {server.loop.error}; nothing is lost, the next start goes on")
    return 0


def _tell(host: str, port: int, token: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    _say(f"flowc serve: http://{shown}:{port}/#token={token}")


def _say(said: str) -> None:
    click.echo(said)
    sys.stdout.flush()


def _stop(server: Server, grace: float) -> None:
    if not server.stop(grace) and server.loop.error is None:
        click.echo("some runs were cut: they go on at the next start", err=True)
