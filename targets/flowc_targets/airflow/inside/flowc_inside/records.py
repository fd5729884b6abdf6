"""What Airflow recorded of the runs in its database: task instances with their attempts, and the XComs' values."""

import base64
import datetime as dt
import decimal
import json

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from airflow.models.xcom import XComModel
from airflow.sdk.bases.xcom import BaseXCom
from airflow.utils.session import create_session
from sqlalchemy import select


def runs(*, first: str) -> list[dict]:
    """All runs, oldest first; the one that was asked for is the first of `first`."""
    with create_session() as session:
        found = session.scalars(select(DagRun).order_by(DagRun.id)).all()
        return [_run(session, run) for run in sorted(found, key=lambda run: (run.dag_id != first, run.id))]


def _run(session, run: DagRun) -> dict:
    def of(model):
        return select(model).where(model.dag_id == run.dag_id, model.run_id == run.run_id)

    history: dict[tuple, list] = {}
    for row in session.scalars(of(TaskInstanceHistory).order_by(TaskInstanceHistory.try_number)):
        history.setdefault((row.task_id, row.map_index), []).append(row)
    instances = session.scalars(of(TaskInstance).order_by(TaskInstance.task_id, TaskInstance.map_index))
    return {
        "dag_id": run.dag_id,
        "run_id": run.run_id,
        "state": str(run.state),
        "conf": run.conf,
        "logical_date": _instant(run.logical_date),
        "start": _instant(run.start_date),
        "end": _instant(run.end_date),
        "instances": [_instance(row, history.get((row.task_id, row.map_index), [])) for row in instances],
        "values": [_value(row) for row in session.scalars(of(XComModel).order_by(XComModel.task_id))],
    }


def _instance(row: TaskInstance, earlier: list) -> dict:
    """Attempts since it was cleared last, which raised how many it may have."""
    earlier = [each for each in earlier if each.max_tries == row.max_tries]
    return {
        "task_id": row.task_id,
        "map_index": row.map_index,
        "state": str(row.state) if row.state else None,
        "try_number": row.try_number,
        "start": _instant(row.start_date),
        "end": _instant(row.end_date),
        "attempts": [_attempt(each) for each in [*earlier, row] if each.try_number],
    }


def _attempt(row) -> dict:
    return {
        "try_number": row.try_number,
        "state": str(row.state) if row.state else None,
        "start": _instant(row.start_date),
        "end": _instant(row.end_date),
    }


def _value(row: XComModel) -> dict:
    head = {"task_id": row.task_id, "map_index": row.map_index, "key": row.key}
    try:
        value = encoded(BaseXCom.deserialize_value(row))
        return head | {"value": json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))}
    except Exception as error:
        return head | {"value": None, "error": f"{type(error).__name__}: {error}"}


def encoded(value: object) -> object:
    """A value as the one JSON text of the contract's borders has it: `{"$date": "2024-01-31"}` and so on."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [encoded(each) for each in value]
        case dict() if any(key.startswith("$") for key in value):
            return {"$map": [[key, encoded(value[key])] for key in sorted(value)]}
        case dict():
            return {key: encoded(each) for key, each in value.items()}
        case dt.datetime():
            return {"$datetime": value.isoformat()}
        case dt.date():
            return {"$date": value.isoformat()}
        case dt.timedelta():
            return {"$microseconds": value // dt.timedelta(microseconds=1)}
        case decimal.Decimal():
            return {"$decimal": str(value)}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} is not a value that crosses")


def _instant(value: dt.datetime | None) -> str | None:
    return value.isoformat() if value else None
