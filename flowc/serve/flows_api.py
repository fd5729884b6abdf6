"""The endpoints about flows: what there is, beginning a run, a backfill, and how the server is."""

from fastapi import APIRouter

from flowc.runtime.model import REQUIRED, Flow
from flowc.runtime.texts import datetime_text, duration_text
from flowc.runtime.triggers import Cron
from flowc.serve.access import BEARER, REFUSALS, TheServer
from flowc.serve.backfills import backfill
from flowc.serve.events import said
from flowc.serve.fresh import Known
from flowc.serve.server import NotNow, Server
from flowc.serve.shapes import (
    Asked,
    AssetShown,
    Backfilled,
    FlowShown,
    Health,
    Param,
    Range,
    Reloaded,
    Start,
)

router = APIRouter(dependencies=[BEARER], responses=REFUSALS)


@router.get("/health")
def health(server: TheServer) -> Health:
    """How the server is, and what it could not run."""
    going, queued = server.loop.ask(lambda: (len(server.keeper.going()), len(server.keeper.queued())))
    loading = server.loading
    return Health(
        status="ok",
        flows=len(server.flows),
        going=going,
        queued=queued,
        problems=server.problems(),
        loaded=loading.moment if loading else None,
        mistakes=loading.mistakes if loading else None,
        late=server.freshness.late(),
    )


@router.post("/reload")
def reload(server: TheServer) -> Reloaded:
    """Load the files anew, and say which flows are others now; 422 with the mistakes where there are any."""
    if server.loading is None:
        raise NotNow("these flows came from no files")
    taken = server.loading.load()
    return Reloaded(changed=taken.changed, added=taken.added, removed=taken.removed)


@router.get("/assets")
def assets(server: TheServer) -> list[AssetShown]:
    """All assets that flows write, or that may be so old and no older."""
    return [_asset(server.freshness.known(name)) for name in server.freshness.names]


@router.get("/flows")
def flows(server: TheServer) -> list[FlowShown]:
    """All flows."""
    return [_shown(server, flow) for flow in server.flows.values()]


@router.get("/flows/{name}")
def flow(server: TheServer, name: str) -> FlowShown:
    """One flow."""
    return _shown(server, server.flow(name))


@router.post("/flows/{name}/runs", status_code=202)
def start(server: TheServer, name: str, given: Start) -> Asked:
    """Begin a run. Its params are checked first; the same `key` again gives the run that is there."""
    row, is_new = server.begin(name, given.params, key=given.key, partition=given.partition, event=given.event)
    return Asked(id=row.id, is_new=is_new)


@router.post("/flows/{name}/backfills", status_code=202)
def start_backfill(server: TheServer, name: str, given: Range) -> Backfilled:
    """Queue a run for each partition or instant of a range; what has succeeded is left as it is, unless `force`."""
    found = backfill(
        server,
        server.flow(name),
        since=given.since,
        until=given.until,
        params=given.params,
        parallel=given.parallel,
        force=given.force,
        event=given.event,
    )
    return Backfilled(batch=found.batch, runs=list(found.runs), kept=found.kept, early=found.early)


def _asset(known: Known) -> AssetShown:
    write = known.write
    return AssetShown(
        name=known.name,
        freshness=None if known.freshness is None else duration_text(known.freshness),
        written=write and datetime_text(write.at),
        partition=write and write.partition,
        run=write and write.run,
        is_late=known.is_late,
    )


def _shown(server: Server, flow: Flow) -> FlowShown:
    upcoming = server.ticker.upcoming(flow)
    return FlowShown(
        name=flow.name,
        doc=flow.doc,
        params=[
            Param(name=each.name, type=each.type, is_required=each.default is REQUIRED, doc=each.doc)
            for each in flow.params
        ],
        tasks=[task.name for task in flow.tasks],
        schedules=[
            f"{x.expression} {x.zone}" if isinstance(x, Cron) else f"every {duration_text(x.period)}"
            for x in flow.schedules
        ],
        events=[said(each) for each in flow.events],
        is_partitioned=flow.partition is not None,
        upcoming=upcoming and datetime_text(upcoming),
    )
