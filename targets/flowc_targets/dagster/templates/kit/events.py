"""What starts runs from outside. A sensor looks now and then, and keeps in its cursor how far it has seen.

Each event has a key, and Dagster one run for each key of a sensor: what is seen twice starts one run. The cursor is
kept with the runs that a look asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import dagster as dg

from .files import listed
from .overlap import CANCELLED, DROPPED
from .run import TRIGGER

Cursor = dict[str, Any]
MANY = 200
"""Events of one kind that a look takes; the rest is the next one's."""
_ENDS = {
    dg.DagsterRunStatus.SUCCESS: "succeeded",
    dg.DagsterRunStatus.FAILURE: "failed",
    dg.DagsterRunStatus.CANCELED: "cancelled",
}


@dataclass(frozen=True)
class Happened:
    """An event: its kind, what tells it from others, what a run is told of it."""

    kind: str
    key: str
    event: Any


@dataclass(frozen=True)
class OnAsset:
    """A task has written an asset; what was written before the first look starts nothing."""

    name: str
    key: dg.AssetKey

    def look(self, context: dg.SensorEvaluationContext, cursor: Cursor) -> Iterator[Happened]:
        for record in _written(context, self.key, cursor, f"asset {self.name}", skips_first=True):
            event = {"name": self.name, "partition": record.partition_key}
            yield Happened("asset", f"asset {self.name} {record.storage_id}", event)


@dataclass(frozen=True)
class OnWebhook:
    """Somebody has posted to `/report_asset_materialization/PATH`, with `event` and `key` in the metadata."""

    path: str

    def look(self, context: dg.SensorEvaluationContext, cursor: Cursor) -> Iterator[Happened]:
        asset = dg.AssetKey(self.path.strip("/").split("/"))
        for record in _written(context, asset, cursor, f"webhook {self.path}", skips_first=False):
            found = record.asset_materialization
            said = {name: value.value for name, value in (found.metadata if found else {}).items()}
            yield Happened("webhook", f"webhook {self.path} {said.get('key', record.storage_id)}", said.get("event"))


@dataclass(frozen=True)
class OnFile:
    """A file is there that was not, or is another one; what lay there at the first look starts nothing."""

    pattern: str

    def look(self, context: dg.SensorEvaluationContext, cursor: Cursor) -> Iterator[Happened]:
        found, name = listed(self.pattern), f"file {self.pattern}"
        before: dict[str, str] | None = cursor.get(name)
        cursor[name] = {each.path: each.etag for each in found}
        for each in found:
            if before is not None and before.get(each.path) != each.etag:
                event = {"path": each.path, "etag": each.etag, "size": each.size}
                yield Happened("file", f"file {each.path} {each.etag}", event)


@dataclass(frozen=True)
class OnFlow:
    """A run of a job has ended since the first look, also one that another run has started."""

    name: str
    job: str
    when: str = "succeeded"

    def look(self, context: dg.SensorEvaluationContext, cursor: Cursor) -> Iterator[Happened]:
        mark = cursor.setdefault(f"flow {self.name}", {"since": _now().isoformat(), "seen": []})
        since = datetime.fromisoformat(mark["since"])
        # what ended at the very instant up to which the last look saw is looked at again
        wanted = dg.RunsFilter(job_name=self.job, statuses=list(_ENDS), updated_after=since - timedelta(seconds=5))
        records = context.instance.get_run_records(wanted, limit=MANY, order_by="update_timestamp", ascending=True)
        for record in records:
            run = record.dagster_run
            since = max(since, record.update_timestamp.astimezone(timezone.utc))
            outcome = "cancelled" if run.tags.get(CANCELLED) == run.run_id else _ENDS[run.status]
            is_dropped = run.tags.get(DROPPED) == run.run_id
            if run.run_id in mark["seen"] or is_dropped:
                continue
            if self.when in (outcome, "done"):
                event = {"name": self.name, "outcome": outcome}
                yield Happened("flow", f"flow {self.name} {run.run_id}", event)
        mark["since"] = since.isoformat()
        mark["seen"] = [record.dagster_run.run_id for record in records]


Single = OnAsset | OnWebhook | OnFile | OnFlow


@dataclass(frozen=True)
class Both:
    """All of them, each at least once since the last run that they started."""

    events: Sequence[Single | Sequence[Single]]

    def look(self, context: dg.SensorEvaluationContext, cursor: Cursor) -> Iterator[Happened]:
        come = cursor.setdefault("both", [])
        for number, part in enumerate(self.events):
            for each in part if isinstance(part, Sequence) else (part,):
                for happened in each.look(context, cursor):
                    if number not in come:
                        come.append(number)
                    if len(come) == len(self.events):
                        come.clear()
                        yield happened


def start(
    *events: Single | Both, told: str | None = None, fields: Sequence[str] = ()
) -> Callable[[dg.SensorEvaluationContext], dg.SensorResult]:
    """What a sensor does: ask for a run for each event.

    `told` is the param that takes the event, whose `fields` are null where an event has none such.
    """

    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        cursor: Cursor = json.loads(context.cursor) if context.cursor else {}
        found: list[Happened] = []
        for number, each in enumerate(events):
            found += each.look(context, cursor.setdefault(str(number), {}))
        asked = [_run(each, told, fields) for each in found]
        return dg.SensorResult(run_requests=asked, cursor=json.dumps(cursor))

    return look


def _run(happened: Happened, told: str | None, fields: Sequence[str]) -> dg.RunRequest:
    event = happened.event
    if fields and isinstance(event, Mapping):
        event = {**dict.fromkeys(fields), **event}
    config = {"resources": {"params": {"config": {told: event}}}} if told else {}
    return dg.RunRequest(run_key=happened.key, run_config=config, tags={TRIGGER: happened.kind})


def _written(
    context: dg.SensorEvaluationContext, asset: dg.AssetKey, cursor: Cursor, name: str, *, skips_first: bool
) -> Sequence[dg.EventLogRecord]:
    """The records of an asset since the last look, oldest first."""
    if name not in cursor and skips_first:
        latest = context.instance.fetch_materializations(asset, limit=1).records
        cursor[name] = latest[0].storage_id if latest else 0
        return ()
    after = dg.AssetRecordsFilter(asset_key=asset, after_storage_id=cursor.get(name, 0))
    found = context.instance.fetch_materializations(after, limit=MANY, ascending=True).records
    if found:
        cursor[name] = found[-1].storage_id
    return found


def _now() -> datetime:
    return datetime.now(timezone.utc)
