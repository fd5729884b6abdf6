"""Runs of which only so many go on at once: a further one is dropped, or the oldest ends for it.

A variable of Airflow for each DAG has the runs that go on, the oldest first, those that wait for a place, and those
that are to end. The first task of each run changes it, and of these tasks Airflow runs one at a time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from airflow.sdk import PokeReturnValue, Variable

from .exceptions import AirflowFailException
from .run import run_at, run_trigger

Context = Mapping[str, Any]
Line = dict[str, list[str]]

GOING, WAITING, ENDING = "going", "waiting", "ending"
_ALIVE = ["running", "queued"]
PATIENCE, LISTEN = 10.0, 2.0
"""Seconds for which a run waits for its place before it gives up its worker for a while, and between two looks."""


def come_in(context: Context, max_runs: int) -> bool:
    """Whether the run goes on: it is dropped, all of it, where so many others do."""
    line = _line(context)
    if len(line[GOING]) < max_runs:
        line[GOING].append(context["ti"].run_id)
        _keep(context, line)
        return True
    if run_trigger(context) == "run":  # the task that has started it had seen a place, and another one was quicker
        raise AirflowFailException(f"{max_runs} runs of this flow are going on")
    return False


def has_place(context: Context, dag_id: str, max_runs: int) -> bool:
    """Whether a further run of another DAG would go on."""
    return len([run for run in _read(dag_id)[GOING] if _is_alive(context, dag_id, run)]) < max_runs


def wait_for_turn(context: Context, max_runs: int) -> PokeReturnValue:
    """Wait until fewer runs go on, in the order of the runs' instants; the first in line has the oldest end for it.

    The value is when the run has begun.
    """
    end = time.monotonic() + PATIENCE
    while not _is_due(context, max_runs):
        if time.monotonic() >= end:
            return PokeReturnValue(is_done=False)
        time.sleep(LISTEN)
    return PokeReturnValue(is_done=True, xcom_value=datetime.now(timezone.utc).isoformat())


def _is_due(context: Context, max_runs: int) -> bool:
    line, own = _line(context), context["ti"].run_id
    ticket = f"{run_at(context).astimezone(timezone.utc).isoformat()} {own}"
    line[WAITING] = sorted({*line[WAITING], ticket})
    is_first = line[WAITING][0] == ticket
    is_due = is_first and len(line[GOING]) < max_runs
    if is_due:
        line[WAITING].remove(ticket)
        line[GOING].append(own)
    elif is_first and line[GOING][0] not in line[ENDING]:
        line[ENDING].append(line[GOING][0])
    _keep(context, line)
    return is_due


def is_ending(dag_id: str, run_id: str) -> bool:
    """Whether a newer run waits for the end of this one."""
    return run_id in _read(dag_id)[ENDING]


def _line(context: Context) -> Line:
    """Who is there, without this run and without those that are over: a worker that was killed has not said so."""
    dag_id, own = context["ti"].dag_id, context["ti"].run_id
    found = _read(dag_id)
    return {
        name: [each for each in runs if (run := each.rpartition(" ")[2]) != own and _is_alive(context, dag_id, run)]
        for name, runs in found.items()
    }


def _is_alive(context: Context, dag_id: str, run_id: str) -> bool:
    return bool(context["ti"].get_dr_count(dag_id=dag_id, run_ids=[run_id], states=_ALIVE))


def _read(dag_id: str) -> Line:
    found: Line = Variable.get(_name(dag_id), default={}, deserialize_json=True)
    return {name: found.get(name, []) for name in (GOING, WAITING, ENDING)}


def _keep(context: Context, line: Line) -> None:
    dag_id = context["ti"].dag_id
    Variable.set(_name(dag_id), line, description=f"the runs of {dag_id} that go on or wait", serialize_json=True)


def _name(dag_id: str) -> str:
    return f"runs of {dag_id}"
