"""`flowc runs`: what ran here, from the journals under `.flowc`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from flowc.cli.given import state_option
from flowc.cli.paths import shown, state_folder, state_of
from flowc.cli.progress.live import duration
from flowc.cli.report import columns
from flowc.runtime.journal import read
from flowc.runtime.launch import claim

Record = dict[str, Any]


@click.group("runs", invoke_without_command=True)
@click.option("--in", "place", default=".", metavar="PATH", help="A file or folder of the project [.].")
@state_option
@click.pass_context
def command(ctx: click.Context, place: str, state: str | None) -> int:
    """Look at past runs; without a command, list them."""
    ctx.obj = state_folder(Path(place), state) / "runs"
    return _list(ctx.obj) if ctx.invoked_subcommand is None else 0


@command.command("list")
@click.pass_obj
def list_(folder: Path) -> int:
    """List the runs, the latest first."""
    return _list(folder)


@command.command()
@click.argument("identity", metavar="ID")
@click.option("--trace", is_flag=True, help="The normal trace alone.")
@click.option("--json", "as_json", is_flag=True, help="The journal, one JSON object a line.")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page for a browser: all in one file."
)
@click.pass_obj
def show(folder: Path, identity: str, trace: bool, as_json: bool, html: Path | None) -> int:
    """Show a run: its params, what became of each task, where its output is. The beginning of ID will do."""
    if trace + as_json + (html is not None) > 1:
        raise click.UsageError("--trace, --json and --html exclude each other.")
    run = _run_named(folder, identity)
    if html is not None:
        _write_page(run, html)
    elif as_json:
        click.echo("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in run.records), nl=False)
    else:
        from flowc.runtime.parts import normal

        lines = normal(run.folder)
        click.echo("\n".join(lines if trace else [*_head(run), "", *lines, *_tail(run)]))
    return 0


@command.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the seconds of each task.")
@click.pass_obj
def diff(folder: Path, before: str, after: str, as_json: bool) -> int:
    """Say what differs between two runs of a flow: outcomes, attempts, values, and what took much longer or less long.

    Ends with 1 where one of the first three differs. The beginnings of the ids will do.
    """
    from flowc.cli.compared import compare

    runs = _run_named(folder, before), _run_named(folder, after)
    flows = [str(run.first["flow"]) for run in runs]
    if flows[0] != flows[1]:
        raise click.UsageError(f"these are runs of two flows, {flows[0]} and {flows[1]}")
    found = compare(*(run.folder for run in runs))
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else "\n".join(found.as_text()))
    return 0 if found.is_same else 1


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def audit(folder: Path, as_json: bool) -> int:
    """List who started runs, went on with them or answered them: when, with which params, from which source."""
    from flowc.history.audit import deeds

    found = deeds(folder)
    if as_json:
        click.echo("".join(json.dumps(deed.as_json(), ensure_ascii=False) + "\n" for deed in found), nl=False)
        return 0
    rows = [
        (
            _moment(deed.time),
            deed.by or "",
            deed.what,
            deed.flow,
            deed.run,
            _source(deed.source, deed.digest),
            deed.about,
        )
        for deed in found
    ]
    click.echo(columns([("when", "who", "what", "flow", "run", "source", ""), *rows]))
    return 0


@command.command()
@click.option("--older", required=True, metavar="DURATION", help="Those that ended longer ago: 12h, 30d.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would go, and leave it.")
@click.pass_context
def prune(ctx: click.Context, older: str, is_dry: bool) -> int:
    """Remove what past runs have left: journals and logs.

    Kept are runs that are not at their end, and those that did not succeed and that a backfill, a schedule or an event
    has asked for, with what they have started: who asks again goes on with them. That a run was asked for stays known,
    so what has succeeded does not run again.
    """
    from flowc.cli.ages import age, size_text
    from flowc.history.pruning import prune as pruned

    folder: Path = ctx.obj
    said = ctx.parent.params["state"] if ctx.parent else None
    database = state_of(said, folder.parent).database
    before = (datetime.now(UTC) - age(older)).timestamp()
    found = pruned(folder.parent, before, database=database, is_dry=is_dry)
    for identity in found.runs if is_dry else ():
        click.echo(identity)
    what = f"{len(found.runs)} run{'s' * (len(found.runs) != 1)}, {size_text(found.size)}"
    click.echo(f"{'would remove' if is_dry else 'removed'} {what}")
    for reason, count in sorted(found.kept.items()):
        click.echo(f"kept {count} {reason}")
    return 0


@command.command()
@click.argument("identity", metavar="ID")
@click.argument("task", required=False)
@click.option("--no", "refuses", is_flag=True, help="Say no: the task fails.")
@click.option("--as", "name", metavar="NAME", default=getuser, help="Who answers [the user of this machine].")
@click.pass_obj
def approve(folder: Path, identity: str, task: str | None, refuses: bool, name: str) -> int:
    """Say yes to a run that waits for an approval. The beginning of ID will do; TASK where it asks several things."""
    from flowc.runtime.approvals import Answer, answer_one
    from flowc.runtime.errors import UsageError

    try:
        question = answer_one(_run_named(folder, identity).folder, task, Answer(not refuses, name))
    except UsageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{'no' if refuses else 'yes'} to {question.name}: {question.text}")
    return 0


@frozen
class Past:
    """A run as its journal tells it."""

    folder: Path
    records: Sequence[Record]

    @property
    def first(self) -> Record:
        return self.records[0]

    @property
    def outcome(self) -> str:
        """How it ended; `running` while a process works on it, `unfinished` where one was cut short."""
        if self.records[-1]["event"] == "finish":
            return str(self.records[-1]["outcome"])
        lock = claim(self.folder)
        if lock is None:
            return "running"
        import os

        os.close(lock)
        return "unfinished"

    @property
    def seconds(self) -> float:
        return float(self.records[-1]["time"] - self.first["time"])


def _past(folder: Path) -> list[Past]:
    """The runs, the latest first; one that was cut short before its first record left nothing to tell."""
    found = [Past(journal.parent, list(read(journal))) for journal in folder.glob("*/journal")]
    return sorted((run for run in found if run.records), key=lambda run: float(run.first["time"]), reverse=True)


def _run_named(folder: Path, identity: str) -> Past:
    found = [run for run in _past(folder) if run.folder.name.startswith(identity)]
    exact = [run for run in found if run.folder.name == identity]
    if len(exact or found) != 1:
        which = "several runs begin" if found else "no run begins"
        raise click.ClickException(f"{which} with `{identity}`; `flowc runs` lists them")
    return (exact or found)[0]


def _list(folder: Path) -> int:
    rows = [
        (run.folder.name, str(run.first["flow"]), run.outcome, duration(run.seconds), str(run.first["at"]))
        for run in _past(folder)
    ]
    if not rows:
        click.echo(f"nothing ran here yet ({folder})")
        return 0
    click.echo(columns([("run", "flow", "outcome", "took", "at"), *rows]))
    return 0


def _write_page(run: Past, html: Path) -> None:
    from flowc.history.page import page

    try:
        html.write_text(page(run.folder), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {html}: {error.strerror}") from error
    click.echo(f"{shown(html)}: {run.first['flow']} {run.folder.name}")


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def _source(source: str | None, digest: str | None) -> str:
    return f"{source} ({digest})" if source else ""


def _head(run: Past) -> Iterator[str]:
    first = run.first
    yield f"{first['flow']}  {run.outcome}  after {duration(run.seconds)}"
    yield f"run      {run.folder.name}{' of ' + first['parent'] if first.get('parent') else ''}"
    yield f"at       {first['at']}  ({first['trigger']})"
    yield f"began    {_moment(first['time'])} UTC{' by ' + first['by'] if 'by' in first else ''}"
    if first.get("source"):
        yield f"source   {_source(first['source'], first['digest'])}"
    for name, value in first["params"].items():
        yield f"param    {name} = {json.dumps(value, ensure_ascii=False)}"


def _tail(run: Past) -> Iterator[str]:
    from flowc.runtime.approvals import open_questions

    if run.outcome == "running" and (asked := open_questions(run.records)):
        yield ""
        yield from (f"{question.name} asks: {question.text}" for question in asked)
    failed = {record["task"]: record for record in run.records if record["event"] == "end" and record.get("message")}
    if failed:
        yield ""
    for record in failed.values():
        index = f"[{','.join(map(str, record['index']))}]" if record["index"] else ""
        yield f"{record['task']}{index}: {record['message']}"
    logs = sorted((run.folder / "logs").glob("*.log"))
    if logs:
        yield ""
    yield from (f"printed  {shown(log)}" for log in logs)
