"""The flows load, and Prefect can deploy them: `python -m pytest tests` in an environment with requirements.txt."""

import importlib

import pytest
from prefect import Flow

FLOWS = ["sales_daily", "sales_daily_schedule"]
MODULES = ["flows/sales_daily.py", "flows/sales_daily_schedule.py"]


@pytest.mark.parametrize(("path", "name"), list(zip(MODULES, FLOWS, strict=True)))
def test_a_flow_loads(path: str, name: str) -> None:
    module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    found = getattr(module, name)
    assert isinstance(found, Flow)
    assert found.to_deployment("test")
