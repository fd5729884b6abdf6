"""The versions of Prefect that projects are for."""

from __future__ import annotations

from flowc.ir.features import Feature, Use
from flowc.ir.graph import Graph
from flowc.target.versions import Version, Versions


def _before_3_8(graph: Graph, use: Use) -> str | None:
    """Seen on 3.7.8, most times that the story `subflow_timeout` ran there; why runs stall was not found."""
    if use.feature is not Feature.subflow:
        return None
    is_limited = any(node.timeout is not None for node in graph.nodes if node.name == use.node)
    if is_limited or graph.deadline is not None:
        return "runs that are started at the same time stall on Prefect 3.7, past a timeout or a deadline"
    return None


VERSIONS = Versions(
    package="prefect",
    every=(
        Version("3.8.8", because="the newest that installs: 3.9 asks for a newer certifi than there is"),
        Version("3.7.8", lacks=_before_3_8),
    ),
    beside=("duckdb", "psycopg[binary]"),
    # FastAPI refuses the nulls of Prefect's own client from 0.151 on, and from 0.155 on the server does not load; with
    # SQLAlchemy 2.1 its scheduler never fires.
    pins=("fastapi<0.151", "sqlalchemy<2.1"),
)
