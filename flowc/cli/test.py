"""`flowc test`: the tests of flows, and what does not hold."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from flowc.cli import report
from flowc.cli.compiling import compile_files
from flowc.cli.inputs import flow_files
from flowc.diagnostics.codes import Severity
from flowc.diagnostics.model import Diagnostic, Problems
from flowc.diagnostics.reading import read_source
from flowc.diagnostics.render import render

if TYPE_CHECKING:
    from flowc.testing.loading import Loaded
    from flowc.testing.report import Report

Form = Literal["terminal", "oneline", "json"]
_COLOURS = {"passed": "green", "failed": "red", "error": "red"}


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option("-k", "text", metavar="TEXT", help="Only tests with this text in their title, or in their flow's name.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit's XML too.")
@click.option("--format", "form", type=click.Choice(get_args(Form)), default="terminal", help="How to print it.")
@click.option("--profile", metavar="P", help="Test with the settings of this profile.")
def command(paths: Sequence[str], text: str | None, junit: Path | None, form: Form, profile: str | None) -> int:
    """Run the tests of flows. No task does anything in them, and no time passes.

    PATHS are files or folders, the current folder if there are none.
    """
    began = time.perf_counter()
    files = flow_files(paths or (".",))
    loaded, broken = _loaded(files, profile)
    chosen = [_chosen(each, text) for each in loaded]
    if text and not broken and not any(each.tests for each in chosen):
        raise click.UsageError(f"-k {text}: no test has that in its title, or in its flow's name.")
    reports: list[Report] = []
    if form == "terminal" and broken:
        report.show(broken, "terminal", stream=sys.stdout)
    elif form == "oneline":
        sys.stdout.write(render(broken, "oneline"))
    for each in _run(chosen):
        reports.append(each)
        if form == "terminal":
            _print(each)
        elif form == "oneline":
            sys.stdout.write(f"{each.test.at}: {each.outcome}: {each.test.title}\n")
            sys.stdout.write(render(each.diagnostics, "oneline"))
    if form == "json":
        sys.stdout.write(_json(reports, broken))
    elif form == "terminal":
        _print_end(reports, broken, len(files), time.perf_counter() - began)
    if junit is not None:
        _write_junit(junit, reports, broken)
    return int(bool(broken) or any(each.outcome != "passed" for each in reports))


def _loaded(files: Sequence[Path], profile: str | None) -> tuple[list[Loaded], list[Diagnostic]]:
    """The tests of the files, by project, and the errors for which there are none."""
    from flowc.testing.loading import load
    from flowc.testing.words import may_have_tests

    problems = Problems()
    wanted: list[Path] = []
    for path in files:
        source = read_source(path, problems)
        if source is not None and may_have_tests(source.text):
            wanted.append(path)
    compiled = compile_files(wanted, profile=profile)
    problems.extend(compiled.diagnostics)
    grave = [each for each in problems.sorted() if each.severity is Severity.ERROR]
    return [load(each) for each in compiled.compilations], grave


def _chosen(loaded: Loaded, text: str | None) -> Loaded:
    from attrs import evolve

    wanted = (text or "").casefold()
    tests = [each for each in loaded.tests if wanted in each.title.casefold() or wanted in each.flow.casefold()]
    return evolve(loaded, tests=tuple(tests))


def _run(chosen: Sequence[Loaded]) -> Iterator[Report]:
    from flowc.testing.trial import run_tests

    for each in chosen:
        yield from run_tests(each)


def _print(each: Report) -> None:
    colour = report.wants_colour(sys.stdout)
    word = "ok" if each.outcome == "passed" else each.outcome
    shown = click.style(f"{word:<6}", fg=_COLOURS[each.outcome]) if colour else f"{word:<6}"
    place = f"{each.test.at.source.path}:{each.test.at.line}"
    sys.stdout.write(f"{shown}  {place}  {each.test.title}\n")
    if each.diagnostics:
        sys.stdout.write("\n" + render(each.diagnostics, "terminal", colour=colour) + "\n")
    sys.stdout.flush()


def _print_end(reports: Sequence[Report], broken: Sequence[Diagnostic], files: int, seconds: float) -> None:
    if broken:
        sys.stdout.write("\n" + report.summary(broken, files) + "\n")
    counts = Counter(each.outcome for each in reports)
    words = {"passed": "passed", "failed": "failed", "error": "not set up"}
    said = [f"{counts[each]:,} {word}" for each, word in words.items() if counts[each]]
    if said:
        sys.stdout.write(f"{', '.join(said)} in {seconds:.2f}s\n")
    elif not broken:
        sys.stdout.write(f"no test in {report.counted(files, 'file')}\n")


def _json(reports: Sequence[Report], broken: Sequence[Diagnostic]) -> str:
    tests = [
        {
            "title": each.test.title,
            "flow": each.test.flow,
            "file": each.test.at.source.path,
            "line": each.test.at.line,
            "outcome": each.outcome,
            "seconds": round(each.seconds, 6),
            "diagnostics": _entries(each.diagnostics),
            "trace": list(each.trace),
        }
        for each in reports
    ]
    found = {"tests": tests, "diagnostics": _entries(broken)}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _entries(found: Sequence[Diagnostic]) -> list[object]:
    """As `flowc check --format json` has them."""
    return json.loads(render(found, "json"))["diagnostics"]


def _write_junit(path: Path, reports: Sequence[Report], broken: Sequence[Diagnostic]) -> None:
    from flowc.testing.junit import junit

    try:
        path.write_bytes(junit(reports, broken))
    except OSError as error:
        raise click.ClickException(f"--junit {path}: {(error.strerror or str(error)).lower()}") from error
