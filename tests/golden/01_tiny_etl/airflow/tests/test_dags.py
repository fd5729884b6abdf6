"""The DAGs load, and Airflow can keep them: `python -m pytest tests` in an environment with requirements.txt."""

import json
from pathlib import Path

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.serialization.serialized_objects import DagSerialization

PROJECT = Path(__file__).resolve().parent.parent
DAG_IDS = ["orders_etl"]


def load() -> BundleDagBag:
    """All DAGs of the project, as the DAG processor loads them."""
    return BundleDagBag(dag_folder=str(PROJECT), bundle_path=PROJECT)


def test_dags_load() -> None:
    bag = load()
    assert bag.import_errors == {}
    assert sorted(bag.dags) == DAG_IDS


def test_dags_are_kept() -> None:
    for dag in load().dags.values():
        kept = json.loads(json.dumps(DagSerialization.to_dict(dag)))
        assert DagSerialization.from_dict(kept).dag_id == dag.dag_id
