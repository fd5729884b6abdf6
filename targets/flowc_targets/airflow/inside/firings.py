"""When DAGs are due, by Airflow's own timetables: `python firings.py PROJECT`, with `{dag: [since, until]}` as input.

Prints the instants from `since` to `until`, both in, for each DAG. A timetable is asked as the scheduler does: for the
run after the one before, of the DAG as it is kept in the database.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ["AIRFLOW__CORE__PLUGINS_FOLDER"] = str(Path(sys.argv[1]).resolve() / "plugins")

from airflow.serialization import serialized_objects
from airflow.timetables.base import DataInterval, TimeRestriction
from flowc_inside.releases import bag_of
from pendulum import instance


def dags(project: Path) -> dict[str, Any]:
    """The DAGs of a project by id, as the scheduler has them."""
    bag = bag_of(project, "project")
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    kept: Any = (
        getattr(serialized_objects, "DagSerialization", None) or vars(serialized_objects)["SerializedDAG"]
    )  # before 3.3
    return {name: kept.from_dict(kept.to_dict(dag)) for name, dag in bag.dags.items()}


def instants(dag: Any, since: datetime, until: datetime) -> Iterator[datetime]:
    """One run after the other, none left out."""
    earliest = max(since, dag.start_date) if dag.start_date else since
    latest = min(until, dag.end_date) if dag.end_date else until
    restriction = TimeRestriction(instance(earliest), instance(latest), catchup=True)
    last: DataInterval | None = None
    while info := dag.timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction):
        yield info.run_after
        last = info.data_interval


def main(project: str) -> None:
    known = dags(Path(project).resolve())
    answer: dict[str, list[str]] = {}
    for name, edges in json.load(sys.stdin).items():
        since, until = (datetime.fromisoformat(each) for each in edges)
        answer[name] = [each.isoformat() for each in instants(known[name], since, until)]
    print(json.dumps(answer))


main(sys.argv[1])
