# Made by flowc from pipelines/marts.flow, digest 83d5902d413f0233ca26521fcc22d0ffa11a7d95e06b7232dfa624d625767931. Change that file, not this one.
"""The flow build_mart."""

from flow_runtime.actions import Python, Sql, call
from flow_runtime.environment import secret
from flow_runtime.model import Connection, Facts, Flow, Param, Requires, Task
from flow_runtime.sql import statement

FLOW = Flow(
    "build_mart",
    params=[Param("day", "date"), Param("rows", "int")],
    tasks=[
        # pipelines/marts.flow:5
        Task(
            "build",
            Sql(
                "wh",
                lambda v: statement(
                    """-- The day's orders with what was paid for each; a day that is built again replaces itself.
DELETE FROM mart.orders WHERE day = {};
INSERT INTO mart.orders (id, customer_id, day, amount, paid)
SELECT o.id, o.customer_id, {}, o.amount, coalesce(sum(p.amount), 0)
FROM raw.orders AS o
LEFT JOIN raw.payments AS p ON p.order_id = o.id
WHERE CAST(o.loaded_at AS DATE) = {} AND o.status <> 'cancelled'
GROUP BY o.id, o.customer_id, o.amount;
""",
                    v.params["day"],
                    v.params["day"],
                    v.params["day"],
                ),
            ),
            facts=Facts(reads=["orders", "payments"], writes=["mart"]),
        ),
        # pipelines/marts.flow:6
        Task(
            "grade",
            Python("marts.check:grade", lambda v: call(v.params["rows"])),
            "str",
            needs=[Requires("build")],
        ),
    ],
    returns=lambda v: {"status": v.value("grade")},
    output="(status: str)",
    secrets=["WH_PASSWORD"],
    connections={
        "wh": Connection(
            "postgres",
            lambda: {"host": "localhost", "user": "dev", "password": secret("WH_PASSWORD")},
        ),
    },
)
