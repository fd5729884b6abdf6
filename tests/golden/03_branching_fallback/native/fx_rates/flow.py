# Made by flowc from fx_rates.flow, digest 90aaeb65b691a080140a4f43820c2602f9bfb79e61e0e80261f97f5fe108a48d. Change that file, not this one.
"""FX rates with a cached fallback, a size-based branch and cleanup that always runs."""

from datetime import timedelta
from pathlib import Path

from .runtime.actions import Fail, Http, Python, Shell, Sql, call
from .runtime.environment import secret
from .runtime.http import base, encoded
from .runtime.model import (
    AnyOf,
    Connection,
    Cron,
    Decision,
    Facts,
    Flow,
    InArm,
    Match,
    Param,
    Requires,
    Retry,
    Task,
)
from .runtime.operators import coalesce, text
from .runtime.shell import quoted
from .runtime.sql import statement, table

FLOW = Flow(
    "fx_rates",
    params=[
        Param("mode", '"full" | "delta" | "auto"', "auto"),
        Param("threshold", "int", 1000000),
        Param("api", "str", "https://api.example.com"),
    ],
    tasks=[
        # fx_rates.flow:13
        Task(
            "fetch",
            Http("GET", lambda v: f"{base(v.params['api'])}/rates?d={encoded(v.run.date)}"),
            "json",
            retry=Retry(
                5,
                delay=timedelta(seconds=2),
                backoff="exponential",
                max=timedelta(minutes=1),
                jitter=True,
                on=[429, 503],
            ),
            timeout=timedelta(seconds=30),
            fallback="cached",
        ),
        # fx_rates.flow:18
        Task("cached", Python("fx.cache:last_good"), "json"),
        # fx_rates.flow:21
        Task(
            "size",
            Python("fx.util:row_count", lambda v: call(v.value("fetch"))),
            "int",
            needs=[Requires("fetch")],
        ),
        # fx_rates.flow:24
        Task(
            "bulk",
            Python("fx.load:bulk", lambda v: call(v.value("fetch"))),
            "int",
            scope=[InArm("if_bulk", 0)],
            needs=[Requires("fetch")],
            timeout=timedelta(minutes=15),
            facts=Facts(writes=["rates (merge)"]),
        ),
        # fx_rates.flow:29
        Task(
            "merge",
            Sql(
                "warehouse",
                lambda v: statement(
                    """MERGE INTO fx.rates t USING ({}) s ON t.ccy = s.ccy AND t.day = s.day
WHEN MATCHED THEN UPDATE SET rate = s.rate
WHEN NOT MATCHED THEN INSERT (ccy, day, rate) VALUES (s.ccy, s.day, s.rate)""",
                    table(v.value("fetch")),
                ),
            ),
            "int",
            scope=[InArm("if_bulk", 1)],
            needs=[Requires("fetch")],
            facts=Facts(writes=["rates (merge)"]),
        ),
        # fx_rates.flow:37
        Task(
            "publish",
            Python(
                "fx.publish:push",
                lambda v: call(coalesce(lambda: v.value("bulk"), lambda: v.value("merge"))),
            ),
            "path",
            needs=[AnyOf("bulk", "merge")],
        ),
        # fx_rates.flow:40
        Task(
            'fail "provider returned no rates for #{run.date}"',
            Fail(lambda v: f"provider returned no rates for {v.run.date}"),
            scope=[InArm("match_warn", 0)],
        ),
        # fx_rates.flow:41
        Task(
            "warn",
            Http(
                "POST",
                connection="slack",
                json=lambda v: {"channel": "#fx", "text": f"only {v.value('size')} rates"},
            ),
            scope=[InArm("match_warn", 1)],
            needs=[Requires("size")],
        ),
        # fx_rates.flow:46
        Task(
            "page",
            Http(
                "POST",
                "https://events.pagerduty.com/v2/enqueue",
                json=lambda v: {
                    "routing_key": secret("PAGERDUTY_KEY"),
                    "event_action": "trigger",
                    "payload": {
                        "summary": f"{v.run.flow} failed in {v.run.failed_task}: {v.run.error}",
                        "source": "fx",
                        "severity": "error",
                    },
                },
            ),
            phase="failure",
        ),
        # fx_rates.flow:49
        Task(
            "nag",
            Http(
                "POST",
                connection="slack",
                json=lambda v: {
                    "channel": "#fx",
                    "text": f"fx_rates is late by {text(v.run.lateness)}",
                },
            ),
            phase="late",
        ),
        # fx_rates.flow:52
        Task("sweep", Shell(lambda v: f"rm -rf /tmp/fx/{quoted(v.run.id)}"), phase="finally"),
    ],
    decisions=[
        Decision(
            "if_bulk",
            [
                lambda v: v.params["mode"] == "full"
                or v.params["mode"] == "auto"
                and v.value("size") > v.params["threshold"],
            ],
            needs=[Requires("size")],
        ),
        Match(
            "match_warn",
            lambda v: v.value("size"),
            [[0], [(1, 10)], []],
            needs=[Requires("size")],
        ),
    ],
    schedules=[Cron("*/30 8-18 * * mon-fri", zone="Europe/London")],
    zone="Europe/London",
    deadline=timedelta(minutes=20),
    sla=timedelta(minutes=15),
    secrets=["PAGERDUTY_KEY", "SLACK_URL"],
    connections={
        "slack": Connection("slack", lambda: {"url": secret("SLACK_URL")}),
        "warehouse": Connection("duckdb", lambda: {"database": Path("warehouse.duckdb")}),
    },
)
