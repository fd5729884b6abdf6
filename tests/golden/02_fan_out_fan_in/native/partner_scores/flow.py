# Made by flowc from partner_scores.flow, digest c450e5300cf7a2ef712b5dbddea824724ae458a7fee3b6b41659f45a9e27df91. Change that file, not this one.
"""Score every partner file in parallel, then publish one report."""

from datetime import timedelta
from pathlib import Path

from .runtime.actions import Python, Shell, Sql, call
from .runtime.model import (
    Connection,
    Every,
    Facts,
    Flow,
    InLoop,
    Loop,
    Param,
    Requires,
    Retry,
    Slots,
    Task,
)
from .runtime.sql import statement

FLOW = Flow(
    "partner_scores",
    params=[
        Param("inbox", "path", Path("data/inbox")),
        Param("min_score", "float", 0.2, low=0.0, high=1.0),
    ],
    tasks=[
        # partner_scores.flow:17
        Task(
            "files",
            Python("partners.io:list_files", lambda v: call(v.params["inbox"])),
            "list[path]",
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
        # partner_scores.flow:20
        Task(
            "parse",
            Python("partners.parse:parse", lambda v: call(v.item("for_file"))),
            "(rows: path, n: int)",
            scope=[InLoop("for_file")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
        # partner_scores.flow:21
        Task(
            "score",
            Python(
                "partners.model:score",
                lambda v: call(v.value("parse", "rows"), v.params["min_score"]),
            ),
            "path",
            scope=[InLoop("for_file")],
            needs=[Requires("parse")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
            pool=Slots("cpu_heavy", 2),
            facts=Facts(memory=4294967296),
        ),
        # partner_scores.flow:28
        Task(
            "total",
            Python("builtins:sum", lambda v: call(v.value("parse", "n"))),
            "int",
            needs=[Requires("parse")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
        # partner_scores.flow:29
        Task(
            "report",
            Python("partners.report:build", lambda v: call(v.value("score"), v.value("total"))),
            "path",
            needs=[Requires("score"), Requires("total")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
        # partner_scores.flow:32
        Task(
            "warm_cache",
            Shell("curl -fsS http://127.0.0.1:8099/warm"),
            needs=[Requires("report")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
        # partner_scores.flow:33
        Task(
            "audit",
            Sql(
                "warehouse",
                lambda v: statement(
                    """-- One line for each run, also where it is tried again.
DELETE FROM published WHERE run_id = {};
INSERT INTO published (run_id, planned, inbox, leads) VALUES ({}, {}, {}, {});
""",
                    v.run.id,
                    v.run.id,
                    v.run.at,
                    v.params["inbox"],
                    v.value("total"),
                ),
            ),
            needs=[Requires("total"), Requires("report")],
            retry=Retry(
                2,
                delay=timedelta(minutes=1),
                backoff="exponential",
                max=timedelta(minutes=10),
            ),
            timeout=timedelta(hours=1),
        ),
    ],
    loops=[Loop("for_file", lambda v: v.value("files"), needs=[Requires("files")], limit=16)],
    schedules=[Every(timedelta(hours=1))],
    returns=lambda v: {"report": v.value("report"), "total": v.value("total")},
    output="(report: path, total: int)",
    max_runs=1,
    pools={"cpu_heavy": 8},
    connections={"warehouse": Connection("duckdb", lambda: {"database": Path("warehouse.duckdb")})},
)
