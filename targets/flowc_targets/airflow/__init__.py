"""Airflow 3: a project of DAGs that the task SDK's decorators make, and a small support package beside them."""

from __future__ import annotations

from flowc.target.contract import Target
from flowc_targets.airflow.capabilities import CAPABILITIES
from flowc_targets.airflow.lower import lower
from flowc_targets.airflow.render import render

TARGET = Target(
    name="airflow",
    engine="Airflow",
    versions="3.3",
    capabilities=CAPABILITIES,
    lower=lower,
    render=render,
    disregards={
        "Loop.keys": "whoever reads it names the loop and the role",
        "Graph.schemas": "types are written in full where they are used",
        "Asset.owner": "Airflow keeps no owner of an asset",
    },
)
