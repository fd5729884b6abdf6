"""`flowc check`: all that is wrong, in one pass."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from flowc.cli import report
from flowc.cli.compiling import compile_files
from flowc.cli.inputs import flow_files, only_stdin, read_stdin
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.render import FORMS, Form


@click.command("check")
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMS), default="terminal", help="How to print what is found.")
@click.option(
    "--target", "targets", multiple=True, metavar="T", help="Say what this target cannot do; else those of flow.toml."
)
@click.option("--profile", metavar="P", help="Check with the settings of this profile.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def command(paths: Sequence[str], form: Form, targets: Sequence[str], profile: str | None, strict: bool) -> int:
    """Say what is wrong in .flow files, and how to put it right.

    PATHS are files or folders, the current folder if there are none; `-` is standard input.
    """
    paths = paths or (".",)
    if only_stdin(paths):
        found, count = _check_stdin(), 1
    else:
        files = flow_files(paths)
        found, count = compile_files(files, profile=profile, targets=targets).diagnostics, len(files)
    report.show(found, form, stream=sys.stdout)
    if form == "terminal":
        click.echo(("\n" if found else "") + report.summary(found, count))
    return report.exit_code(found, strict=strict)


def _check_stdin() -> list[Diagnostic]:
    problems = Problems()
    source = read_stdin(problems)
    if source is None:
        return problems.sorted()
    from flowc.compiler import check_text

    return check_text(source.text, path=source.path)
