# Made by flowc from pipelines/nightly.flow, digest 83d5902d413f0233ca26521fcc22d0ffa11a7d95e06b7232dfa624d625767931. Change that file, not this one.
"""Every night: load three sources, check them, hand over to the mart flow."""

from datetime import timedelta

from flow_runtime.actions import Check, Http, Python, RunFlow, Sql, call
from flow_runtime.environment import secret
from flow_runtime.model import (
    Accepts,
    Connection,
    Decision,
    Facts,
    Flow,
    Group,
    InArm,
    Param,
    Requires,
    Retry,
    Task,
    group,
)
from flow_runtime.operators import coalesce, int64, text
from flow_runtime.paths import Table, path
from flow_runtime.sql import ident, statement

FLOW = Flow(
    "nightly",
    params=[Param("region", "str", "test"), Param("full", "bool", False)],
    tasks=[
        # shared/policies.flow:12
        Task(
            "sources.load_orders.pull",
            Python("shop.load:pull", lambda v: call("orders", day=v.run.date)),
            "path",
            retry=Retry(
                6,
                delay=timedelta(seconds=5),
                backoff="exponential",
                max=timedelta(minutes=5),
                jitter=True,
            ),
        ),
        # shared/policies.flow:13
        Task(
            "sources.load_orders.count",
            Python(
                "shop.load:copy",
                lambda v: call(
                    v.value("sources.load_orders.pull"),
                    Table("raw.orders", "wh"),
                    v.connection("wh"),
                ),
            ),
            "int",
            needs=[Requires("sources.load_orders.pull")],
            timeout=timedelta(hours=3),
            facts=Facts(reads=["orders"], writes=["orders"], cpu=4.0, memory=17179869184),
        ),
        # shared/policies.flow:12
        Task(
            "sources.load_customers.pull",
            Python("shop.load:pull", lambda v: call("customers", day=v.run.date)),
            "path",
            retry=Retry(
                6,
                delay=timedelta(seconds=5),
                backoff="exponential",
                max=timedelta(minutes=5),
                jitter=True,
            ),
        ),
        # shared/policies.flow:13
        Task(
            "sources.load_customers.count",
            Python(
                "shop.load:copy",
                lambda v: call(
                    v.value("sources.load_customers.pull"),
                    Table("raw.customers", "wh"),
                    v.connection("wh"),
                ),
            ),
            "int",
            needs=[Requires("sources.load_customers.pull")],
            timeout=timedelta(hours=3),
            facts=Facts(reads=["customers"], writes=["customers"], cpu=4.0, memory=17179869184),
        ),
        # shared/policies.flow:12
        Task(
            "sources.load_payments.pull",
            Python("shop.load:pull", lambda v: call("payments", day=v.run.date)),
            "path",
            scope=[InArm("when_sources.load_payments", 0)],
            retry=Retry(
                6,
                delay=timedelta(seconds=5),
                backoff="exponential",
                max=timedelta(minutes=5),
                jitter=True,
            ),
        ),
        # shared/policies.flow:13
        Task(
            "sources.load_payments.count",
            Python(
                "shop.load:copy",
                lambda v: call(
                    v.value("sources.load_payments.pull"),
                    Table("raw.payments", "wh"),
                    v.connection("wh"),
                ),
            ),
            "int",
            scope=[InArm("when_sources.load_payments", 0)],
            needs=[Requires("sources.load_payments.pull")],
            timeout=timedelta(hours=3),
            facts=Facts(reads=["payments"], writes=["payments"], cpu=4.0, memory=17179869184),
        ),
        # std/quality.flow:25
        Task(
            "checks.gaps.n",
            Sql(
                "wh",
                lambda v: statement(
                    """SELECT coalesce(max({}) - min({}) + 1 - count(DISTINCT {}), 0)
FROM {}""",
                    ident("id"),
                    ident("id"),
                    ident("id"),
                    ident(Table("raw.orders", "wh")),
                ),
            ),
            "int",
            needs=[Requires(group("sources"))],
            facts=Facts(reads=["orders"]),
        ),
        # std/quality.flow:29
        Task(
            "checks.gaps.check n == 0",
            Check(
                lambda v: v.value("checks.gaps.n") == 0,
                text=lambda v: f"{v.value('checks.gaps.n')} numbers are missing in id of orders",
            ),
            needs=[Requires("checks.gaps.n"), Requires(group("sources"))],
        ),
        # std/quality.flow:19
        Task(
            "checks.dups.n",
            Sql(
                "wh",
                lambda v: statement(
                    "SELECT count(*) FROM (SELECT 1 FROM {} GROUP BY {} HAVING count(*) > 1) d",
                    ident(Table("raw.payments", "wh")),
                    ident(["id"]),
                ),
            ),
            "int",
            needs=[Requires(group("sources"))],
            facts=Facts(reads=["payments"]),
        ),
        # std/quality.flow:20
        Task(
            "checks.dups.check n == 0",
            Check(
                lambda v: v.value("checks.dups.n") == 0,
                text=lambda v: f"{v.value('checks.dups.n')} groups of {', '.join(['id'])} are not unique",
                verdict="warn",
            ),
            needs=[Requires("checks.dups.n"), Requires(group("sources"))],
        ),
        # pipelines/nightly.flow:29
        Task(
            "mart_run",
            RunFlow(
                "build_mart",
                lambda v: call(
                    day=v.run.date,
                    rows=int64(
                        int64(
                            v.value("sources.load_orders.count")
                            + v.value("sources.load_customers.count")
                        )
                        + coalesce(lambda: v.value("sources.load_payments.count"), lambda: 0)
                    ),
                ),
            ),
            "(status: str)",
            needs=[
                Requires("sources.load_orders.count"),
                Requires("sources.load_customers.count"),
                Accepts("sources.load_payments.count"),
                Requires(group("checks")),
            ],
        ),
        # pipelines/nightly.flow:30
        Task(
            "done",
            Http(
                "POST",
                connection="slack",
                json=lambda v: {
                    "channel": "#data",
                    "text": "nightly "
                    + str(v.run.date)
                    + ": "
                    + str(
                        int64(
                            int64(
                                v.value("sources.load_orders.count")
                                + v.value("sources.load_customers.count")
                            )
                            + coalesce(lambda: v.value("sources.load_payments.count"), lambda: 0)
                        )
                    )
                    + " rows in "
                    + str(text(path(f"s3://lake/mart/{v.run.date}")))
                    + ", mart "
                    + str(v.value("mart_run", "status")),
                },
            ),
            needs=[
                Requires("sources.load_orders.count"),
                Requires("sources.load_customers.count"),
                Accepts("sources.load_payments.count"),
                Requires("mart_run"),
            ],
        ),
    ],
    decisions=[
        Decision(
            "when_sources.load_payments",
            [lambda v: v.params["full"] or v.run.date.isoweekday() == 1],
        ),
    ],
    groups=[
        Group(
            "sources",
            [
                "sources.load_orders.pull",
                "sources.load_orders.count",
                "sources.load_customers.pull",
                "sources.load_customers.count",
                "sources.load_payments.pull",
                "sources.load_payments.count",
            ],
        ),
        Group("sources.load_orders", ["sources.load_orders.pull", "sources.load_orders.count"]),
        Group(
            "sources.load_customers",
            ["sources.load_customers.pull", "sources.load_customers.count"],
        ),
        Group(
            "sources.load_payments",
            ["sources.load_payments.pull", "sources.load_payments.count"],
        ),
        Group(
            "checks",
            [
                "checks.gaps.n",
                "checks.gaps.check n == 0",
                "checks.dups.n",
                "checks.dups.check n == 0",
            ],
        ),
        Group(
            "checks.gaps",
            ["checks.gaps.n", "checks.gaps.check n == 0"],
            doc="The whole numbers in the column follow each other without a gap.",
        ),
        Group(
            "checks.dups",
            ["checks.dups.n", "checks.dups.check n == 0"],
            doc="No two rows have the same values in these columns.",
        ),
    ],
    sla="05:00:00",
    max_runs=1,
    secrets=["SLACK_URL", "WH_PASSWORD"],
    owner="data-eng",
    tags=["nightly"],
    connections={
        "slack": Connection("slack", lambda: {"url": secret("SLACK_URL")}),
        "wh": Connection(
            "postgres",
            lambda: {"host": "localhost", "user": "dev", "password": secret("WH_PASSWORD")},
        ),
    },
)
