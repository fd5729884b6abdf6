"""`flowc fmt`: one style, no options."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from attrs import frozen

from flowc.cli import report
from flowc.cli.inputs import flow_files, only_stdin, read_stdin
from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.reading import read_source
from flowc.source import Source


@click.command("fmt")
@click.argument("paths", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change, and exit with 1.")
def command(paths: Sequence[str], check: bool, diff: bool) -> int:
    """Format .flow files.

    PATHS are files or folders, the current folder if there are none; `-` formats standard input to standard output.
    A file that cannot be read as flow is reported and left alone.
    """
    paths = paths or (".",)
    problems = Problems()
    if only_stdin(paths):
        source = read_stdin(problems)
        found = _formatted(source, problems) if source else None
        return _finish([found] if found else [], problems, check=check, diff=diff, to_stdout=True)
    files = list(_all_formatted(flow_files(paths), problems))
    return _finish(files, problems, check=check, diff=diff, to_stdout=False)


@frozen
class _Formatted:
    path: Path
    source: Source
    text: str
    is_same: bool


def _all_formatted(paths: Sequence[Path], problems: Problems) -> Iterator[_Formatted]:
    for path in paths:
        source = read_source(path, problems)
        found = _formatted(source, problems, path) if source else None
        if found:
            yield found


def _formatted(source: Source, problems: Problems, path: Path = Path("-")) -> _Formatted | None:
    """The file as it should be; None if it has errors, which are reported."""
    from flowc.syntax.format import format_file
    from flowc.syntax.parse import parse

    file, found = parse(source)
    errors = [diagnostic for diagnostic in found if _hinders(diagnostic)]
    if errors:
        problems.extend(errors)
        return None
    text = format_file(file, source)
    is_same = path.read_bytes() == text.encode() if path != Path("-") else text == source.text
    return _Formatted(path, source, text, is_same)


def _hinders(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR


def _finish(files: Sequence[_Formatted], problems: Problems, *, check: bool, diff: bool, to_stdout: bool) -> int:
    report.show(problems.sorted())
    changed = [file for file in files if not file.is_same]
    if diff:
        sys.stdout.write("".join(map(_diff, changed)))
    elif not check:
        for file in files if to_stdout else changed:
            if to_stdout:
                sys.stdout.write(file.text)
            else:
                _write(file.path, file.text)
    if not to_stdout and not diff:
        verb = "would change" if check else "formatted"
        click.echo("".join(f"{verb} {file.path}\n" for file in changed), nl=False, err=True)
        if changed or not problems.has_errors:
            click.echo(f"{len(changed)} of {len(files)} files {verb}" if changed else "nothing to change", err=True)
    return int(problems.has_errors or bool((check or diff) and changed))


def _diff(file: _Formatted) -> str:
    from difflib import unified_diff

    old, new = (text.splitlines(keepends=True) for text in (file.source.text, file.text))
    lines = unified_diff(old, new, file.source.path, f"{file.source.path} (formatted)")
    # A last line without its newline must not run into the next header.
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _write(path: Path, text: str) -> None:
    """Replace the file whole or not at all, with the permissions that it has; a symbolic link stays one."""
    path = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".flowc-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            shutil.copymode(path, name)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error
