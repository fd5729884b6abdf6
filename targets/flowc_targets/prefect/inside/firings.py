"""When flows are due, by Prefect's own schedules: `python firings.py PROJECT`, with `{name: [since, until]}` as input.

Prints the instants from `since` to `until`, both in, for each deployment of prefect.yaml that is asked for, or where a
flow makes up for what was missed, the instants that it finds due as long as it looks.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

BATCH = 500
"""Prefect looks at a thousand dates at most at a time."""


def schedule(told: dict[str, Any]) -> CronSchedule | IntervalSchedule | RRuleSchedule:
    """A schedule as prefect.yaml says it."""
    if "cron" in told:
        return CronSchedule(**told)
    if "rrule" in told:
        return RRuleSchedule(**told)
    given = {**told, "interval": timedelta(seconds=told["interval"])}
    return IntervalSchedule(**given)


async def instants(told: dict[str, Any], since: datetime, until: datetime) -> set[datetime]:
    """What one schedule gives, asked for as its scheduler does: so many from an instant on."""
    found: set[datetime] = set()
    one = schedule(told)
    while since <= until:
        batch = [datetime.fromtimestamp(each.timestamp(), UTC) for each in await one.get_dates(n=BATCH, start=since)]
        found |= {each for each in batch if each <= until}
        if len(batch) < BATCH:
            break
        since = max(batch) + timedelta(microseconds=1)
    return found


def looks(project: Path, name: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """The instants that the flow beside a flow finds due: by the project's own module, which it asks."""
    sys.path.insert(0, str(project))
    backfill, schedule = importlib.import_module("backfill"), importlib.import_module("flowkit.schedule")
    (flow,) = (each for each in vars(backfill).values() if getattr(each, "name", None) == name)
    for moment in schedule.merged(flow.schedules, since, until):
        yield moment.astimezone(UTC)


async def main(project: str) -> None:
    deployments = yaml.safe_load((Path(project) / "prefect.yaml").read_text("utf-8"))["deployments"]
    named = {each["name"]: each for each in deployments}
    answer: dict[str, list[str]] = {}
    for name, (since, until) in json.load(sys.stdin).items():
        edges = (datetime.fromisoformat(since), datetime.fromisoformat(until))
        found: set[datetime] = set()
        for told in named[name].get("schedules", []):
            found |= await instants(told, *edges)
        if f"{name}-schedule" in named:
            found |= {*looks(Path(project), name, *edges)}
        answer[name] = [each.isoformat() for each in sorted(found)]
    print(json.dumps(answer))


asyncio.run(main(sys.argv[1]))
