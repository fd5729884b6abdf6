"""The flows load, and Prefect can deploy them: `python -m pytest tests` in an environment with requirements.txt."""

import importlib

import pytest
from prefect import Flow

FLOWS = [
    "deliver_customers",
    "ingest_orders",
    "build_facts",
    "report",
    "ingest_orders_files",
    "orders_freshness",
]
MODULES = [
    "flows/deliver_customers.py",
    "flows/ingest_orders.py",
    "flows/build_facts.py",
    "flows/report.py",
    "flows/ingest_orders_files.py",
    "flows/orders_freshness.py",
]


@pytest.mark.parametrize(("path", "name"), list(zip(MODULES, FLOWS, strict=True)))
def test_a_flow_loads(path: str, name: str) -> None:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    found = getattr(module, name)
    assert isinstance(found, Flow)
    assert found.to_deployment("test")
