"""`flowc verify`: show that engines agree on a flow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import report
from flowc.cli.choosing import flow_named, only, target_named
from flowc.cli.compiling import compile_one, judged
from flowc.cli.given import Instant, params_from, params_given
from flowc.diagnostics.codes import Severity

if TYPE_CHECKING:
    from flowc.ir.graph import Graph
    from flowc.verify import Answer


@click.command("verify")
@click.argument("path", metavar="FILE")
@click.option("--flow", metavar="NAME", help="Which flow, if the file has several.")
@click.option("--target", "targets", multiple=True, metavar="T", help="An engine to compare with; else airflow.")
@click.option("--engine", "engines", multiple=True, metavar="T=PATH", help="A virtual environment that has the engine.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A param, read by its type.")
@click.option("--params-file", type=click.Path(path_type=Path), metavar="FILE", help="Params as JSON or TOML.")
@click.option("--at", type=Instant(), help="The instant that the run stands for; else now.")
@click.option("--profile", metavar="P", help="Run with the settings of this profile.")
def command(
    path: str,
    flow: str | None,
    targets: Sequence[str],
    engines: Sequence[str],
    params: Sequence[str],
    params_file: Path | None,
    at: datetime | None,
    profile: str | None,
) -> int:
    """Show that engines agree on a flow.

    Builds the flow, runs it natively and on each engine in copies of its folder, and compares the traces that are read
    from the engines' own records. Exit code 0: they agree.
    """
    given = _given(engines)
    names = list(dict.fromkeys([*targets, *given])) or ["airflow"]
    texts, values = params_given(params), params_from(params_file)
    compilation = compile_one(path, profile=profile, flow=flow)
    if compilation.program is None:
        return report.exit_code(compilation.diagnostics)
    name = flow_named(compilation.mains, flow)
    program = only(compilation.program, name)
    for target in ("native", *names):
        target_named(target)
        found = judged(program, target)
        report.show([diagnostic for diagnostic in found if diagnostic.severity is not Severity.INFO])
        if report.exit_code(found):
            return 1
    from flowc.cli.native import flow_params
    from flowc.verify import Request, Unavailable, environment, verify

    try:
        pythons = {
            target: environment(target, given.get(target), say=lambda text: click.echo(text, err=True))
            for target in names
            if target != "native"
        }
    except Unavailable as error:
        raise click.ClickException(str(error)) from error
    request = Request(program, name, Path(program.root), {**values, **flow_params(program, name, texts)}, at)
    return _tell(verify(request, pythons), program.graph(name))


def _given(engines: Sequence[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for each in engines:
        name, equals, place = each.partition("=")
        if not equals or not place:
            raise click.UsageError(f"--engine is NAME=PATH, not `{each}`.")
        found[name] = Path(place)
    return found


def _tell(answers: Sequence[Answer], graph: Graph) -> int:
    from flowc.verify import differences

    native, *others = answers
    failed = [answer for answer in answers if answer.problem is not None]
    for answer in failed:
        click.echo(f"{answer.engine}: no trace: {answer.problem}", err=True)
    if failed:
        return 1
    differ = False
    for other in others:
        found = differences(native.lines, other.lines, graph)
        differ = differ or bool(found)
        for each in found:
            where = f"{each.origin.path}:{each.origin.line}: " if each.origin else ""
            click.echo(f"{where}{each.name}")
            click.echo(f"  native   {each.first or '(not in the trace)'}")
            click.echo(f"  {other.engine:<8} {each.second or '(not in the trace)'}")
    if differ:
        return 1
    click.echo("\n".join(native.lines))
    click.echo(f"\n{', '.join(answer.engine for answer in answers)} agree", err=True)
    return 0
