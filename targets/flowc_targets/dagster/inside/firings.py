"""When jobs are due, by Dagster's own schedules: `python firings.py PROJECT`, with `{job: [since, until]}` as input.

Prints the instants from `since` to `until`, both in, for each job: every tick of its schedules that asks for a run, or
where a sensor makes up for what was missed, the instants that it finds due as long as it looks.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from dagster._utils.schedules import schedule_execution_time_iterator


def repository(project: Path) -> tuple[str, dg.RepositoryDefinition]:
    """The project's package, and what it defines."""
    source = project / "src"
    sys.path.insert(0, str(source))
    (package,) = (path.parent.name for path in source.glob("*/definitions.py"))
    found = importlib.import_module(f"{package}.definitions").defs
    definitions = found if isinstance(found, dg.Definitions) else found()
    return package, definitions.get_repository_def()


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


def looks(package: str, job: str, since: float, until: float) -> Iterator[datetime]:
    """The instants that the sensor of a job finds due: by the project's own module, which it asks."""
    backfill = importlib.import_module(f"{package}.backfill")
    schedule = importlib.import_module(f"{package}.kit.schedule")
    (flow,) = (each for each in vars(backfill).values() if getattr(each, "name", None) == job)
    for moment in schedule.merged(flow.schedules, *(datetime.fromtimestamp(edge, UTC) for edge in (since, until))):
        yield moment.astimezone(UTC)


def main(project: str) -> None:
    package, found_in = repository(Path(project))
    sensors = {str(each.job_name) for each in found_in.sensor_defs if each.name.endswith("_schedule")}
    answer: dict[str, list[str]] = {}
    for job, edges in json.load(sys.stdin).items():
        first, last = (datetime.fromisoformat(each).timestamp() for each in edges)
        schedules = [each for each in found_in.schedule_defs if each.job_name == job]
        found = {moment for each in schedules for moment in ticks(each, first, last)}
        found |= {*looks(package, job, first, last)} if job in sensors else set()
        answer[job] = [each.isoformat() for each in sorted(found)]
    print(json.dumps(answer))


main(sys.argv[1])
