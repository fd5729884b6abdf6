"""Values that later runs of a task take: materializations of the asset `kept/FLOW/TASK`, partitioned by their keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from .environment import held
from .keeping import key_of, packed, unpacked
from .masks import hidden
from .values import Mismatch, conform


def kept(
    context: dg.OpExecutionContext,
    task: str,
    parts: Sequence[Any],
    call: Callable[[], Any],
    *,
    output: str | None = None,
    keep: timedelta | None = None,
) -> Any:
    """The value of an earlier success with equal parts, or else of the call, which is kept then.

    `task` is its name, with its flow's, `output` its type, `keep` how long a value can be taken.
    """
    asset, key = dg.AssetKey(["kept", *task.split(".")]), key_of(task, output, parts)
    wanted = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=[key])
    for record in context.instance.fetch_materializations(wanted, limit=1).records:
        materialization = record.asset_materialization
        said = materialization.metadata["value"].value if materialization else None
        found = unpacked(str(said), keep) if said is not None else None
        if found:
            return found[0]
    value = call() if output is None else conform(call(), output)
    if secret := held(value, hidden):
        raise Mismatch(f"the value holds secret {secret}")
    metadata = {"value": dg.TextMetadataValue(packed(value, output))}
    context.log_event(dg.AssetMaterialization(asset, partition=key, metadata=metadata))
    return value
