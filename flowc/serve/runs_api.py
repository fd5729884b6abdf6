"""The endpoints about runs: the list, one of them with its instances, journal and logs, to stop it and to go on."""

from collections.abc import Mapping, Set
from typing import Annotated, Any

from fastapi import APIRouter, Query

from flowc.history import journals
from flowc.runtime.approvals import Answer, Question, open_questions
from flowc.serve.access import BEARER, REFUSALS, RunId, TheServer
from flowc.serve.server import NotThere
from flowc.serve.shapes import (
    RUN_ID,
    Asked,
    Events,
    Instance,
    Log,
    LogPiece,
    QuestionShown,
    RunDetail,
    Runs,
    RunShown,
    Said,
)

router = APIRouter(dependencies=[BEARER], responses=REFUSALS)
_MOST = 2000
"""Journals that are looked through for one page."""
Offset = Annotated[int, Query(ge=0, le=2**62)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/runs")
def runs(
    server: TheServer,
    flow: str | None = None,
    outcome: str | None = None,
    before: Annotated[str | None, Query(pattern=RUN_ID)] = None,
    limit: Limit = 50,
) -> Runs:
    """Runs, the latest first; `outcome` is one, or queued, running or unfinished."""
    waiting, begun = server.loop.ask(lambda: (server.keeper.queued(), server.keeper.going()))
    queued, going = {row.id: row for row in waiting}, {row.id for row in begun}
    every = sorted({*journals.ids(server.state), *queued}, reverse=True)
    found: list[RunShown] = []
    left = [identity for identity in every if before is None or identity < before]
    for identity in left[:_MOST]:
        one = journals.summary(server.state, identity)
        if one is None and identity in queued:
            row = queued[identity]
            one = {"id": identity, "flow": row.flow, "at": row.at, "trigger": row.trigger, "outcome": "queued"}
        if one is None:
            continue
        shown = _shown(one, going)
        if flow in (None, shown.flow) and outcome in (None, shown.state):
            found.append(shown)
        if len(found) == limit:
            return Runs(runs=found, next=identity)
    return Runs(runs=found, next=left[_MOST - 1] if len(left) > _MOST else None)


@router.get("/runs/{identity}")
def run(server: TheServer, identity: RunId) -> RunDetail:
    """One run: instances, attempts with their times, arrows, logs."""
    records = server.records(identity)
    going = {row.id for row in server.loop.ask(server.keeper.going)}
    shown = _shown(journals.shortly(identity, records), going)
    flow = server.flows.get(shown.flow)
    return RunDetail(
        run=shown,
        children=[record["run"] for record in records if record["event"] == "child"],
        instances=[Instance(**each) for each in journals.instances(records)],
        edges=journals.edges(flow) if flow else [],
        logs=[Log(**each) for each in journals.logs(server.state / "runs" / identity)],
        questions=[_question(identity, shown.flow, each) for each in open_questions(records)],
    )


@router.get("/questions")
def questions(server: TheServer) -> list[QuestionShown]:
    """What the runs ask people that go on now."""
    return [_question(*each) for each in server.questions()]


@router.post("/runs/{identity}/answers", status_code=202)
def answer(server: TheServer, identity: RunId, said: Said) -> Asked:
    """Say yes or no to what a run asks. The first answer counts."""
    server.answer(identity, said.task, said.index, Answer(said.yes, said.by))
    return Asked(id=identity, is_new=False)


@router.get("/runs/{identity}/events")
def events(server: TheServer, identity: RunId, offset: Offset = 0, limit: Limit = 200) -> Events:
    """The run's journal, a piece of it."""
    piece = server.records(identity)[offset : offset + limit]
    return Events(events=piece, next=offset + len(piece))


@router.get("/runs/{identity}/logs/{name}")
def log(server: TheServer, identity: RunId, name: str, offset: Offset = 0) -> LogPiece:
    """What an attempt printed, a piece of it."""
    server.records(identity)
    folder = server.state / "runs" / identity
    found = journals.log_piece(folder, name, offset)
    if found is None:
        raise NotThere(f"run {identity} has no log {name}")
    return LogPiece(text=found[0], next=found[1], is_end=len(found[0]) == 0)


@router.post("/runs/{identity}/cancel", status_code=202)
def cancel(server: TheServer, identity: RunId) -> Asked:
    """End a run that goes on or waits."""
    server.cancel(identity)
    return Asked(id=identity, is_new=False)


@router.post("/runs/{identity}/resume", status_code=202)
def resume(server: TheServer, identity: RunId) -> Asked:
    """Go on with a run that failed or was cancelled: what succeeded is kept."""
    server.resume(identity)
    return Asked(id=identity, is_new=False)


def _question(run: str, flow: str, one: Question) -> QuestionShown:
    return QuestionShown(run=run, flow=flow, task=one.task, index=list(one.index), text=one.text, by=list(one.by))


def _shown(one: Mapping[str, Any], going: Set[str]) -> RunShown:
    """A run that another one has started goes on while that one does."""
    is_going = one["id"] in going or one.get("parent") in going
    return RunShown.model_validate({**one, "state": one["outcome"] or ("running" if is_going else "unfinished")})
