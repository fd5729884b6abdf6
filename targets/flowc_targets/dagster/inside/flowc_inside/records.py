"""What Dagster recorded of the runs in its event log, and the values that its IO manager keeps."""

import base64
import datetime as dt
import decimal
import os
import pathlib
import pickle

_KEPT = (
    "STEP_START",
    "STEP_RESTARTED",
    "STEP_UP_FOR_RETRY",
    "STEP_SUCCESS",
    "STEP_FAILURE",
    "STEP_SKIPPED",
    "STEP_OUTPUT",
    "HANDLED_OUTPUT",
)


def runs(instance, *, first: str) -> list[dict]:
    """All runs, oldest first; the one that was asked for is the first of `first`."""
    found = list(reversed(instance.get_run_records()))
    ordered = sorted(found, key=lambda record: (record.dagster_run.job_name != first, record.storage_id))
    return [_run(instance, record.dagster_run) for record in ordered]


def _run(instance, run) -> dict:
    events, values = [], []
    for record in instance.all_logs(run.run_id):
        event = record.dagster_event
        if event is None:
            continue
        kind = event.event_type_value
        if kind in _KEPT:
            events.append(_event(kind, event, record.timestamp))
        if kind == "HANDLED_OUTPUT":
            values.append(_value(event))
        elif kind == "PIPELINE_FAILURE" or kind == "RUN_FAILURE":
            events.append({"type": kind, "step": None, "time": record.timestamp, "message": event.message})
    last = instance.get_run_by_id(run.run_id)
    return {
        "job": run.job_name,
        "run_id": run.run_id,
        "parent": run.tags.get("dagster/parent_run_id"),
        "state": last.status.value,
        "became": next((each for each in ("cancelled", "dropped") if last.tags.get(f"run/{each}") == run.run_id), None),
        "events": events,
        "values": [value for value in values if value],
    }


def _event(kind: str, event, time: float) -> dict:
    data = event.event_specific_data
    metadata = getattr(data, "metadata", None) or {}
    told = {name: str(getattr(value, "value", "")) for name, value in metadata.items()}
    head = {"type": kind, "step": event.step_key, "output": getattr(data, "output_name", None)}
    return head | {"key": getattr(data, "mapping_key", None), "metadata": told, "time": time}


def _value(event) -> dict | None:
    data = event.event_specific_data
    place = data.metadata.get("path")
    if place is None or not os.path.exists(str(place.value)):
        return None
    with open(str(place.value), "rb") as file:
        value = pickle.load(file)
    head = {"step": event.step_key, "output": data.output_name}
    try:
        if type(value).__name__ == "Outcome":
            return head | {"state": value.state, "value": encoded(value.value)}
        return head | {"value": encoded(value)}
    except TypeError as error:
        return head | {"error": str(error)}


def encoded(value):
    """A value as JSON that tells what it is."""
    match value:
        case None | bool() | int() | float():
            return value
        case str() if hasattr(value, "handle"):
            return {"$table": getattr(value, "handle")}  # noqa: B009 - a class of the project
        case str():
            return str(value)
        case list() | tuple():
            return [encoded(each) for each in value]
        case dict():
            return {"$map": [[key, encoded(each)] for key, each in value.items()]}
        case dt.datetime():
            return {"$datetime": value.isoformat()}
        case dt.date():
            return {"$date": value.isoformat()}
        case dt.time():
            return {"$time": value.isoformat()}
        case dt.timedelta():
            return {"$duration": f"{value // dt.timedelta(microseconds=1)}us"}
        case decimal.Decimal():
            return {"$decimal": str(value)}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case pathlib.PurePath():
            return {"$path": str(value)}
    raise TypeError(f"{type(value).__name__} is not a value that crosses")
