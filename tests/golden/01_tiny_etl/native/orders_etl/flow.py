# Made by flowc from orders_etl.flow, digest 26ae5f6d764e12343b94224126a9c435063c9307d273ca7bf359c61bb8afb9f6. Change that file, not this one.
"""Load the day's orders into the warehouse."""

from datetime import date, timedelta
from pathlib import Path

from .runtime.actions import Python, Sql, call
from .runtime.model import Connection, Cron, Flow, Param, Requires, Retry, Task
from .runtime.sql import statement

FLOW = Flow(
    "orders_etl",
    params=[Param("region", "str", "eu")],
    tasks=[
        # orders_etl.flow:7
        Task(
            "extract",
            Python("shop.etl:extract", lambda v: call(v.params["region"], day=v.run.date)),
            "path",
        ),
        # orders_etl.flow:8
        Task(
            "clean",
            Python("shop.etl:clean", lambda v: call(v.value("extract"))),
            "path",
            needs=[Requires("extract")],
            retry=Retry(3, delay=timedelta(seconds=30)),
        ),
        # orders_etl.flow:9
        Task(
            "load",
            Sql(
                "warehouse",
                lambda v: statement("COPY raw_orders FROM {} (HEADER)", v.value("clean")),
            ),
            needs=[Requires("clean")],
            timeout=timedelta(minutes=15),
        ),
    ],
    schedules=[Cron("0 6 * * *", zone="Europe/Berlin", start=date(2024, 1, 1))],
    zone="Europe/Berlin",
    connections={"warehouse": Connection("duckdb", lambda: {"database": Path("warehouse.duckdb")})},
)
