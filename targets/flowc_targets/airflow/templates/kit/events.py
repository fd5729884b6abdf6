"""What starts runs from outside: assets that are written, flows that end, files. Each event starts one run.

Airflow folds asset events that come close together into one run, and gives it no params. So a DAG of its own is what
they start, and that starts a run of the flow for each; the id of the run is made of the event's key, so what is seen
twice starts one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Asset, AssetAlias, Variable, chain, task

from .assets import written_since
from .files import listed
from .process import PROJECT
from .run import EVENTS

Started = dict[str, Any]
_AGAIN: dict[str, Any] = {"retries": 3, "retry_delay": timedelta(seconds=10)}
"""What comes twice does no harm."""
_MOST = 1000
"""Files that one look starts runs for; the next takes the others. A task is mapped 1024 times at most, by default."""
_MARGIN = timedelta(seconds=10)
"""An event has the instant at which it was made, and is seen a little later."""
_BAD = ("failed", "upstream_failed")


def ended(flow: str, outcome: str) -> Asset:
    """What a flow's end is to those that wait for it."""
    return Asset(f"{flow} {outcome}")


def tell_end(dag: DAG, flow: str) -> None:
    """Tell of a run's end, whatever it was. As a teardown it has no part in what the run comes to."""
    leaves = dag.leaves

    # One after another: of two ends that are the first of their kind and come at once, Airflow would keep one event,
    # and let the task that tells of the other fail for good.
    @task(task_id="flowc_ended", outlets=[AssetAlias(f"{flow} ended")], max_active_tis_per_dag=1, **_AGAIN)
    def told(**context: Any) -> None:
        run, ti = context["dag_run"], context["ti"]
        states = ti.get_task_states(dag_id=run.dag_id, run_ids=[run.run_id]).get(run.run_id, {})
        if states.get("flowc_turn") == "success" and ti.xcom_pull(task_ids="flowc_turn", map_indexes=-1) is None:
            return  # it was dropped
        above = {leaf.task_id for leaf in leaves}
        bad = [state for name, state in states.items() if name.partition("[")[0] in above and state in _BAD]
        outcome = "failed" if bad else "succeeded"
        if states.get("flowc_cancelled") == "success" or _is_stopped(dag, states):
            outcome = "cancelled"
        event = {"name": flow, "outcome": outcome}
        context["outlet_events"][AssetAlias(f"{flow} ended")].add(ended(flow, outcome), extra={"flow": event})

    chain(leaves, told().as_teardown())


def _is_stopped(dag: DAG, states: Mapping[str, Any]) -> bool:
    """Whether somebody has marked the run as failed: then Airflow has skipped what otherwise is blocked, or runs."""
    behind = {name for name, state in states.items() if state in _BAD}
    skipped = [task for task in dag.tasks if states.get(task.task_id) == "skipped"]
    return any(
        task.task_id == "flowc_outcome" or (task.trigger_rule == "all_success" and behind & task.upstream_task_ids)
        for task in skipped
    )


def start_for_assets(
    dag_id: str,
    assets: Sequence[Asset] = (),
    *,
    only_last: bool = False,
    told: str | None = None,
    fields: Sequence[str] = (),
) -> None:
    """Start a run of a DAG for each event of the assets that started this one, or for the last of several joined ones.

    Airflow hands over what was written until it took note of the first event. What is written from then until the run
    is made starts no run: it would be handed over with the next event, whenever that comes. So it is looked for.
    """

    @task(task_id="events", inlets=[*assets], **_AGAIN)
    def asked(**context: Any) -> list[Started]:
        found = [event for events in context["triggering_asset_events"].values() for event in events]
        since = context["dag_run"].run_after - _MARGIN
        found += [event for asset in assets for event in written_since(context, asset, since)]
        found.sort(key=_moment)
        runs = [_asset_run(event, told, fields) for event in (found[-1:] if only_last else found)]
        return list({run["trigger_run_id"]: run for run in runs}.values())

    _start(dag_id, asked())


def _asset_run(event: Any, told: str | None, fields: Sequence[str]) -> Started:
    extra = event.extra or {}
    kind = "flow" if "flow" in extra else "asset"
    said = extra.get("flow") or {"name": event.asset.name, "partition": extra.get("partition")}
    key = [event.source_dag_id, event.source_run_id, event.source_task_id, event.source_map_index, event.asset.name]
    if event.source_run_id is None:  # a person, or a program outside, has told of it
        key.append(event.timestamp.isoformat())
    return _run(kind, key, said, told, fields)


def _moment(event: Any) -> datetime:
    return event.timestamp


def start_for_files(
    dag_id: str, patterns: Sequence[str], *, told: str | None = None, fields: Sequence[str] = ()
) -> None:
    """Start a run of a DAG for each file that is new, or another one; what is there at the first look starts nothing.

    What was seen is kept in a variable, once all runs are started.
    """
    seen = f"files of {dag_id}"

    @task(task_id="events", **_AGAIN)
    def asked(**context: Any) -> list[Started]:
        before = json.loads(Variable.get(seen, default="null"))
        found = [each for pattern in patterns for each in listed(pattern, PROJECT)]
        new = [each for each in found if before is not None and before.get(each.path) != each.etag]
        new, later = new[:_MOST], {each.path for each in new[_MOST:]}
        now = {each.path: each.etag for each in found if each.path not in later}
        context["ti"].xcom_push(key="seen", value=json.dumps(now))
        return [
            _run(
                "file", [each.path, each.etag], {"path": each.path, "etag": each.etag, "size": each.size}, told, fields
            )
            for each in new
        ]

    @task(task_id="note", trigger_rule="none_failed", **_AGAIN)
    def note(**context: Any) -> None:
        Variable.set(seen, context["ti"].xcom_pull(task_ids="events", key="seen"))

    started = _start(dag_id, asked())
    chain(started, note())


def _start(dag_id: str, asked: Any) -> Any:
    start = TriggerDagRunOperator.partial(
        task_id="start", trigger_dag_id=dag_id, skip_when_already_exists=True, **_AGAIN
    )
    return start.expand_kwargs(asked)


def _run(
    kind: str, key: Sequence[object], event: Mapping[str, Any], told: str | None, fields: Sequence[str]
) -> Started:
    """The id and the conf of a run. `told` is the param that takes the event, which has the fields of its type."""
    name = sha256(json.dumps(key, default=str).encode()).hexdigest()[:24]
    conf = {told: {**dict.fromkeys(fields), **event}} if told else {}
    assert kind in EVENTS
    return {"trigger_run_id": f"{kind}__{name}", "conf": conf}
