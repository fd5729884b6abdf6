"""The versions of Airflow that projects are for."""

from __future__ import annotations

from flowc.ir.features import Feature, Use
from flowc.ir.graph import Graph
from flowc.target.versions import Version, Versions

_PAUSES = (Feature.retry_linear, Feature.retry_exponential, Feature.retry_jitter, Feature.retry_on)


def _before_3_3(graph: Graph, use: Use) -> str | None:
    """Retries that something is decided about need a policy, which is asked before each; children their instant."""
    if use.feature in _PAUSES or (use.feature is Feature.retry and graph.deadline is not None):
        return "retry policies came with Airflow 3.3"
    if use.feature in (Feature.overlap_skip, Feature.overlap_cancel_old):
        return "runs that make way for each other were shown on Airflow 3.3"
    if use.feature is Feature.subflow:
        return "a run that another one triggers can be given its instant since Airflow 3.3"
    return None


def _before_3_1(graph: Graph, use: Use) -> str | None:
    """What 3.0 does otherwise, with no way around it from within a project."""
    if use.feature is Feature.retry:
        return "an attempt whose process dies is retried since Airflow 3.1"
    if use.feature is Feature.map_in_branch:
        return "a task behind a mapped group that was not expanded can start since Airflow 3.1"
    if use.feature is Feature.wait_approval:
        return "people can be asked since Airflow 3.1"
    return _before_3_3(graph, use)


VERSIONS = Versions(
    package="apache-airflow",
    every=(
        Version("3.3.2"),
        Version(
            "3.2.2",
            pins=("fastapi<0.137",),
            because="with a later FastAPI its execution API does not load",
            lacks=_before_3_3,
        ),
        Version("3.1.8", lacks=_before_3_3),
        Version(
            "3.0.6",
            pins=("fastapi<0.118",),
            because="a later FastAPI reads no body without a content type, as Airflow's own client sends it",
            lacks=_before_3_1,
        ),
    ),
    beside=(
        "apache-airflow-providers-standard",
        "apache-airflow-providers-common-sql",
        "apache-airflow-providers-sqlite",
        "duckdb",
        "psycopg[binary]",
        "s3fs",
        "snowflake-connector-python<5",
    ),
)
