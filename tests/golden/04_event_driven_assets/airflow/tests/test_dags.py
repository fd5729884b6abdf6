"""The DAGs load, and Airflow can keep them: `python -m pytest tests` in an environment with requirements.txt."""

import json
from pathlib import Path
from typing import Any

import pytest

dagbag = pytest.importorskip(
    "airflow.dag_processing.dagbag", reason="DAGs are loaded otherwise before Airflow 3.2"
)
objects = pytest.importorskip("airflow.serialization.serialized_objects")

PROJECT = Path(__file__).resolve().parent.parent
DAG_IDS = [
    "build_facts",
    "build_facts.all_events_1",
    "deliver_customers",
    "ingest_orders",
    "ingest_orders.files",
    "orders.freshness",
    "report",
    "report.events",
]


def load() -> Any:
    """All DAGs of the project, as the DAG processor loads them."""
    return dagbag.BundleDagBag(dag_folder=str(PROJECT), bundle_path=PROJECT)


def test_dags_load() -> None:
    bag = load()
    assert bag.import_errors == {}
    assert sorted(bag.dags) == DAG_IDS


def test_dags_are_kept() -> None:
    database = (
        getattr(objects, "DagSerialization", None) or objects.SerializedDAG
    )  # before Airflow 3.3
    for dag in load().dags.values():
        kept = json.loads(json.dumps(database.to_dict(dag)))
        assert database.from_dict(kept).dag_id == dag.dag_id
