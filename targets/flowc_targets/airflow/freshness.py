"""What looks how old assets are: a DAG of its own, with a task for each, which fails while its asset is late."""

from __future__ import annotations

from flowc.ir.digest import digest
from flowc.ir.graph import Program
from flowc.target.literals import literal, string
from flowc.target.naming import variable
from flowc_targets.airflow.events import COMMON, START
from flowc_targets.airflow.model import EventDag, EventFile, Option
from flowc_targets.airflow.names import KIT
from flowc_targets.project.freshness import ages, period, told_in


def freshness_file(program: Program) -> EventFile | None:
    """The file of that DAG; None where no asset says how old it may be."""
    found = ages(program)
    if not found:
        return None
    name = f"{variable(program.project)}.freshness"
    options = (Option("dag_id", string(name)), Option("schedule", literal(period(found))), START, *COMMON)
    calls = tuple(f"look(Asset({string(asset)}), {literal(age)})" for asset, age in found.items())
    graphs = told_in(program)
    return EventFile(
        path=f"dags/{variable(program.project)}_freshness.py",
        doc="Looks how old assets are: the task of one fails while that is late",
        origin=", ".join(dict.fromkeys(graph.origin.file for graph in graphs)),
        digest=", ".join(digest(graph)[:12] for graph in graphs),
        imports=(
            "from datetime import datetime, timedelta, timezone",
            "",
            "from airflow.sdk import DAG, Asset",
            "",
            f"from {KIT}.freshness import look",
        ),
        dags=(EventDag(name, options, calls),),
    )
