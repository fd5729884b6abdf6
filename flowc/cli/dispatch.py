"""From words to a command, and from whatever happens there to an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from flowc.cli import COMMANDS

_INTERRUPTED = 130


class _Commands(click.Group):
    """The commands of the table, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"flowc.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from flowc.diagnostics.suggest import closest

            near = closest(args[0], COMMANDS)
            hint = f" Did you mean `{near}`?" if near else f" There are {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


_GROUP = _Commands("flowc", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})


def dispatch(words: Sequence[str]) -> int:
    """Run a command; never raises."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 is no bug of ours
    try:
        code = _GROUP.main(list(words), prog_name="flowc", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:  # wrong usage is 2, what went wrong otherwise 1
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        # Who read our output has gone (`flowc explain | head`); Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _failed(error, words)
    return code if isinstance(code, int) else 0


def _failed(error: Exception, words: Sequence[str]) -> int:
    """What another package did wrong is told in its own words; all else is a bug of ours."""
    from flowc.cli.crash import report
    from flowc.target.registry import PluginError

    if isinstance(error, PluginError):
        click.ClickException(str(error)).show()
        return 1
    return report(error, words)
