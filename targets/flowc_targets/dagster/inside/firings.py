"""When a job is due, by Dagster's own schedules: `python firings.py PROJECT JOB SINCE UNTIL`.

Prints the instants from SINCE to UNTIL, both in, as a JSON list: every tick of the job's schedules that asks for a run.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._utils.schedules import schedule_execution_time_iterator


def repository(project: Path) -> dg.RepositoryDefinition:
    """What the project defines."""
    source = project / "src"
    sys.path.insert(0, str(source))
    (package,) = (path.parent.name for path in source.glob("*/definitions.py"))
    found = importlib.import_module(f"{package}.definitions").defs
    definitions = found if isinstance(found, dg.Definitions) else found()
    return definitions.get_repository_def()


def ticks(schedule: dg.ScheduleDefinition, since: float, until: float) -> Iterator[datetime]:
    """The ticks that ask for a run."""
    zone = schedule.execution_timezone or "UTC"
    for tick in schedule_execution_time_iterator(since, schedule.cron_schedule, zone):
        if tick.timestamp() > until:
            return
        moment = datetime.fromtimestamp(tick.timestamp(), UTC)
        with dg.build_schedule_context(scheduled_execution_time=tick) as context:
            if schedule.evaluate_tick(context).run_requests:
                yield moment


def main(project: str, job: str, since: str, until: str) -> None:
    first, last = (datetime.fromisoformat(each).timestamp() for each in (since, until))
    schedules = [each for each in repository(Path(project)).schedule_defs if each.job_name == job]
    found = {moment for schedule in schedules for moment in ticks(schedule, first, last)}
    print(json.dumps([each.isoformat() for each in sorted(found)]))


main(*sys.argv[1:])
