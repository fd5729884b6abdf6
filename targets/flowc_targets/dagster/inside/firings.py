"""When jobs are due, by Dagster's own schedules: `python firings.py PROJECT`, with `{job: [since, until]}` as input.

Prints the instants from `since` to `until`, both in, for each job: every tick of its schedules that asks for a run.
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


def main(project: str) -> None:
    schedules = repository(Path(project)).schedule_defs
    answer: dict[str, list[str]] = {}
    for job, edges in json.load(sys.stdin).items():
        first, last = (datetime.fromisoformat(each).timestamp() for each in edges)
        found = {moment for each in schedules if each.job_name == job for moment in ticks(each, first, last)}
        answer[job] = [each.isoformat() for each in sorted(found)]
    print(json.dumps(answer))


main(sys.argv[1])
