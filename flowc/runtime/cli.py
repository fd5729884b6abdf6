"""The command line of a native project: `python -m FLOW run`, `python -m FLOW runs`.

Exit codes: 0 where the run succeeded, 1 where it failed, 2 where it was asked for wrongly, 3 for a bug of ours.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from . import api
from .engine import Event
from .errors import StateError, UsageError
from .executor import DEFAULT
from .journal import read
from .kept import state
from .model import Flow
from .params import from_texts
from .parts import normal
from .reading import read_datetime, read_json, read_last


def main(flow: Flow, others: Iterable[Flow] = (), *, root: Path, arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; gives the exit code."""
    options = _parser(flow).parse_args(arguments)
    try:
        if options.command == "runs":
            return _runs(root / ".flowc" / "runs", options.id)
        if options.command == "approve":
            return _approve(root / ".flowc" / "runs", options)
        if options.command == "backfill":
            return _backfill(flow, list(others), root, options)
        return _run(flow, list(others), root, options)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 1 if isinstance(error, StateError) else 2
    except Exception:
        traceback.print_exc()
        return 3


def _parser(flow: Flow) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {flow.name}", description=flow.doc or None)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the flow here and now")
    run.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="a param, read by its type")
    run.add_argument("--at", metavar="INSTANT", help="the instant that the run stands for; else now")
    run.add_argument("--partition", metavar="START", help="the partition to work on; else the last that is over")
    run.add_argument("--event", metavar="JSON", help="the event that starts the run")
    run.add_argument("--resume", metavar="ID", help="go on with a run: what succeeded is kept")
    _workforce(run)
    shown = run.add_mutually_exclusive_group()
    shown.add_argument("--trace", action="store_true", help="print the run's normal trace alone")
    shown.add_argument("--json", action="store_true", help="print the run's events, one JSON object a line")
    again = commands.add_parser("backfill", help="run the flow for past partitions or instants, each once")
    again.add_argument("--from", dest="since", metavar="INSTANT", help="from when on; else from the first partition")
    again.add_argument("--to", dest="until", metavar="INSTANT", help="until when, a day whole; else until now")
    again.add_argument("--partition", action="append", default=[], metavar="START", help="this partition alone")
    again.add_argument("--parallel", type=_count, metavar="N", help="runs at once; else what the flow says, or 1")
    again.add_argument("--force", action="store_true", help="run again what succeeded, too")
    again.add_argument("--dry-run", action="store_true", help="say what would be run, and run nothing")
    again.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="a param, read by its type")
    _workforce(again)
    runs = commands.add_parser("runs", help="list the runs, or show one")
    runs.add_argument("id", nargs="?", help="the run to show")
    answer = commands.add_parser("approve", help="say yes to a run that waits for an approval")
    answer.add_argument("id", help="the run")
    answer.add_argument("task", nargs="?", help="the task, where the run asks several things")
    answer.add_argument("--no", action="store_true", help="say no: the task fails")
    answer.add_argument("--as", dest="name", metavar="NAME", help="who answers; else the user of this machine")
    return parser


def _workforce(command: argparse.ArgumentParser) -> None:
    command.add_argument("--jobs", type=_count, metavar="N", help="tasks at once; else one for each core")
    command.add_argument(
        "--executor", default=DEFAULT, metavar="NAME[=ARG]", help=f"what runs tasks: {DEFAULT}, dask, dask=ADDRESS"
    )
    command.add_argument("--store", metavar="URL", help="where an executor of several machines puts what is large")


def _options(options: argparse.Namespace) -> dict[str, Any]:
    return {"jobs": options.jobs, "executor": options.executor, "store": options.store}


def _count(said: str) -> int:
    if not said.isdigit() or not int(said):
        raise argparse.ArgumentTypeError(f"{said!r} is no number of tasks")
    return int(said)


def _run(flow: Flow, others: list[Flow], root: Path, options: argparse.Namespace) -> int:
    listener = None if options.trace else _print_json if options.json else _print_line
    if options.resume:
        if options.param or options.at or options.partition or options.event:
            raise UsageError("--resume goes on with what the run began with: its params, instant, partition and event")
        result = api.resume(options.resume, flow, root=root, flows=others, listener=listener, **_options(options))
    else:
        given = from_texts(flow, dict(_pair(said) for said in options.param))
        result = api.run(
            flow,
            given,
            at=_instant("--at", options.at),
            partition=options.partition,
            event=_event(options.event),
            root=root,
            flows=others,
            listener=listener,
            **_options(options),
        )
    if options.trace:
        sys.stdout.write("\n".join(result.trace) + "\n")
    return int(result.outcome != "succeeded")


def _backfill(flow: Flow, others: list[Flow], root: Path, options: argparse.Namespace) -> int:
    from .backfill import run
    from .pieces import Wanted

    since, until = _instant("--from", options.since), _instant("--to", options.until, read_last)
    wanted = Wanted(since, until, options.partition, options.parallel, options.force, options.dry_run)
    given = from_texts(flow, dict(_pair(said) for said in options.param))
    return run(flow, given, wanted, root=root, others=others, **_options(options))


def _approve(folder: Path, options: argparse.Namespace) -> int:
    from getpass import getuser

    from .approvals import Answer, answer_one

    if not (folder / options.id / "journal").exists():
        raise UsageError(f"there is no run {options.id} under {folder}")
    question = answer_one(folder / options.id, options.task, Answer(not options.no, options.name or getuser()))
    sys.stdout.write(f"{'no' if options.no else 'yes'} to {question.name}: {question.text}\n")
    return 0


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals:
        raise UsageError(f"--param takes NAME=VALUE, found {said!r}")
    return name, value


def _instant(option: str, said: str | None, read: Callable[[str], datetime] = read_datetime) -> datetime | None:
    try:
        return read(said) if said else None
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _event(said: str | None) -> Any:
    try:
        return None if said is None else read_json(said)
    except ValueError as error:
        raise UsageError(f"--event is no JSON: {error}") from None


def _print_json(event: Event) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print_line(event: Event) -> None:
    kind, name = event["event"], event.get("task", "")
    if kind in ("run", "resume"):
        said = f"{event['flow']}  {event['run']}" + (f"  on {event['executor']}" if "executor" in event else "")
    elif kind == "start":
        said = f"  {name}  starts" + (f", attempt {event['attempt']}" if event["attempt"] > 1 else "")
    elif kind == "failure" and event["retries"]:
        said = f"  {name}  failed, and tries again: {event['message']}"
    elif kind == "end":
        said = f"  {name}  {event['outcome']}" + (f": {event['message']}" if event.get("message") else "")
    elif kind == "ask":
        said = f"  {name}  asks: {event['message']}  (approve {event['run']}, or with --no)"
    elif kind in ("warning", "problem"):
        said = f"  {name or event['where']}  {kind}: {event['message']}"
    elif kind == "finish":
        said = f"{event['flow']}  {event['outcome']}"
    else:
        return
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def _runs(folder: Path, identity: str | None) -> int:
    if identity:
        path = folder / identity / "journal"
        if not path.exists():
            raise UsageError(f"there is no run {identity} under {folder}")
        sys.stdout.write("\n".join(normal(path.parent)) + "\n")
        return 0
    for path in sorted(folder.glob("*/journal")):
        found = state(read(path))
        if found:
            sys.stdout.write(f"{found['run']}  {found['flow']}  {found.get('outcome', 'unfinished')}  {found['at']}\n")
    return 0
