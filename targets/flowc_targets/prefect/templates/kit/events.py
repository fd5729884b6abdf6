"""Files that start runs: each that is new, or another one, starts one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import cast

from prefect.artifacts import Artifact, create_table_artifact
from prefect.deployments import run_deployment

from .facts import STARTED_BY
from .files import listed


def start_for_files(
    deployment: str, patterns: Sequence[str], *, told: str | None = None, fields: Sequence[str] = ()
) -> list[str]:
    """The paths for which a run was asked for; what lay there at the first look starts nothing.

    What was seen last is kept as an artifact, once all runs are asked for; a run has one key for a file's content, so
    a look that was cut short is made up for by the next one.
    """
    key = "files-" + re.sub(r"[^a-z0-9]+", "-", deployment.lower()).strip("-")
    before, found = _seen(key), [each for pattern in patterns for each in listed(pattern)]
    now = {each.path: each.etag for each in found}
    new = [each for each in found if before is not None and before.get(each.path) != each.etag]
    for each in new:
        event = {**dict.fromkeys(fields), "path": each.path, "etag": each.etag, "size": each.size}
        run_deployment(
            deployment,
            parameters={told: event} if told else {},
            timeout=0,
            idempotency_key=f"file {each.path} {each.etag}",
            job_variables={"env": {STARTED_BY: "file"}},
            as_subflow=False,
        )
    if now != before:
        table = [{"path": path, "etag": etag} for path, etag in sorted(now.items())]
        create_table_artifact(table, key=key, description="The files that were there at the last look.")
    return [each.path for each in new]


def _seen(key: str) -> dict[str, str] | None:
    """What was there at the last look; None before the first."""
    found = cast("Artifact | None", Artifact.get(key))  # in a flow that is not async it waits for the answer
    if found is None:
        return None
    rows = json.loads(str(found.data or "[]"))
    return {row["path"]: row["etag"] for row in rows}
