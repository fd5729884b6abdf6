"""Where values that later runs take are kept: in materializations of the asset `kept/FLOW/TASK`, keys as partitions."""

from __future__ import annotations

from typing import Any

import dagster as dg

from .environment import held
from .masks import hidden
from .values import Mismatch, conform, encode


def read(task: str, key: str) -> str | None:
    """What is kept."""
    wanted = dg.AssetRecordsFilter(asset_key=_asset(task), asset_partitions=[key])
    for record in dg.OpExecutionContext.get().instance.fetch_materializations(wanted, limit=1).records:
        if record.asset_materialization:
            return str(record.asset_materialization.metadata["value"].value)
    return None


def write(task: str, key: str, said: str) -> None:
    """Keep it."""
    metadata = {"value": dg.TextMetadataValue(said)}
    dg.OpExecutionContext.get().log_event(dg.AssetMaterialization(_asset(task), partition=key, metadata=metadata))


def encoded(value: Any, output: str | None) -> str:
    """A value of the type as text; Mismatch where it is none, or holds a secret."""
    if output is not None:
        value = conform(value, output)
    if secret := held(value, hidden):
        raise Mismatch(f"the value holds secret {secret}")
    return encode(value, output or "any")


def _asset(task: str) -> dg.AssetKey:
    return dg.AssetKey(["kept", *task.split(".")])
