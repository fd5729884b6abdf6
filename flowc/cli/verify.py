"""`flowc verify`: show that engines agree on a flow, and write down what was seen."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import report
from flowc.cli.choosing import flow_named, only, target_named
from flowc.cli.compiling import compile_one, judged
from flowc.cli.given import Instant, params_from, params_given
from flowc.cli.progress.steps import Steps
from flowc.diagnostics.codes import Severity

if TYPE_CHECKING:
    from flowc.ir.graph import Program
    from flowc.verify.certificate import Verified


@click.command("verify")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="Which flow, if the file has several.")
@click.option("--target", "targets", multiple=True, metavar="T", help="An engine to compare with; else all.")
@click.option("--engine", "engines", multiple=True, metavar="T=PATH", help="A virtual environment that has the engine.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A param, read by its type.")
@click.option("--params-file", type=click.Path(path_type=Path), metavar="FILE", help="Params as JSON or TOML.")
@click.option("--at", type=Instant(), help="The instant that the run stands for; else now.")
@click.option("--profile", metavar="P", help="Run with the settings of this profile.")
@click.option("--split", "most", type=click.IntRange(1), metavar="N", help="Run flows of more than N tasks in parts.")
@click.option(
    "--report",
    "place",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("build/verify.json"),
    metavar="FILE",
    help="Where the certificate is written; else build/verify.json.",
)
def command(
    path: str,
    flow: str | None,
    targets: Sequence[str],
    engines: Sequence[str],
    params: Sequence[str],
    params_file: Path | None,
    at: datetime | None,
    profile: str | None,
    most: int | None,
    place: Path,
) -> int:
    """Show that engines agree on a flow.

    Builds the flow, runs it natively and on each engine in copies of its folder, and compares the traces that are read
    from the engines' own records. Without --target that is every target that has an engine; an environment that is
    missing is made once. What was run and what came of it is written to a file, the certificate.

    Exit code 0: all that can run it agree. 1: they do not, one gave no trace, or one that was named cannot say it.
    """
    given = _given(engines)
    named = list(dict.fromkeys([*targets, *given]))
    names = _chosen(named)
    texts, values = params_given(params), params_from(params_file)
    compilation = compile_one(path, profile=profile, flow=flow)
    if compilation.program is None:
        return report.exit_code(compilation.diagnostics)
    name = flow_named(compilation.mains, flow)
    program = only(compilation.program, name)
    nested = None
    if most is not None:
        from flowc.compiler import in_parts

        program, nested = in_parts(program, most), in_parts(program, most, nests=True)
    refusing = _refusing(program, nested, ("native", *names))
    if "native" in refusing:
        return 1
    from flowc.cli.native import flow_params
    from flowc.cli.verdicts import tell
    from flowc.verify import Request
    from flowc.verify.certificate import as_text, certificate, is_certificate

    if place.exists() and not is_certificate(place):
        raise click.ClickException(f"{place} is no certificate of flowc's: nothing is run. Choose another --report.")
    at = at or datetime.now(UTC).replace(microsecond=0)
    request = Request(
        program, name, Path(program.root), {**values, **flow_params(program, name, texts)}, at, nested=nested
    )
    native, *others = _verified(request, {each: given.get(each) for each in names if each not in refusing})
    assert native.answer is not None
    told = tell(native.answer, [each.answer for each in others if each.answer], program.graph(name), refusing)
    if native.answer.problem is None:
        from flowc.cli.version import VERSION
        from flowc.verify.certificate import Verified

        seen = [*others, *(Verified(each) for each in refusing)]
        found = certificate(request, native, seen, compilation.sources.values(), flowc=VERSION)
        _write(place, as_text(found))
    return int(not told or not others or any(each in named for each in refusing))


def _given(engines: Sequence[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for each in engines:
        name, equals, place = each.partition("=")
        if not equals or not place:
            raise click.UsageError(f"--engine is NAME=PATH, not `{each}`.")
        found[name] = Path(place)
    return found


def _chosen(named: Sequence[str]) -> list[str]:
    """The targets to compare with: those that were named, else all that have an engine."""
    from flowc.target.registry import PluginError, with_engines

    for name in named:
        if not target_named(name).supported:
            raise click.UsageError(f"The target `{name}` has no engine to compare with: native is always compared.")
    try:
        return list(named or with_engines())
    except PluginError as error:
        raise click.ClickException(str(error)) from error


def _refusing(program: Program, nested: Program | None, names: Sequence[str]) -> list[str]:
    """The targets that cannot say the program; why is told."""
    refusing: list[str] = []
    for name in names:
        found = judged(nested if nested and target_named(name).nests else program, name)
        report.show([diagnostic for diagnostic in found if diagnostic.severity is not Severity.INFO])
        if report.exit_code(found):
            refusing.append(name)
    return refusing


def _verified(request: object, engines: Mapping[str, Path | None]) -> list[Verified]:
    """Make what environments are missing, and run the flow natively and on each engine."""
    import platform

    from flowc.target.registry import target
    from flowc.verify import Found, Missing, Request, Unavailable, look, make, verify, versions
    from flowc.verify.certificate import Verified

    assert isinstance(request, Request)
    steps = Steps(sys.stderr, is_live=report.wants_colour(sys.stderr) and sys.stderr.isatty())
    try:
        there = [look(name, place) for name, place in engines.items()]
        missing = [each for each in there if isinstance(each, Missing)]
        if missing:
            steps.say(f"{', '.join(each.engine for each in missing)}: environments are made first, once, in")
            steps.say(f"{missing[0].folder.parent}; with a good line that takes some two minutes for each")
        found: dict[str, Found] = {}
        for each in there:
            if isinstance(each, Missing):
                with steps.step(each.engine, f"installs up to {each.packages} packages", "is installed"):
                    found[each.engine] = make(each)
            else:
                found[each.engine] = each
        seen = {name: versions(each.python, _package(name)) for name, each in found.items()}
    except Unavailable as error:
        raise click.ClickException(str(error)) from error
    for name, told in seen.items():
        if note := _unshown(name, told[_package(name)], request.program):
            steps.say(f"{name:<{steps.wide}} {note}")
    of = {"native": f"on Python {platform.python_version()}"}
    of |= {name: f"on {target(name).engine} {told[_package(name)]}" for name, told in seen.items()}
    pythons = {name: each.python for name, each in found.items()}
    answers = verify(request, pythons, lambda name: steps.step(name, f"runs it {of[name]}", "ran"))
    seen["native"] = {"python": platform.python_version()}
    return [Verified(each.engine, each, seen[each.engine]) for each in answers]


def _unshown(name: str, version: str, program: Program) -> str | None:
    """What is to be known of a version: that nobody has seen it, or that the project asks for a newer one."""
    supported = target_named(name).supported
    assert supported, "only targets with engines are compared"
    if why := supported.lacking(program).get(version):
        return f"{version} is older than the project asks for: {why}"
    if version not in [each.name for each in supported.every]:
        return (
            f"{version} is no version that the stories were run on: {', '.join(each.name for each in supported.every)}"
        )
    return None


def _package(name: str) -> str:
    supported = target_named(name).supported
    assert supported, "only targets with engines are compared"
    return supported.package


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {place}: {error.strerror or error}") from error
    click.echo(f"wrote {place}", err=True)
